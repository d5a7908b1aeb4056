package dev.trine.compute;

import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Resources;
import dev.trine.shared.Json;
import dev.trine.shared.Rows;
import dev.trine.workload.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code nodes}. */
@Repository
class NodeStore {

    private final JdbcClient jdbc;

    NodeStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A node as its executor told of it last. */
    record Seen(Node node, String executor, Instant at) {}

    void put(String executor, Node node, Instant now) {
        jdbc.sql("""
                        INSERT INTO nodes (id, executor, name, cpus, memory_bytes, gpus, isolation, labels, seen_at)
                        VALUES (:id, :executor, :name, :cpus, :memory, :gpus, :isolation, :labels::jsonb, :now)
                        ON CONFLICT (executor, id) DO UPDATE
                           SET name = excluded.name, cpus = excluded.cpus,
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

    /** Those that no executor has told of since then. */
    List<NodeId> notSeenSince(Instant then) {
        return jdbc.sql("SELECT executor, id FROM nodes WHERE seen_at < :then ORDER BY executor, id")
                .param("then", Rows.utc(then))
                .query((row, number) -> new NodeId(row.getString("executor"), row.getString("id")))
                .list();
    }

    void deleteNotSeenSince(Instant then) {
        jdbc.sql("DELETE FROM nodes WHERE seen_at < :then")
                .param("then", Rows.utc(then))
                .update();
    }

    List<Seen> all() {
        return jdbc.sql("""
                        SELECT id, executor, name, cpus, memory_bytes, gpus, isolation, labels, seen_at
                          FROM nodes ORDER BY executor, id
                        """)
                .query((row, number) -> new Seen(
                        new Node(
                                row.getString("id"),
                                row.getString("name"),
                                new Resources(row.getDouble("cpus"), row.getLong("memory_bytes"), row.getInt("gpus")),
                                row.getString("isolation"),
                                Json.read(row.getString("labels"), new TypeReference<Map<String, String>>() {})),
                        row.getString("executor"),
                        Rows.instant(row, "seen_at")))
                .list();
    }
}
