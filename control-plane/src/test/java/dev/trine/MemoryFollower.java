package dev.trine;

import dev.trine.identity.Permission;
import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadFollower;
import dev.trine.workload.WorkloadId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Follows the workloads that a test submits by itself, does with them what the test wants, and remembers what they told. */
public final class MemoryFollower implements WorkloadFollower {

    public static final String OWNER = "test";

    private final Map<WorkloadId, Consumer<Workload>> wanted = new ConcurrentHashMap<>();
    private final List<Told> told = new CopyOnWriteArrayList<>();

    /** What an attempt told. */
    public record Told(WorkloadId id, int attempt, WorkloadEvent event) {}

    /** From now on, this is done when the workload has changed. */
    public void whenChanged(WorkloadId id, Consumer<Workload> what) {
        wanted.put(id, what);
    }

    public List<Told> told() {
        return told;
    }

    @Override
    public String owner() {
        return OWNER;
    }

    @Override
    public Permission permission() {
        return Permission.EVALUATIONS_READ;
    }

    @Override
    public void changed(Workload workload) {
        wanted.getOrDefault(workload.id(), any -> {}).accept(workload);
    }

    @Override
    public void reported(Workload workload, int attempt, List<WorkloadEvent> events) {
        events.forEach(event -> told.add(new Told(workload.id(), attempt, event)));
    }
}
