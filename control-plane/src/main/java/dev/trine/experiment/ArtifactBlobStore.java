package dev.trine.experiment;

import dev.trine.identity.ProjectId;
import dev.trine.storage.BlobUses;
import java.util.Collection;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The blobs of the artifacts of runs and of logged models, also of deleted runs, which can be restored. */
@Repository
class ArtifactBlobStore implements BlobUses {

    private final JdbcClient jdbc;

    ArtifactBlobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Set<String> columns() {
        return Set.of("artifacts.object_key");
    }

    @Override
    public Set<String> used(ProjectId project, Collection<String> objectKeys) {
        return jdbc.sql("""
                        SELECT a.object_key FROM artifacts a
                         WHERE a.object_key = ANY (:keys)
                        """)
                .param("keys", objectKeys.toArray(String[]::new))
                .query((row, number) -> row.getString(1))
                .set();
    }
}
