package dev.trine.registry;

import dev.trine.identity.ProjectId;
import dev.trine.storage.BlobUses;
import java.util.Collection;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The blobs of the files of model versions. */
@Repository
class ModelBlobStore implements BlobUses {

    private final JdbcClient jdbc;

    ModelBlobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Set<String> columns() {
        return Set.of("model_versions.files");
    }

    @Override
    public Set<String> used(ProjectId project, Collection<String> objectKeys) {
        return jdbc.sql("""
                        SELECT file ->> 'objectKey'
                          FROM models m
                          JOIN model_versions v ON v.model_id = m.id
                         CROSS JOIN LATERAL jsonb_array_elements(v.files) AS file
                         WHERE m.project_id = :project AND file ->> 'objectKey' = ANY (:keys)
                        """)
                .param("keys", objectKeys.toArray(String[]::new))
                .param("project", project.value())
                .query((row, number) -> row.getString(1))
                .set();
    }
}
