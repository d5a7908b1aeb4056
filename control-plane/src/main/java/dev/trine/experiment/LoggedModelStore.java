package dev.trine.experiment;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Runs.Measure;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
import dev.trine.shared.Rows;
import dev.trine.shared.Search;
import dev.trine.shared.SearchColumns;
import dev.trine.shared.SearchColumns.Among;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code logged_models} and {@code logged_model_metrics}. */
@Repository
class LoggedModelStore {

    private static final String COLUMNS =
            "id, experiment_id, run_id, name, model_type, status, params, tags, created_at, updated_at, deleted_at";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM logged_models WHERE project_id = :project ";
    private static final List<Tie> NEWEST_FIRST =
            List.of(new Tie("created_at", Kind.TIME, false), new Tie("id", Kind.ID, true));
    private static final Comparator<Measure> LOCK_ORDER = Comparator.comparing(
                    (Measure measure) -> measure.model().value())
            .thenComparing(measure -> measure.point().key())
            .thenComparingLong(measure -> measure.point().step())
            .thenComparingLong(measure -> measure.point().timestamp());
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate batches;

    LoggedModelStore(JdbcClient jdbc, NamedParameterJdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    void insert(ProjectId project, LoggedModel model) {
        jdbc.sql("""
                        INSERT INTO logged_models (id, project_id, experiment_id, run_id, name, model_type, status, params, tags,
                                                   created_at, updated_at)
                        VALUES (:id, :project, :experiment, :run, :name, :type, :status, :params::jsonb, :tags::jsonb,
                                :now, :now)
                        """)
                .param("id", model.id().value())
                .param("project", project.value())
                .param("experiment", model.experimentId().value())
                .param("run", uuid(model.runId()))
                .param("name", model.name())
                .param("type", model.modelType())
                .param("status", model.status().name())
                .param("params", Json.write(model.params()))
                .param("tags", Json.write(model.tags()))
                .param("now", Rows.utc(model.createdAt()))
                .update();
    }

    Optional<LoggedModel> find(ProjectId project, LoggedModelId id) {
        return jdbc.sql(SELECT + "AND id = :id")
                .param("project", project.value())
                .param("id", id.value())
                .query(LoggedModelStore::row)
                .optional()
                .map(model -> measured(List.of(model)).getFirst());
    }

    /** The models that a run logged and that were not deleted, oldest first, without what was measured of them. */
    List<LoggedModel> ofRun(ProjectId project, RunId run) {
        return jdbc.sql(SELECT + "AND run_id = :run AND deleted_at IS NULL ORDER BY id")
                .param("project", project.value())
                .param("run", run.value())
                .query(LoggedModelStore::row)
                .list();
    }

    Set<LoggedModelId> known(ProjectId project, Collection<LoggedModelId> ids) {
        return jdbc.sql("SELECT id FROM logged_models WHERE project_id = :project AND id = ANY (:ids)")
                .param("project", project.value())
                .param("ids", ids.stream().map(LoggedModelId::value).toArray(UUID[]::new))
                .query((row, number) -> new LoggedModelId(row.getObject("id", UUID.class)))
                .set();
    }

    /** The page after {@code token} of the models of some experiments. */
    Page<LoggedModel> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<LoggedModelColumn> search,
            @Nullable String token,
            int size) {
        var statement = new SearchStatement<>(search, LoggedModelStore::value, NEWEST_FIRST, token);
        Page<LoggedModel> page = statement.page(
                jdbc,
                new Rowset(COLUMNS, COLUMNS, "logged_models", """
                        project_id = :project AND experiment_id = ANY (:experiments)
                          AND (:stage = 'ANY' OR (deleted_at IS NULL) = (:stage = 'ACTIVE'))
                        """),
                Map.of(
                        "project",
                        project.value(),
                        "experiments",
                        experiments.stream().map(ExperimentId::value).toArray(UUID[]::new),
                        "stage",
                        search.stage().name()),
                size,
                LoggedModelStore::row);
        return new Page<>(measured(page.items()), page.nextPageToken());
    }

    private static Value value(LoggedModelColumn column, Parameters parameters) {
        return switch (column) {
            case LoggedModelColumn.Metric metric -> new Value("measured.value", true, measures(metric, parameters));
            case LoggedModelColumn.Param(String key) ->
                SearchColumns.text("(params ->> %s)".formatted(parameters.add(key)));
            case LoggedModelColumn.Tag(String key) ->
                SearchColumns.text("(tags ->> %s)".formatted(parameters.add(key)));
            case LoggedModelColumn.Attribute attribute ->
                switch (attribute) {
                    case ID -> SearchColumns.text("('m-' || replace(id::text, '-', ''))");
                    case NAME -> SearchColumns.text("name");
                    case TYPE -> SearchColumns.text("model_type");
                    case STATUS ->
                        SearchColumns.text("replace(replace(status, 'LOGGED_MODEL_', ''), 'UPLOAD_FAILED', 'FAILED')");
                    case RUN -> SearchColumns.hex("run_id");
                    case CREATED_AT -> SearchColumns.millis("created_at");
                    case UPDATED_AT -> SearchColumns.millis("updated_at");
                };
        };
    }

