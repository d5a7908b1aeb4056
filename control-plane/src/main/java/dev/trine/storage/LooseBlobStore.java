package dev.trine.storage;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Rows;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code loose_blobs}. */
@Repository
class LooseBlobStore {

    private final JdbcClient jdbc;

    LooseBlobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Blobs are stored now, so somebody is about to use them. Waits while one of them is being removed. */
    void stored(ProjectId project, Collection<String> keys, Instant now) {
        jdbc.sql("""
                        INSERT INTO loose_blobs (object_key, project_id, since)
                        SELECT DISTINCT key, :project, :now::timestamptz FROM unnest(:keys) AS keys (key) ORDER BY key
                        ON CONFLICT (object_key) DO UPDATE SET since = greatest(loose_blobs.since, excluded.since)
                        """)
                .param("keys", keys.toArray(String[]::new))
                .param("project", project.value())
                .param("now", Rows.utc(now))
                .update();
    }

    /** Blobs are without a use; of those that were known to be, the time stays. */
    void unused(ProjectId project, Collection<String> keys, Instant now) {
        jdbc.sql("""
                        INSERT INTO loose_blobs (object_key, project_id, since)
                        SELECT key, :project, :now FROM unnest(:keys) AS keys (key) ORDER BY key
                        ON CONFLICT (object_key) DO NOTHING
                        """)
                .param("keys", keys.toArray(String[]::new))
                .param("project", project.value())
                .param("now", Rows.utc(now))
                .update();
    }

    /** Locks blobs of a project that have been loose for long, in the order of their keys; leaves out those that others have locked. */
    List<String> lockOlder(ProjectId project, Instant since, String after, int limit) {
        return jdbc.sql("""
                        SELECT object_key FROM loose_blobs
                         WHERE project_id = :project AND since < :since AND object_key > :after
                         ORDER BY object_key
                         LIMIT :limit
                           FOR UPDATE SKIP LOCKED
                        """)
                .param("project", project.value())
                .param("since", Rows.utc(since))
                .param("after", after)
                .param("limit", limit)
                .query((row, number) -> row.getString(1))
                .list();
    }

    /** They are loose no more: used, or gone. */
    void forget(Collection<String> keys) {
        jdbc.sql("DELETE FROM loose_blobs WHERE object_key = ANY (:keys)")
                .param("keys", keys.toArray(String[]::new))
                .update();
    }
}
