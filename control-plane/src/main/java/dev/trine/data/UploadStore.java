package dev.trine.data;

import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.shared.Rows;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
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

    /** Between a project and its uploads in the keys of segments. */
    static final String SEGMENTS = "/uploads/";

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

        /** How many bytes are still to come. */
        long left() {
            return sizeBytes - offset;
        }

        /** Whether all bytes are here, and not one blob yet. */
        boolean awaitsJoining() {
            return objectKey == null && left() == 0;
        }

        /** The same with one segment more. */
        Upload with(long segmentBytes) {
            return new Upload(
                    id,
                    projectId,
                    filename,
                    sizeBytes,
                    sha256,
                    offset + segmentBytes,
                    segments + 1,
                    objectKey,
                    expiresAt);
        }

        String segmentKey(int number) {
            return "%s%s%s/%d".formatted(projectId, SEGMENTS, id, number);
        }

        /** The upload that a segment belongs to; empty for a key that is no segment's. */
        static Optional<UploadId> ofSegment(String key) {
            int start = key.indexOf(SEGMENTS);
            int end = key.lastIndexOf('/');
            if (start < 0 || end < start + SEGMENTS.length()) {
                return Optional.empty();
            }
            try {
                return Optional.of(UploadId.of(key.substring(start + SEGMENTS.length(), end)));
            } catch (TrineException noId) {
                return Optional.empty();
            }
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

    /**
     * Reserves an upload for one writer, by the database's clock; false when another copy of the control plane writes, or there is no
     * such upload.
     */
    boolean claim(UploadId id, String by, Duration lasting) {
        return jdbc.sql("""
                        UPDATE uploads SET busy_by = :by, busy_until = clock_timestamp() + make_interval(secs => :seconds)
                         WHERE id = :id AND (busy_by IS NULL OR busy_by = :by OR busy_until < clock_timestamp())
                        """)
                        .param("id", id.value())
                        .param("by", by)
                        .param("seconds", lasting.toSeconds())
                        .update()
                == 1;
    }

    /** Keeps the claim on an upload; false when it was lost, though whoever took it may be done by now. */
    boolean renew(UploadId id, String by, Duration lasting) {
        return jdbc.sql("""
                        UPDATE uploads SET busy_until = clock_timestamp() + make_interval(secs => :seconds)
                         WHERE id = :id AND busy_by = :by
                        """)
                        .param("id", id.value())
                        .param("by", by)
                        .param("seconds", lasting.toSeconds())
                        .update()
                == 1;
    }

    void release(UploadId id, String by) {
        jdbc.sql("UPDATE uploads SET busy_by = NULL, busy_until = NULL WHERE id = :id AND busy_by = :by")
                .param("id", id.value())
                .param("by", by)
                .update();
    }

    /** One more segment is safe; false when the claim is lost. */
    boolean advance(UploadId id, String by, long offset, int segments) {
        return jdbc.sql("""
                        UPDATE uploads SET offset_bytes = :offset, segments = :segments
                         WHERE id = :id AND busy_by = :by
                        """)
                        .param("id", id.value())
                        .param("by", by)
                        .param("offset", offset)
                        .param("segments", segments)
                        .update()
                == 1;
    }

    /** All bytes are in one blob; false when the upload is gone. */
    boolean complete(UploadId id, Blob blob) {
        return jdbc.sql("UPDATE uploads SET object_key = :key, sha256 = :sha256 WHERE id = :id")
                        .param("id", id.value())
                        .param("key", blob.objectKey())
                        .param("sha256", blob.sha256())
                        .update()
                == 1;
    }

    /** How many segments it had; 0 when it is gone already. */
    int delete(UploadId id) {
        return jdbc.sql("DELETE FROM uploads WHERE id = :id RETURNING segments")
                .param("id", id.value())
                .query(Integer.class)
                .optional()
                .orElse(0);
    }

    boolean exists(UploadId id) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM uploads WHERE id = :id)")
                .param("id", id.value())
                .query(Boolean.class)
                .single();
    }

    /** Uploads that have all their bytes, and that nobody joins now, the oldest first. */
    List<Upload> toJoin(Instant now, int limit) {
        return jdbc.sql("SELECT " + COLUMNS + """
                         FROM uploads
                        WHERE object_key IS NULL AND offset_bytes = size_bytes AND expires_at > :now
                          AND (busy_until IS NULL OR busy_until < clock_timestamp())
                        ORDER BY id
                        LIMIT :limit
                        """)
                .param("now", Rows.utc(now))
                .param("limit", limit)
                .query(UploadStore::row)
                .list();
    }

    /** Takes out what has expired and nobody writes to. */
    List<Upload> removeExpired(Instant now, int limit) {
        return jdbc.sql("""
                        DELETE FROM uploads WHERE id IN (
                            SELECT id FROM uploads
                             WHERE expires_at < :now AND (busy_until IS NULL OR busy_until < clock_timestamp())
                             ORDER BY expires_at LIMIT :limit FOR UPDATE SKIP LOCKED)
                        RETURNING
                        """ + COLUMNS)
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
