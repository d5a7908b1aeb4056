package dev.trine.registry;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.registry.ModelVersion.ModelFile;
import dev.trine.shared.Json;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code models}, {@code model_versions} and {@code model_aliases}. */
@Repository
class ModelStore {

    private static final String MODEL = """
            SELECT m.id, m.name, m.description, m.latest_version, m.created_at, m.updated_at, m.version,
                   (SELECT coalesce(jsonb_object_agg(a.alias, a.number), '{}') FROM model_aliases a
                     WHERE a.model_id = m.id) AS aliases
              FROM models m WHERE m.project_id = :project
            """;
    /** The model is found first, and by itself: so an index on its versions gives them in order. */
    private static final String VERSION = """
            SELECT v.id, m.name, v.number, v.digest, v.format, v.signature, v.files, v.run_id, v.job_id,
                   v.dataset_version_id, v.created_at,
                   (SELECT coalesce(jsonb_agg(a.alias ORDER BY a.alias), '[]') FROM model_aliases a
                     WHERE a.model_id = m.id AND a.number = v.number) AS aliases
              FROM model_versions v JOIN models m ON m.id = v.model_id
             WHERE v.model_id = (SELECT id FROM models WHERE project_id = :project AND name = :name)
            """;

    private static final TypeReference<Map<String, Integer>> ALIASES = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> SIGNATURE = new TypeReference<>() {};
    private static final TypeReference<List<ModelFile>> FILES = new TypeReference<>() {};
    private static final TypeReference<List<Artifact>> ARTIFACTS = new TypeReference<>() {};
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    private final JdbcClient jdbc;

    ModelStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Inserts it unless the name is taken; says whether it did. */
    boolean insert(ModelId id, ProjectId project, String name, String description, UserId by, Instant now) {
        return jdbc.sql("""
                        INSERT INTO models (id, project_id, name, description, created_by, created_at, updated_at)
                        VALUES (:id, :project, :name, :description, :by, :now, :now)
                        ON CONFLICT (project_id, name) DO NOTHING
                        """)
                        .param("id", id.value())
                        .param("project", project.value())
                        .param("name", name)
                        .param("description", description)
                        .param("by", by.value())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    Optional<Model> find(ProjectId project, String name) {
        return jdbc.sql(MODEL + "AND m.name = :name")
                .param("project", project.value())
                .param("name", name)
                .query(ModelStore::model)
                .optional();
    }

    List<Model> list(ProjectId project, PageRequest page) {
        return jdbc.sql(MODEL + "AND (:after::uuid IS NULL OR m.id < :after) ORDER BY m.id DESC LIMIT :limit")
                .param("project", project.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(ModelStore::model)
                .list();
    }

    /** Takes the next version number; the row stays locked until the transaction ends. */
    int nextNumber(ModelId id, Instant now) {
        return jdbc.sql("""
                        UPDATE models SET latest_version = latest_version + 1, updated_at = :now, version = version + 1
                         WHERE id = :id RETURNING latest_version
                        """)
                .param("id", id.value())
                .param("now", Rows.utc(now))
                .query(Integer.class)
                .single();
    }

    void insert(ModelId model, ModelVersion version, List<Artifact> files, UserId by) {
        RunId run = version.runId();
        jdbc.sql("""
                        INSERT INTO model_versions (id, model_id, number, digest, format, signature, files, run_id, job_id,
                                                    dataset_version_id, created_by, created_at)
                        VALUES (:id, :model, :number, :digest, :format, :signature::jsonb, :files::jsonb, :run, :job,
                                :datasetVersion, :by, :now)
                        """)
                .param("id", version.id().value())
                .param("model", model.value())
                .param("number", version.version())
                .param("digest", version.digest())
                .param("format", version.format())
                .param("signature", Json.write(version.signature()))
                .param("files", Json.write(files))
                .param("run", run == null ? null : run.value())
                .param("job", version.jobId())
                .param("datasetVersion", version.datasetVersionId())
                .param("by", by.value())
                .param("now", Rows.utc(version.createdAt()))
                .update();
    }

    Optional<ModelVersion> version(ProjectId project, String name, int number) {
        return jdbc.sql(VERSION + "AND v.number = :number")
                .param("project", project.value())
                .param("name", name)
                .param("number", number)
                .query(ModelStore::version)
                .optional();
    }

    /** The files of a version, with the objects that hold their bytes. */
    List<Artifact> files(ModelVersionId version) {
        return Json.read(
                jdbc.sql("SELECT files FROM model_versions WHERE id = :id")
                        .param("id", version.value())
                        .query(String.class)
                        .single(),
                ARTIFACTS);
    }

    Optional<ModelVersion> byAlias(ProjectId project, String name, String alias) {
        return jdbc.sql(VERSION + """
                        AND v.number = (SELECT a.number FROM model_aliases a WHERE a.model_id = m.id AND a.alias = :alias)
                        """)
                .param("project", project.value())
                .param("name", name)
                .param("alias", alias)
                .query(ModelStore::version)
                .optional();
    }

    List<ModelVersion> versions(ProjectId project, String name, PageRequest page) {
        return jdbc.sql(VERSION + "AND (:after::uuid IS NULL OR v.id < :after) ORDER BY v.id DESC LIMIT :limit")
                .param("project", project.value())
                .param("name", name)
                .param("after", page.after())
                .param("limit", page.limit())
                .query(ModelStore::version)
                .list();
    }

    void putAlias(ModelId model, String alias, int number, Instant now) {
        jdbc.sql("""
                        INSERT INTO model_aliases (model_id, alias, number, updated_at) VALUES (:model, :alias, :number, :now)
                        ON CONFLICT (model_id, alias) DO UPDATE
                           SET number = excluded.number, updated_at = excluded.updated_at
                        """)
                .param("model", model.value())
                .param("alias", alias)
                .param("number", number)
                .param("now", Rows.utc(now))
                .update();
    }

    boolean deleteAlias(ModelId model, String alias) {
        return jdbc.sql("DELETE FROM model_aliases WHERE model_id = :model AND alias = :alias")
                        .param("model", model.value())
                        .param("alias", alias)
                        .update()
                == 1;
    }

    private static Model model(ResultSet row, int number) throws SQLException {
        return new Model(
                new ModelId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getString("description"),
                row.getInt("latest_version"),
                Json.read(row.getString("aliases"), ALIASES),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                row.getLong("version"));
    }

    private static ModelVersion version(ResultSet row, int number) throws SQLException {
        @Nullable UUID run = row.getObject("run_id", UUID.class);
        return new ModelVersion(
                new ModelVersionId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getInt("number"),
                row.getString("digest"),
                row.getString("format"),
                Json.read(row.getString("signature"), SIGNATURE),
                Json.read(row.getString("files"), FILES),
                run == null ? null : new RunId(run),
                row.getString("job_id"),
                row.getString("dataset_version_id"),
                Json.read(row.getString("aliases"), NAMES),
                Rows.instant(row, "created_at"));
    }

    int count(ProjectId project) {
        return jdbc.sql("SELECT count(*) FROM models WHERE project_id = :project")
                .param("project", project.value())
                .query(Integer.class)
                .single();
    }
}
