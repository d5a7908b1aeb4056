package dev.trine.registry;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.registry.ModelVersion.ModelFile;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import dev.trine.shared.Search;
import dev.trine.shared.SearchColumns;
import dev.trine.shared.SearchColumns.Parameters;
import dev.trine.shared.SearchColumns.Value;
import dev.trine.shared.SearchStatement;
import dev.trine.shared.SearchStatement.Rowset;
import dev.trine.shared.SearchStatement.Tie;
import dev.trine.shared.SearchStatement.Tie.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code model_versions}. */
@Repository
class ModelVersionStore {

    private static final String COLUMNS = """
            v.id, m.name, v.number, v.digest, v.format, v.signature, v.files, v.run_id, v.job_id, v.dataset_version_id,
            v.description, v.stage, v.tags, v.source, v.run_link, v.created_at, v.updated_at,
            (SELECT coalesce(jsonb_agg(a.alias ORDER BY a.alias), '[]') FROM model_aliases a
              WHERE a.model_id = m.id AND a.number = v.number) AS aliases
            """;
    private static final String FOUND = """
            id, name, number, digest, format, signature, files, run_id, job_id, dataset_version_id, description, stage, tags, source,
            run_link, created_at, updated_at, aliases""";
    private static final String TABLES = "model_versions v JOIN models m ON m.id = v.model_id";
    /** The model is found first, and by itself: so an index on its versions gives them in order. */
    private static final String OF_MODEL = "SELECT " + COLUMNS + " FROM " + TABLES + """
             WHERE v.model_id = (SELECT id FROM models WHERE project_id = :project AND name = :name)
            """;
    /** Which together name one version. */
    private static final List<Tie> TIES =
            List.of(new Tie("name", Kind.TEXT, true), new Tie("number", Kind.NUMBER, false));

    private static final List<Search.Order<ModelVersionColumn>> LAST_CHANGED_FIRST =
            List.of(new Search.Order<>(ModelVersionColumn.Attribute.UPDATED_AT, false));

