package dev.trine.workload;

import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which copy of the control plane works on which workload: the lease columns of {@code workloads}. */
@Repository
class LeaseStore {

    private final JdbcClient jdbc;

    LeaseStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Takes or renews the lease on a workload that is placed on one of these nodes, for so long from now by the database's clock.
     *
     * @return its token; empty when the workload is not placed there, or when another copy of the control plane works on it
     */
    OptionalLong take(WorkloadId id, Set<NodeId> nodes, String owner, Duration time) {
        return jdbc.sql("""
                        UPDATE workloads
                           SET lease_owner = :owner, lease_until = now() + :seconds * interval '1 second',
                               lease_token = lease_token + CASE WHEN lease_owner = :owner THEN 0 ELSE 1 END
                         WHERE id = (SELECT id FROM workloads
                                      WHERE id = :id
                                        AND state IN ('STARTING', 'RUNNING', 'CANCELLING')
                                        AND (executor, node) IN (SELECT ours.executor, ours.node
                                                      FROM unnest(:executors, :nodes) AS ours (executor, node))
                                        AND (lease_owner = :owner OR lease_until IS NULL OR lease_until < now())
                                        FOR UPDATE SKIP LOCKED)
                        RETURNING lease_token
                        """)
                .param("id", id.value())
                .param("executors", WorkloadStore.executors(nodes))
                .param("nodes", WorkloadStore.ids(nodes))
                .param("owner", owner)
                .param("seconds", time.toSeconds())
                .query(Long.class)
                .optional()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    /** Renews those of these leases that the owner still has. */
    void keep(Collection<WorkloadId> ids, String owner, Duration time) {
        jdbc.sql("""
                        UPDATE workloads SET lease_until = now() + :seconds * interval '1 second'
                         WHERE lease_owner = :owner
                           AND id IN (SELECT id FROM workloads WHERE id = ANY (:ids) ORDER BY id FOR UPDATE SKIP LOCKED)
                        """)
                .param("ids", ids.stream().map(WorkloadId::value).toArray(UUID[]::new))
                .param("owner", owner)
                .param("seconds", time.toSeconds())
                .update();
    }

    /** Lets anybody take what the owner had. */
    void release(String owner) {
        jdbc.sql("UPDATE workloads SET lease_owner = NULL, lease_until = NULL WHERE lease_owner = :owner")
                .param("owner", owner)
                .update();
    }

    /** Takes the lease from whoever has it; the new token. */
    long takeOver(WorkloadId id) {
        return jdbc.sql("""
                        UPDATE workloads SET lease_owner = NULL, lease_until = NULL, lease_token = lease_token + 1
                         WHERE id = :id RETURNING lease_token
                        """).param("id", id.value()).query(Long.class).single();
    }
}
