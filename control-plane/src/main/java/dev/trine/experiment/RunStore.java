package dev.trine.experiment;

import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
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
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Repository;

/** Rows of {@code runs} and of what hangs on them. */
@Repository
class RunStore {

    private static final String COLUMNS = "id, experiment_id, name, status, started_at, ended_at, deleted_at, version";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM runs WHERE ";
    /** Without an order the latest start first. */
    private static final List<Tie> TIES =
            List.of(new Tie("started_at", Kind.TIME, false), new Tie("id", Kind.ID, true));

    private final JdbcClient jdbc;
    private final MetricStore metrics;

    RunStore(JdbcClient jdbc, MetricStore metrics) {
        this.jdbc = jdbc;
        this.metrics = metrics;
    }

    void insert(
            RunId id,
            ProjectId project,
            ExperimentId experiment,
            String name,
            @Nullable UserId by,
            Instant now,
            Instant startedAt) {
        jdbc.sql("""
                        INSERT INTO runs (id, project_id, experiment_id, name, status, created_by, created_at, started_at)
                        VALUES (:id, :project, :experiment, :name, 'RUNNING', :by, :now, :startedAt)
                        """)
                .param("id", id.value())
                .param("project", project.value())
                .param("experiment", experiment.value())
                .param("name", name)
                .param("by", by == null ? null : by.value())
                .param("now", Rows.utc(now))
                .param("startedAt", Rows.utc(startedAt))
                .update();
    }

    /** Also one that was deleted. */
    Optional<Run> find(ProjectId project, RunId id) {
        return jdbc.sql(SELECT + "id = :id AND project_id = :project")
                .param("id", id.value())
                .param("project", project.value())
                .query(RunStore::row)
                .optional()
                .map(run -> complete(List.of(run)).getFirst());
    }

    /** The same without what was logged. */
    Optional<RunPlace> place(ProjectId project, RunId id) {
        return jdbc.sql("SELECT experiment_id, deleted_at FROM runs WHERE id = :id AND project_id = :project")
                .param("id", id.value())
                .param("project", project.value())
                .query((row, number) -> new RunPlace(
                        id,
                        new ExperimentId(row.getObject("experiment_id", UUID.class)),
                        row.getObject("deleted_at") != null))
                .optional();
    }

    /** Those of the runs that the project has, deleted ones too. */
    Set<RunId> known(ProjectId project, Collection<RunId> runs) {
        return Set.copyOf(jdbc.sql("SELECT id FROM runs WHERE project_id = :project AND id = ANY (:runs)")
                .param("project", project.value())
                .param("runs", runs.stream().map(RunId::value).toArray(UUID[]::new))
                .query((row, number) -> new RunId(row.getObject("id", UUID.class)))
                .list());
    }

    List<Run> list(ProjectId project, @Nullable ExperimentId experiment, PageRequest page) {
        return complete(jdbc.sql(SELECT + """
                         project_id = :project AND deleted_at IS NULL
                         AND (:experiment::uuid IS NULL OR experiment_id = :experiment)
                         AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC LIMIT :limit
                        """)
                .param("project", project.value())
                .param("experiment", experiment == null ? null : experiment.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(RunStore::row)
                .list());
    }

    /** The page after {@code token} of the runs of some experiments. */
    Page<Run> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<RunColumn> search,
            @Nullable String token,
            int size) {
        var statement = new SearchStatement<>(search, RunStore::value, TIES, token);
        // of one experiment the index has them in the usual order already
        String within = experiments.size() == 1
                ? "experiment_id = (:experiments::uuid[])[1]"
                : "experiment_id = ANY (:experiments)";
        Page<Run> page = statement.page(
                jdbc,
                new Rowset(COLUMNS, COLUMNS, "runs", """
                        runs.project_id = :project AND %s
                          AND (:stage = 'ANY' OR (deleted_at IS NULL) = (:stage = 'ACTIVE'))
                        """.formatted(within)),
                Map.of(
                        "project",
                        project.value(),
                        "experiments",
                        experiments.stream().map(ExperimentId::value).toArray(UUID[]::new),
                        "stage",
                        search.stage().name()),
                size,
                RunStore::row);
        return new Page<>(complete(page.items()), page.nextPageToken());
    }

    private static Value value(RunColumn column, Parameters parameters) {
        return switch (column) {
            case RunColumn.Metric(String key) -> SearchColumns.number(valueOf("run_latest_metrics", key, parameters));
            case RunColumn.Param(String key) -> SearchColumns.text(valueOf("run_params", key, parameters));
            case RunColumn.Tag(String key) -> SearchColumns.text(valueOf("run_tags", key, parameters));
            case RunColumn.Dataset dataset -> RunLineageStore.value(dataset);
            case RunColumn.Attribute attribute ->
                switch (attribute) {
                    case ID -> SearchColumns.hex("id");
                    case NAME -> SearchColumns.text("name");
                    case STATUS -> SearchColumns.text("status");
                    case STARTED_AT -> SearchColumns.millis("started_at");
                    case ENDED_AT -> SearchColumns.millis("ended_at");
                };
        };
    }

    private static String valueOf(String table, String key, Parameters parameters) {
        return parameters.entry(table, "%1$s.run_id = runs.id", key) + ".value";
    }

    /** @param deletedAt null to restore it */
    void mark(RunId id, @Nullable Instant deletedAt) {
        jdbc.sql("UPDATE runs SET deleted_at = :deletedAt, version = version + 1 WHERE id = :id")
                .param("id", id.value())
                .param("deletedAt", Rows.utcOrNull(deletedAt))
                .update();
    }

