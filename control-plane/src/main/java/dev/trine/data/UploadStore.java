package dev.trine.data;

import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code uploads}. */
@Repository
class UploadStore {

    private static final String COLUMNS =
            "id, project_id, filename, size_bytes, sha256, offset_bytes, segments, object_key, expires_at";

    private final JdbcClient jdbc;

    UploadStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** An upload on its way, or complete when {@code objectKey} is there. */
    record Upload(
            UploadId id,
            ProjectId projectId,
            String filename,
            long sizeBytes,
            @Nullable String sha256,
            long offset,
            int segments,
            @Nullable String objectKey,
            Instant expiresAt) {

        String segmentKey(int number) {
            return "%s/uploads/%s/%d".formatted(projectId, id, number);
        }
    }

    void insert(Upload upload, UserId by, Instant now) {
        jdbc.sql("""
                        INSERT INTO uploads (id, project_id, filename, size_bytes, sha256, created_by, created_at, expires_at)
                        VALUES (:id, :project, :filename, :size, :sha256, :by, :now, :expires)
                        """)
                .param("id", upload.id().value())
                .param("project", upload.projectId().value())
                .param("filename", upload.filename())
                .param("size", upload.sizeBytes())
                .param("sha256", upload.sha256())
                .param("by", by.value())
                .param("now", Rows.utc(now))
                .param("expires", Rows.utc(upload.expiresAt()))
                .update();
    }

    Optional<Upload> find(ProjectId project, UploadId id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM uploads WHERE id = :id AND project_id = :project")
                .param("id", id.value())
                .param("project", project.value())
                .query(UploadStore::row)
                .optional();
    }

    /** Reserves an upload for one writer; false when another one writes. */
    boolean claim(UploadId id, Instant now, Instant until) {
        return jdbc.sql("""
                        UPDATE uploads SET busy_until = :until
                         WHERE id = :id AND (busy_until IS NULL OR busy_until < :now)
                        """)
                        .param("id", id.value())
                        .param("now", Rows.utc(now))
                        .param("until", Rows.utc(until))
                        .update()
                == 1;
    }

    void release(UploadId id) {
        jdbc.sql("UPDATE uploads SET busy_until = NULL WHERE id = :id")
                .param("id", id.value())
                .update();
    }

    /** One more segment is safe. */
    void advance(UploadId id, long offset, int segments) {
        jdbc.sql("UPDATE uploads SET offset_bytes = :offset, segments = :segments WHERE id = :id")
                .param("id", id.value())
                .param("offset", offset)
                .param("segments", segments)
                .update();
    }

    void complete(UploadId id, String objectKey, String sha256) {
        jdbc.sql("UPDATE uploads SET object_key = :key, sha256 = :sha256 WHERE id = :id")
                .param("id", id.value())
                .param("key", objectKey)
                .param("sha256", sha256)
                .update();
    }

    void delete(UploadId id) {
        jdbc.sql("DELETE FROM uploads WHERE id = :id").param("id", id.value()).update();
    }

    List<Upload> expired(Instant now, int limit) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM uploads WHERE expires_at < :now ORDER BY expires_at LIMIT :limit")
                .param("now", Rows.utc(now))
                .param("limit", limit)
                .query(UploadStore::row)
                .list();
    }

    private static Upload row(ResultSet row, int number) throws SQLException {
        return new Upload(
                new UploadId(row.getObject("id", UUID.class)),
                new ProjectId(row.getObject("project_id", UUID.class)),
                row.getString("filename"),
                row.getLong("size_bytes"),
                row.getString("sha256"),
                row.getLong("offset_bytes"),
                row.getInt("segments"),
                row.getString("object_key"),
                Rows.instant(row, "expires_at"));
    }
}
