package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code evaluation_datasets}, their tags, and which experiments have them. */
@Repository
class EvaluationDatasetStore {

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final String NAMES =
            "id, name, digest, schema, records, created_at, updated_at, created_by, updated_by, tags";
    private static final String COLUMNS = """
            id, name, digest, schema, records, created_at, updated_at, created_by, updated_by,
            (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM evaluation_dataset_tags
              WHERE dataset_id = evaluation_datasets.id) AS tags
            """;
    private static final List<Tie> LATEST_FIRST =
            List.of(new Tie("created_at", Kind.TIME, false), new Tie("id", Kind.ID, false));

    private final JdbcClient jdbc;

    EvaluationDatasetStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Without tags and experiments. */
    void insert(ProjectId project, EvaluationDataset made) {
        jdbc.sql("""
                        INSERT INTO evaluation_datasets (id, project_id, name, digest, records, created_at, updated_at, created_by,
                                                         updated_by)
                        VALUES (:id, :project, :name, :digest, :records, :createdAt, :updatedAt, :createdBy, :updatedBy)
                        """)
                .param("id", made.id().value())
                .param("project", project.value())
                .param("name", made.name())
                .param("digest", made.digest())
                .param("records", made.records())
                .param("createdAt", Rows.utc(made.createdAt()))
                .param("updatedAt", Rows.utc(made.updatedAt()))
                .param("createdBy", made.createdBy())
                .param("updatedBy", made.updatedBy())
                .update();
    }

    Optional<EvaluationDataset> find(ProjectId project, EvaluationDatasetId id) {
        return find("SELECT %s FROM evaluation_datasets WHERE project_id = :project AND id = :id", project, id);
    }

    /** The same, which nobody else changes until the transaction ends. */
    Optional<EvaluationDataset> lock(ProjectId project, EvaluationDatasetId id) {
        return find(
                "SELECT %s FROM evaluation_datasets WHERE project_id = :project AND id = :id FOR UPDATE", project, id);
    }

    private Optional<EvaluationDataset> find(String select, ProjectId project, EvaluationDatasetId id) {
        return jdbc.sql(select.formatted(COLUMNS))
                .param("project", project.value())
                .param("id", id.value())
                .query(EvaluationDatasetStore::row)
                .optional();
    }

    Page<EvaluationDataset> search(
            ProjectId project,
            @Nullable Collection<ExperimentId> experiments,
            Search<EvaluationDatasetColumn> search,
            @Nullable String token,
            int size) {
        var statement = new SearchStatement<>(search, EvaluationDatasetStore::value, LATEST_FIRST, token);
        return statement.page(
                jdbc,
                new Rowset(NAMES, COLUMNS, "evaluation_datasets", """
                        evaluation_datasets.project_id = :project
                          AND (:everywhere OR EXISTS (SELECT 1 FROM evaluation_dataset_experiments
                                                       WHERE dataset_id = evaluation_datasets.id AND experiment_id = ANY (:experiments)))
                        """),
                Map.of(
                        "project",
                        project.value(),
                        "everywhere",
                        experiments == null,
                        "experiments",
                        uuids(experiments == null ? List.of() : experiments)),
                size,
                EvaluationDatasetStore::row);
    }

    private static Value value(EvaluationDatasetColumn column, Parameters parameters) {
        return switch (column) {
            case EvaluationDatasetColumn.Tag(String key) ->
                SearchColumns.text(
                        parameters.entry("evaluation_dataset_tags", "%1$s.dataset_id = evaluation_datasets.id", key)
                                + ".value");
            case EvaluationDatasetColumn.Attribute attribute ->
                switch (attribute) {
                    case NAME -> SearchColumns.text("name");
                    case CREATED_AT -> SearchColumns.millis("created_at");
                    case UPDATED_AT -> SearchColumns.millis("updated_at");
                    case CREATED_BY -> SearchColumns.text("created_by");
                    case UPDATED_BY -> SearchColumns.text("updated_by");
                };
        };
    }

