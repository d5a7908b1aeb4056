package dev.trine.data;

import dev.trine.identity.ProjectId;
import dev.trine.storage.BlobUses;
import java.util.Collection;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The blobs of uploads, of versions whose dataset is there, and of their splits' parts. */
@Repository
class DatasetBlobStore implements BlobUses {

    private final JdbcClient jdbc;

    DatasetBlobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Set<String> columns() {
        return Set.of("uploads.object_key", "dataset_files.object_key", "dataset_splits.parts");
    }

    @Override
    public Set<String> used(ProjectId project, Collection<String> objectKeys) {
        return jdbc.sql("""
                        SELECT object_key FROM uploads WHERE object_key = ANY (:keys)
                        UNION
                        SELECT f.object_key
                          FROM dataset_files f
                          JOIN dataset_versions v ON v.id = f.version_id
                          JOIN datasets d ON d.id = v.dataset_id
                         WHERE f.object_key = ANY (:keys) AND d.deleted_at IS NULL
                        UNION
                        -- a part names its bytes by their hash, which is the end of the key
                        SELECT keys.key
                          FROM datasets d
                          JOIN dataset_versions v ON v.dataset_id = d.id
                          JOIN dataset_splits s ON s.version_id = v.id
                         CROSS JOIN LATERAL jsonb_array_elements(s.parts) AS part
                          JOIN unnest(:keys) AS keys (key) ON split_part(keys.key, '/', 4) = part ->> 'sha256'
                         WHERE d.project_id = :project AND d.deleted_at IS NULL
                        """)
                .param("keys", objectKeys.toArray(String[]::new))
                .param("project", project.value())
                .query((row, number) -> row.getString(1))
                .set();
    }
}
