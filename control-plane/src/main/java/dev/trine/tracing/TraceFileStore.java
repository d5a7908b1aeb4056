package dev.trine.tracing;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Rows;
import dev.trine.storage.BlobUses;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code trace_files}. */
@Repository
class TraceFileStore implements BlobUses {

    private static final String SELECT = """
            SELECT path, object_key, sha256, size_bytes FROM trace_files WHERE project_id = :project AND trace_id = :trace
            """;

    private final JdbcClient jdbc;

    TraceFileStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether the trace is there. */
    boolean put(ProjectId project, String trace, Artifact file, Instant now) {
        return jdbc.sql("""
                        INSERT INTO trace_files (project_id, trace_id, path, object_key, sha256, size_bytes, created_at)
                        SELECT project_id, id, :path, :key, :sha256, :size, :now FROM traces
                         WHERE project_id = :project AND id = :trace
                           FOR KEY SHARE
                        ON CONFLICT (project_id, trace_id, path) DO UPDATE
                           SET object_key = excluded.object_key, sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
                               created_at = excluded.created_at
                        """)
                        .param("project", project.value())
                        .param("trace", trace)
                        .param("path", file.path())
                        .param("key", file.objectKey())
                        .param("sha256", file.sha256())
                        .param("size", file.sizeBytes())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    Optional<Artifact> find(ProjectId project, String trace, String path) {
        return jdbc.sql(SELECT + "AND path = :path")
                .param("project", project.value())
                .param("trace", trace)
                .param("path", path)
                .query((row, number) -> file(row))
                .optional();
    }

    /** All files of a trace, by their paths. */
    List<Artifact> of(ProjectId project, String trace) {
        return jdbc.sql(SELECT + "ORDER BY path")
                .param("project", project.value())
                .param("trace", trace)
                .query((row, number) -> file(row))
                .list();
    }

    private static Artifact file(ResultSet row) throws SQLException {
        return new Artifact(
                row.getString("path"), row.getString("object_key"), row.getString("sha256"), row.getLong("size_bytes"));
    }

    @Override
    public Set<String> columns() {
        return Set.of("trace_files.object_key");
    }

    @Override
    public Set<String> used(ProjectId project, Collection<String> objectKeys) {
        return jdbc.sql("SELECT object_key FROM trace_files WHERE project_id = :project AND object_key = ANY (:keys)")
                .param("project", project.value())
                .param("keys", objectKeys.toArray(String[]::new))
                .query((row, number) -> row.getString(1))
                .set();
    }
}