    /** The same of all runs of an experiment. */
    void markAll(ExperimentId experiment, @Nullable Instant deletedAt) {
        jdbc.sql("""
                        UPDATE runs SET deleted_at = :deletedAt, version = version + 1
                         WHERE experiment_id = :experiment AND (deleted_at IS NULL) <> (:deletedAt::timestamptz IS NULL)
                        """)
                .param("experiment", experiment.value())
                .param("deletedAt", Rows.utcOrNull(deletedAt), Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }

    /** Changes what is given; the rest stays as it is, also when somebody else changes it meanwhile. */
    void update(RunId id, @Nullable RunStatus status, @Nullable Instant endedAt, @Nullable String name) {
        jdbc.sql("""
                        UPDATE runs
                           SET status = coalesce(:status, status), ended_at = coalesce(:endedAt, ended_at),
                               name = coalesce(:name, name), version = version + 1
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("status", status == null ? null : status.name())
                .param("endedAt", Rows.utcOrNull(endedAt))
                .param("name", name)
                .update();
    }

    /** Writes params that are not there yet; returns those that are there with another value. */
    Map<String, String> addParams(RunId run, Map<String, String> params) {
        if (params.isEmpty()) {
            return Map.of();
        }
        int added = entries(
                        "INSERT INTO run_params (run_id, project_id, key, value) %s ON CONFLICT (run_id, key) DO NOTHING",
                        run, params)
                .update();
        if (added == params.size()) {
            return Map.of();
        }
        var conflicts = new HashMap<String, String>();
        jdbc.sql("SELECT key, value FROM run_params WHERE run_id = :run AND key = ANY (:keys)")
                .param("run", run.value())
                .param("keys", params.keySet().toArray(String[]::new))
                .query(row -> {
                    String key = row.getString("key");
                    String value = row.getString("value");
                    if (!value.equals(params.get(key))) {
                        conflicts.put(key, value);
                    }
                });
        return conflicts;
    }

    void putTags(RunId run, Map<String, String> tags) {
        if (!tags.isEmpty()) {
            entries("""
                    INSERT INTO run_tags (run_id, project_id, key, value) %s
                    ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value
                    """, run, tags).update();
        }
    }

    void appendToTag(RunId run, String key, String json) {
        jdbc.sql("""
                        INSERT INTO run_tags (run_id, project_id, key, value)
                        SELECT id, project_id, :key, :json FROM runs WHERE id = :run
                        ON CONFLICT (run_id, key) DO UPDATE
                           SET value = CASE WHEN NOT pg_input_is_valid(run_tags.value, 'jsonb') THEN excluded.value
                                            WHEN jsonb_typeof(run_tags.value::jsonb) <> 'array' THEN excluded.value
                                            ELSE (run_tags.value::jsonb || excluded.value::jsonb)::text END
                        """)
                .param("run", run.value())
                .param("key", key)
                .param("json", json)
                .update();
    }

    boolean deleteTag(RunId run, String key) {
        return jdbc.sql("DELETE FROM run_tags WHERE run_id = :run AND key = :key")
                        .param("run", run.value())
                        .param("key", key)
                        .update()
                == 1;
    }

    /**
     * A statement about a run's entries, {@code %s} being a query for them in the order of their keys, whatever the order they came
     * in, so that no two writers wait for each other.
     */
    private StatementSpec entries(String sql, RunId run, Map<String, String> entries) {
        return jdbc.sql(sql.formatted("""
                        SELECT id, project_id, key, value
                          FROM runs, unnest(:keys::text[], :values::text[]) AS told (key, value)
                         WHERE id = :run
                         ORDER BY key
                        """))
                .param("run", run.value())
                .param("keys", entries.keySet().toArray(String[]::new))
                .param("values", entries.values().toArray(String[]::new));
    }

    /** Params, tags and latest metrics of several runs, with one query each. */
    private List<Run> complete(List<Run> bare) {
        if (bare.isEmpty()) {
            return bare;
        }
        List<UUID> ids = bare.stream().map(run -> run.id().value()).toList();
        Map<UUID, Map<String, String>> params = texts("run_params", ids);
        Map<UUID, Map<String, String>> tags = texts("run_tags", ids);
        Map<RunId, Map<String, Run.Latest>> latest =
                metrics.latest(bare.stream().map(Run::id).toList());
        var whole = new ArrayList<Run>();
        for (Run run : bare) {
            UUID id = run.id().value();
            whole.add(new Run(
                    run.id(),
                    run.experimentId(),
                    run.name(),
                    run.status(),
                    params.getOrDefault(id, Map.of()),
                    latest.getOrDefault(run.id(), Map.of()),
                    tags.getOrDefault(id, Map.of()),
                    run.startedAt(),
                    run.endedAt(),
                    run.deletedAt(),
                    run.version()));
        }
        return whole;
    }

    private Map<UUID, Map<String, String>> texts(String table, Collection<UUID> runs) {
        var all = new HashMap<UUID, Map<String, String>>();
        jdbc.sql("SELECT run_id, key, value FROM " + table + " WHERE run_id = ANY (:runs)")
                .param("runs", runs.toArray(UUID[]::new))
                .query((row, number) -> all.computeIfAbsent(row.getObject("run_id", UUID.class), run -> new HashMap<>())
                        .put(row.getString("key"), row.getString("value")))
                .list();
        return all;
    }

    private static Run row(ResultSet row, int number) throws SQLException {
        return new Run(
                new RunId(row.getObject("id", UUID.class)),
                new ExperimentId(row.getObject("experiment_id", UUID.class)),
                row.getString("name"),
                RunStatus.valueOf(row.getString("status")),
                Map.of(),
                Map.of(),
                Map.of(),
                Rows.instant(row, "started_at"),
                Rows.instantOrNull(row, "ended_at"),
                Rows.instantOrNull(row, "deleted_at"),
                row.getLong("version"));
    }
}
