package dev.trine.compute;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Resources;
import dev.trine.shared.Json;
import dev.trine.shared.Rows;
import dev.trine.shared.Wakeups;
import dev.trine.workload.Executors;
import dev.trine.workload.Queue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import tools.jackson.core.type.TypeReference;

/** Knows the nodes: asks the executors, and remembers in {@code nodes}. */
@Service
class NodeInventory implements Compute {

    private static final Duration LOST_AFTER = Duration.ofSeconds(60);

    private final JdbcClient jdbc;
    private final Executors executors;
    private final Queue queue;
    private final Wakeups wakeups;
    private final Clock clock;

    NodeInventory(JdbcClient jdbc, Executors executors, Queue queue, Wakeups wakeups, Clock clock) {
        this.jdbc = jdbc;
        this.executors = executors;
        this.queue = queue;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** Asks every executor for its nodes. */
    @Scheduled(fixedDelayString = "PT15S")
    void refresh() {
        Instant now = clock.instant();
        for (Executor executor : executors.all()) {
            executor.nodes().forEach(node -> seen(executor.name(), node, now));
        }
        wakeups.publish(Queue.TOPIC);
    }

    private void seen(String executor, Node node, Instant now) {
        jdbc.sql("""
                        INSERT INTO nodes (id, executor, name, cpus, memory_bytes, gpus, isolation, labels, seen_at)
                        VALUES (:id, :executor, :name, :cpus, :memory, :gpus, :isolation, :labels::jsonb, :now)
                        ON CONFLICT (id) DO UPDATE
                           SET executor = excluded.executor, name = excluded.name, cpus = excluded.cpus,
                               memory_bytes = excluded.memory_bytes, gpus = excluded.gpus, isolation = excluded.isolation,
                               labels = excluded.labels, seen_at = excluded.seen_at
                        """)
                .param("id", node.id())
                .param("executor", executor)
                .param("name", node.name())
                .param("cpus", node.capacity().cpus())
                .param("memory", node.capacity().memoryBytes())
                .param("gpus", node.capacity().gpus())
                .param("isolation", node.isolation())
                .param("labels", Json.write(node.labels()))
                .param("now", Rows.utc(now))
                .update();
    }

    @Override
    public List<ComputeNode> nodes() {
        Map<String, Resources> taken = queue.allocations();
        Instant lost = clock.instant().minus(LOST_AFTER);
        return jdbc.sql("""
                        SELECT id, executor, name, cpus, memory_bytes, gpus, isolation, labels, seen_at FROM nodes ORDER BY id
                        """)
                .query((row, number) -> {
                    String id = row.getString("id");
                    var capacity =
                            new Resources(row.getDouble("cpus"), row.getLong("memory_bytes"), row.getInt("gpus"));
                    Instant seenAt = Rows.instant(row, "seen_at");
                    return new ComputeNode(
                            id,
                            row.getString("name"),
                            row.getString("executor"),
                            seenAt.isBefore(lost) ? NodeState.LOST : NodeState.READY,
                            capacity,
                            capacity.minus(taken.getOrDefault(id, Resources.NONE)),
                            row.getString("isolation"),
                            Json.read(row.getString("labels"), new TypeReference<Map<String, String>>() {}),
                            seenAt);
                })
                .list();
    }
}
