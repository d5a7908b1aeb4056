package dev.trine.experiment;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code artifacts}; whoever calls has made sure that the owner is of the caller's project. */
@Repository
class ArtifactStore {

    private static final String SELECT =
            "SELECT path, object_key, sha256, size_bytes FROM artifacts WHERE owner_id = :owner ";

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate batches;

    ArtifactStore(JdbcClient jdbc, NamedParameterJdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /** In the order of the paths, so that no two writers wait for each other. */
    void put(ArtifactOwner owner, Collection<Artifact> artifacts, Instant now) {
        if (artifacts.isEmpty()) {
            return;
        }
        batches.batchUpdate(
                """
                INSERT INTO artifacts (owner_id, path, object_key, sha256, size_bytes, created_at)
                VALUES (:owner, :path, :key, :sha256, :size, :now)
                ON CONFLICT (owner_id, path) DO UPDATE
                   SET object_key = excluded.object_key, sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
                       created_at = excluded.created_at
                """,
                artifacts.stream()
                        .sorted(Comparator.comparing(Artifact::path))
                        .map(artifact -> new MapSqlParameterSource("owner", owner.value())
                                .addValue("path", artifact.path())
                                .addValue("key", artifact.objectKey())
                                .addValue("sha256", artifact.sha256())
                                .addValue("size", artifact.sizeBytes())
                                .addValue("now", Rows.utc(now)))
                        .toArray(SqlParameterSource[]::new));
    }

    /** Files at {@code path} or below it, sorted; the empty path means all. */
    List<Artifact> below(ArtifactOwner owner, String path) {
        return jdbc.sql(SELECT + "AND (:path = '' OR path = :path OR starts_with(path, :path || '/')) ORDER BY path")
                .param("owner", owner.value())
                .param("path", path)
                .query((row, number) -> artifact(row))
                .list();
    }

    /** The next files at {@code path} or below it, sorted. */
    List<Artifact> below(ArtifactOwner owner, String path, NamedPageRequest page) {
        return jdbc.sql(SELECT + """
                        AND (:path = '' OR path = :path OR starts_with(path, :path || '/'))
                        AND (:after::text IS NULL OR path > :after)
                        ORDER BY path
                        LIMIT :limit
                        """)
                .param("owner", owner.value())
                .param("path", path)
                .param("after", page.after())
                .param("limit", page.limit())
                .query((row, number) -> artifact(row))
                .list();
    }

    void delete(ArtifactOwner owner, String path) {
        jdbc.sql("""
                        DELETE FROM artifacts
                         WHERE owner_id = :owner AND (:path = '' OR path = :path OR starts_with(path, :path || '/'))
                        """).param("owner", owner.value()).param("path", path).update();
    }

    Optional<Artifact> find(ArtifactOwner owner, String path) {
        return jdbc.sql(SELECT + "AND path = :path")
                .param("owner", owner.value())
                .param("path", path)
                .query((row, number) -> artifact(row))
                .optional();
    }

    private static Artifact artifact(ResultSet row) throws SQLException {
        return new Artifact(
                row.getString("path"), row.getString("object_key"), row.getString("sha256"), row.getLong("size_bytes"));
    }
}