    /** Keeps what changes with the records: digest, schema, number, and when and by whom. */
    void update(EvaluationDataset changed) {
        jdbc.sql("""
                        UPDATE evaluation_datasets
                           SET digest = :digest, schema = :schema::jsonb, records = :records, updated_at = :updatedAt,
                               updated_by = :updatedBy
                         WHERE id = :id
                        """)
                .param("digest", changed.digest())
                .param("schema", changed.schema())
                .param("records", changed.records())
                .param("updatedAt", Rows.utc(changed.updatedAt()))
                .param("updatedBy", changed.updatedBy())
                .param("id", changed.id().value())
                .update();
    }

    /** Whether it was there. */
    boolean delete(ProjectId project, EvaluationDatasetId id) {
        return jdbc.sql("DELETE FROM evaluation_datasets WHERE project_id = :project AND id = :id")
                        .param("project", project.value())
                        .param("id", id.value())
                        .update()
                == 1;
    }

    /** In the order of the keys, so that no two writers wait for each other. */
    void putTags(ProjectId project, EvaluationDatasetId id, Map<String, String> tags) {
        jdbc.sql("""
                        INSERT INTO evaluation_dataset_tags (dataset_id, project_id, key, value)
                        SELECT :id, :project, key, value FROM jsonb_each_text(:tags::jsonb) ORDER BY key
                        ON CONFLICT (dataset_id, key) DO UPDATE SET value = excluded.value
                        """)
                .param("id", id.value())
                .param("project", project.value())
                .param("tags", Json.write(tags))
                .update();
    }

    void deleteTag(ProjectId project, EvaluationDatasetId id, String key) {
        jdbc.sql("DELETE FROM evaluation_dataset_tags WHERE project_id = :project AND dataset_id = :id AND key = :key")
                .param("project", project.value())
                .param("id", id.value())
                .param("key", key)
                .update();
    }

    List<ExperimentId> experiments(ProjectId project, EvaluationDatasetId id) {
        return jdbc.sql("""
                        SELECT experiment_id FROM evaluation_dataset_experiments
                         WHERE project_id = :project AND dataset_id = :id
                         ORDER BY experiment_id
                        """)
                .param("project", project.value())
                .param("id", id.value())
                .query((row, number) -> new ExperimentId(row.getObject("experiment_id", UUID.class)))
                .list();
    }

    void add(ProjectId project, EvaluationDatasetId id, Collection<ExperimentId> experiments) {
        jdbc.sql("""
                        INSERT INTO evaluation_dataset_experiments (dataset_id, experiment_id, project_id)
                        SELECT :id, experiment, :project FROM unnest(:experiments) AS experiment ORDER BY experiment
                        ON CONFLICT DO NOTHING
                        """)
                .param("id", id.value())
                .param("project", project.value())
                .param("experiments", uuids(experiments))
                .update();
    }

    /** How many of these had it. */
    int remove(ProjectId project, EvaluationDatasetId id, Collection<ExperimentId> experiments) {
        return jdbc.sql("""
                        DELETE FROM evaluation_dataset_experiments
                         WHERE project_id = :project AND dataset_id = :id AND experiment_id = ANY (:experiments)
                        """)
                .param("project", project.value())
                .param("id", id.value())
                .param("experiments", uuids(experiments))
                .update();
    }

    private static UUID[] uuids(Collection<ExperimentId> experiments) {
        return experiments.stream().map(ExperimentId::value).toArray(UUID[]::new);
    }

    private static EvaluationDataset row(ResultSet row, int number) throws SQLException {
        return new EvaluationDataset(
                new EvaluationDatasetId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getString("digest"),
                row.getString("schema"),
                row.getLong("records"),
                Json.read(row.getString("tags"), TEXTS),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                row.getString("created_by"),
                row.getString("updated_by"));
    }
}
