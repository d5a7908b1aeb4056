package dev.trine.workload;

import dev.trine.identity.ProjectId;
import dev.trine.storage.BlobUses;
import java.util.Collection;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The blobs of outputs and of attempts' logs, and those that a workload which has not ended reads. */
@Repository
class WorkloadBlobStore implements BlobUses {

    private final JdbcClient jdbc;

    WorkloadBlobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Set<String> columns() {
        return Set.of(
                "workload_outputs.object_key",
                "workload_attempts.stdout_key",
                "workload_attempts.stderr_key",
                "workloads.spec");
    }

    @Override
    public Set<String> used(ProjectId project, Collection<String> objectKeys) {
        return jdbc.sql("""
                        SELECT object_key FROM workload_outputs WHERE object_key = ANY (:keys)
                        UNION
                        SELECT stdout_key FROM workload_attempts WHERE stdout_key = ANY (:keys)
                        UNION
                        SELECT stderr_key FROM workload_attempts WHERE stderr_key = ANY (:keys)
                        UNION
                        SELECT input #>> '{}'
                          FROM workloads
                         CROSS JOIN LATERAL jsonb_path_query(spec, '$.**.objectKey') AS input
                         WHERE project_id = :project AND ended_at IS NULL AND input #>> '{}' = ANY (:keys)
                        """)
                .param("keys", objectKeys.toArray(String[]::new))
                .param("project", project.value())
                .query((row, number) -> row.getString(1))
                .set();
    }
}