    private static Among measures(LoggedModelColumn.Metric metric, Parameters parameters) {
        var from = new StringBuilder("FROM logged_model_metrics measured WHERE measured.model_id = logged_models.id");
        if (metric.key() != null) {
            from.append(" AND measured.key = ").append(parameters.add(metric.key()));
        }
        if (!metric.on().isEmpty()) {
            var any = new StringJoiner(" OR ", " AND (", ")");
            for (DatasetName dataset : metric.on()) {
                String name = "measured.dataset_name = " + parameters.add(dataset.name());
                any.add(
                        dataset.digest() == null
                                ? name
                                : "(%s AND measured.dataset_digest = %s)"
                                        .formatted(name, parameters.add(dataset.digest())));
            }
            from.append(any);
        }
        return new Among(from.toString(), "measured.timestamp_ms DESC, measured.step DESC, measured.run_id");
    }

    /** Sending one twice changes nothing. */
    void addMeasures(RunId run, List<Measure> measures) {
        if (!measures.isEmpty()) {
            batches.batchUpdate(
                    """
                    INSERT INTO logged_model_metrics (model_id, run_id, key, step, timestamp_ms, value, dataset_name, dataset_digest)
                    VALUES (:model, :run, :key, :step, :timestamp, :value, :dataset, :digest) ON CONFLICT DO NOTHING
                    """,
                    measures.stream()
                            .sorted(LOCK_ORDER)
                            .map(measure -> new MapSqlParameterSource("run", run.value())
                                    .addValue("model", measure.model().value())
                                    .addValue("key", measure.point().key())
                                    .addValue("step", measure.point().step())
                                    .addValue("timestamp", measure.point().timestamp())
                                    .addValue("value", measure.point().value())
                                    .addValue(
                                            "dataset",
                                            measure.on() == null
                                                    ? ""
                                                    : measure.on().name())
                                    .addValue(
                                            "digest",
                                            measure.on() == null || measure.on().digest() == null
                                                    ? ""
                                                    : measure.on().digest()))
                            .toArray(SqlParameterSource[]::new));
        }
    }

    /** The same models with what runs measured of them, in the order of its times. */
    private List<LoggedModel> measured(List<LoggedModel> bare) {
        if (bare.isEmpty()) {
            return bare;
        }
        record MetricOf(UUID model, LoggedModel.Metric metric) {}
        Map<UUID, List<LoggedModel.Metric>> metrics = jdbc
                .sql("""
                        SELECT model_id, run_id, key, step, timestamp_ms, value, dataset_name, dataset_digest
                          FROM logged_model_metrics WHERE model_id = ANY (:models)
                         ORDER BY timestamp_ms, step, key, dataset_name, dataset_digest, run_id
                        """)
                .param("models", bare.stream().map(model -> model.id().value()).toArray(UUID[]::new))
                .query((row, number) -> new MetricOf(row.getObject("model_id", UUID.class), metric(row)))
                .list()
                .stream()
                .collect(groupingBy(MetricOf::model, mapping(MetricOf::metric, toList())));
        return bare.stream()
                .map(model -> model.measured(metrics.getOrDefault(model.id().value(), List.of())))
                .toList();
    }

    private static LoggedModel.Metric metric(ResultSet row) throws SQLException {
        String dataset = row.getString("dataset_name");
        String digest = row.getString("dataset_digest");
        return new LoggedModel.Metric(
                new RunId(row.getObject("run_id", UUID.class)),
                new MetricPoint(
                        row.getString("key"), row.getDouble("value"), row.getLong("step"), row.getLong("timestamp_ms")),
                dataset.isEmpty() ? null : new DatasetName(dataset, digest.isEmpty() ? null : digest));
    }

    /** Sets the status if one is given, and adds params and tags to those it has. */
    void update(
            LoggedModelId id,
            LoggedModel.@Nullable Status status,
            Map<String, String> params,
            Map<String, String> tags,
            Instant now) {
        jdbc.sql("""
                        UPDATE logged_models
                           SET status = coalesce(:status, status), params = params || :params::jsonb, tags = tags || :tags::jsonb,
                               updated_at = :now
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("status", status == null ? null : status.name())
                .param("params", Json.write(params))
                .param("tags", Json.write(tags))
                .param("now", Rows.utc(now))
                .update();
    }

    boolean deleteTag(LoggedModelId id, String key, Instant now) {
        return jdbc.sql("""
                        UPDATE logged_models SET tags = tags - :key, updated_at = :now
                         WHERE id = :id AND jsonb_exists(tags, :key)
                        """)
                        .param("id", id.value())
                        .param("key", key)
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    void delete(LoggedModelId id, Instant now) {
        jdbc.sql("UPDATE logged_models SET deleted_at = :now, updated_at = :now WHERE id = :id")
                .param("id", id.value())
                .param("now", Rows.utc(now))
                .update();
    }

    private static @Nullable UUID uuid(@Nullable RunId run) {
        return run == null ? null : run.value();
    }

    private static LoggedModel row(ResultSet row, int number) throws SQLException {
        UUID run = row.getObject("run_id", UUID.class);
        return new LoggedModel(
                new LoggedModelId(row.getObject("id", UUID.class)),
                new ExperimentId(row.getObject("experiment_id", UUID.class)),
                run == null ? null : new RunId(run),
                row.getString("name"),
                row.getString("model_type"),
                LoggedModel.Status.valueOf(row.getString("status")),
                Json.read(row.getString("params"), TEXTS),
                Json.read(row.getString("tags"), TEXTS),
                List.of(),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.instantOrNull(row, "deleted_at"));
    }
}
