package dev.trine.lib.workload;

import java.util.Map;

/**
 * A machine on which an executor can run workloads.
 *
 * @param id stable as long as the machine is the same
 * @param name for people
 * @param capacity what workloads may use of it in all
 * @param isolation how workloads are kept apart there, e.g. {@code bubblewrap} or {@code process}
 * @param labels facts to place by: {@code os}, {@code arch}, …
 */
public record Node(String id, String name, Resources capacity, String isolation, Map<String, String> labels) {
    public Node {
        labels = Map.copyOf(labels);
    }
}