    private static final TypeReference<Map<String, Object>> SIGNATURE = new TypeReference<>() {};
    private static final TypeReference<List<ModelFile>> FILES = new TypeReference<>() {};
    private static final TypeReference<List<Artifact>> ARTIFACTS = new TypeReference<>() {};
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    ModelVersionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(ModelId model, ModelVersion version, List<Artifact> files, UserId by) {
        RunId run = version.runId();
        jdbc.sql("""
                        INSERT INTO model_versions (id, model_id, number, digest, format, signature, files, run_id, job_id,
                                                    dataset_version_id, description, stage, tags, source, run_link, created_by,
                                                    created_at, updated_at)
                        VALUES (:id, :model, :number, :digest, :format, :signature::jsonb, :files::jsonb, :run, :job,
                                :datasetVersion, :description, :stage, :tags::jsonb, :source, :runLink, :by, :now, :now)
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
                .param("description", version.description())
                .param("stage", version.stage().name())
                .param("tags", Json.write(version.tags()))
                .param("source", version.source())
                .param("runLink", version.runLink())
                .param("by", by.value())
                .param("now", Rows.utc(version.createdAt()))
                .update();
    }

    Optional<ModelVersion> find(ProjectId project, String name, int number) {
        return jdbc.sql(OF_MODEL + "AND v.number = :number")
                .param("project", project.value())
                .param("name", name)
                .param("number", number)
                .query(ModelVersionStore::version)
                .optional();
    }

    Optional<ModelVersion> find(ProjectId project, ModelVersionId id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM " + TABLES + " WHERE m.project_id = :project AND v.id = :id")
                .param("project", project.value())
                .param("id", id.value())
                .query(ModelVersionStore::version)
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
        return jdbc.sql(OF_MODEL + """
                        AND v.number = (SELECT a.number FROM model_aliases a WHERE a.model_id = m.id AND a.alias = :alias)
                        """)
                .param("project", project.value())
                .param("name", name)
                .param("alias", alias)
                .query(ModelVersionStore::version)
                .optional();
    }

    List<ModelVersion> list(ProjectId project, String name, PageRequest page) {
        return jdbc.sql(OF_MODEL + "AND (:after::uuid IS NULL OR v.id < :after) ORDER BY v.id DESC LIMIT :limit")
                .param("project", project.value())
                .param("name", name)
                .param("after", page.after())
                .param("limit", page.limit())
                .query(ModelVersionStore::version)
                .list();
    }

    /** The newest in each stage of each of these models, oldest first. */
    List<ModelVersion> latest(ProjectId project, Collection<ModelId> models) {
        return jdbc.sql("""
                        SELECT %s FROM (SELECT DISTINCT ON (v.model_id, v.stage) %s FROM %s
                                        WHERE m.project_id = :project AND v.model_id = ANY (:models)
                                        ORDER BY v.model_id, v.stage, v.number DESC) AS newest
                         ORDER BY number
                        """.formatted(FOUND, COLUMNS, TABLES))
                .param("project", project.value())
                .param("models", models.stream().map(ModelId::value).toArray(UUID[]::new))
                .query(ModelVersionStore::version)
                .list();
    }

    /** The page after {@code token}; without an order the last changed come first. */
    Page<ModelVersion> search(ProjectId project, Search<ModelVersionColumn> search, @Nullable String token, int size) {
        Search<ModelVersionColumn> ordered =
                search.orderBy().isEmpty() ? new Search<>(search.stage(), search.where(), LAST_CHANGED_FIRST) : search;
        var statement = new SearchStatement<>(ordered, ModelVersionStore::value, TIES, token);
        return statement.page(
                jdbc,
                new Rowset(FOUND, COLUMNS, TABLES, "m.project_id = :project"),
                Map.of("project", project.value()),
                size,
                ModelVersionStore::version);
    }

    private static Value value(ModelVersionColumn column, Parameters parameters) {
        return switch (column) {
            case ModelVersionColumn.Tag(String key) ->
                SearchColumns.text("(v.tags ->> %s)".formatted(parameters.add(key)));
            case ModelVersionColumn.Attribute attribute ->
                switch (attribute) {
                    case NAME -> SearchColumns.text("m.name");
                    case VERSION -> SearchColumns.number("v.number::double precision");
                    case RUN -> SearchColumns.hex("v.run_id");
                    case SOURCE -> SearchColumns.text("v.source");
                    case CREATED_AT -> SearchColumns.millis("v.created_at");
                    case UPDATED_AT -> SearchColumns.millis("v.updated_at");
                };
        };
    }

    void describe(ModelVersionId id, String description, Instant now) {
        jdbc.sql("UPDATE model_versions SET description = :description, updated_at = :now WHERE id = :id")
                .param("id", id.value())
                .param("description", description)
                .param("now", Rows.utc(now))
                .update();
    }

    void putTag(ModelVersionId id, String key, String value) {
        jdbc.sql("UPDATE model_versions SET tags = tags || jsonb_build_object(:key::text, :value::text) WHERE id = :id")
                .param("id", id.value())
                .param("key", key)
                .param("value", value)
                .update();
    }

    void deleteTag(ModelVersionId id, String key) {
        jdbc.sql("UPDATE model_versions SET tags = tags - :key::text WHERE id = :id")
                .param("id", id.value())
                .param("key", key)
                .update();
    }

    void move(ModelVersionId id, ModelStage stage, Instant now) {
        jdbc.sql("UPDATE model_versions SET stage = :stage, updated_at = :now WHERE id = :id")
                .param("id", id.value())
                .param("stage", stage.name())
                .param("now", Rows.utc(now))
                .update();
    }

    /** Sends the other versions of its model that are in a stage to the archive. */
    void archiveOthers(ModelVersionId id, ModelStage stage, Instant now) {
        jdbc.sql("""
                        UPDATE model_versions SET stage = 'ARCHIVED', updated_at = :now
                         WHERE model_id = (SELECT model_id FROM model_versions WHERE id = :id) AND id <> :id AND stage = :stage
                        """)
                .param("id", id.value())
                .param("stage", stage.name())
                .param("now", Rows.utc(now))
                .update();
    }

    void delete(ModelVersionId id) {
        jdbc.sql("DELETE FROM model_versions WHERE id = :id")
                .param("id", id.value())
                .update();
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
                row.getString("description"),
                ModelStage.valueOf(row.getString("stage")),
                Json.read(row.getString("tags"), TAGS),
                row.getString("source"),
                row.getString("run_link"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"));
    }
}
