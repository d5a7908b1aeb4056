package dev.trine.experiment;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.trine.experiment.RunLineage.Model;
import dev.trine.identity.ProjectId;
import dev.trine.shared.IdSource;
import dev.trine.shared.Json;
import dev.trine.shared.Rows;
import dev.trine.shared.SearchColumns.Among;
import dev.trine.shared.SearchColumns.Value;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code logged_datasets}, and which runs were given them; which runs used and made logged models. */
@Repository
class RunLineageStore {

    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};
    private static final Among DATASETS_OF_A_RUN = new Among(
            "FROM run_datasets used JOIN logged_datasets data ON data.id = used.dataset_id WHERE used.run_id = runs.id",
            "data.name, data.digest");

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate batches;
    private final IdSource ids;

    RunLineageStore(JdbcClient jdbc, NamedParameterJdbcTemplate batches, IdSource ids) {
        this.jdbc = jdbc;
        this.batches = batches;
        this.ids = ids;
    }

    /** Of a run of {@code runs}. */
    static Value value(RunColumn.Dataset column) {
        String sql = switch (column) {
            case NAME -> "data.name";
            case DIGEST -> "data.digest";
            case CONTEXT -> "(used.tags ->> '%s')".formatted(LoggedDataset.Input.CONTEXT);
        };
        return new Value(sql, false, DATASETS_OF_A_RUN);
    }

    /** What is there already stays as it is. */
    void addDatasets(
            ProjectId project, ExperimentId experiment, RunId run, List<LoggedDataset.Input> inputs, Instant now) {
        if (inputs.isEmpty()) {
            return;
        }
        // in one order, so that no two writers wait for each other
        SqlParameterSource[] rows = inputs.stream()
                .sorted(Comparator.comparing(
                                (LoggedDataset.Input input) -> input.dataset().name())
                        .thenComparing(input -> input.dataset().digest()))
                .map(input -> new MapSqlParameterSource("id", ids.next())
                        .addValue("project", project.value())
                        .addValue("experiment", experiment.value())
                        .addValue("run", run.value())
                        .addValue("name", input.dataset().name())
                        .addValue("digest", input.dataset().digest())
                        .addValue("sourceType", input.dataset().sourceType())
                        .addValue("source", input.dataset().source())
                        .addValue("schema", input.dataset().schema())
                        .addValue("profile", input.dataset().profile())
                        .addValue("tags", Json.write(input.tags()))
                        .addValue("now", Rows.utc(now)))
                .toArray(SqlParameterSource[]::new);
        batches.batchUpdate("""
                INSERT INTO logged_datasets (id, project_id, experiment_id, name, digest, source_type, source, schema, profile,
                                             created_at)
                VALUES (:id, :project, :experiment, :name, :digest, :sourceType, :source, :schema, :profile, :now)
                ON CONFLICT (experiment_id, name, digest) DO NOTHING
                """, rows);
        batches.batchUpdate("""
                INSERT INTO run_datasets (run_id, dataset_id, tags)
                SELECT :run, id, :tags::jsonb FROM logged_datasets
                 WHERE experiment_id = :experiment AND name = :name AND digest = :digest
                ON CONFLICT (run_id, dataset_id) DO NOTHING
                """, rows);
    }

    /** Of a model that the run made already, the step counts that is told last. */
    void addModels(RunId run, Role role, Map<LoggedModelId, Long> steps) {
        batches.batchUpdate(
                """
                INSERT INTO run_models (run_id, model_id, role, step) VALUES (:run, :model, :role, :step)
                ON CONFLICT (run_id, model_id, role) DO UPDATE SET step = excluded.step
                """,
                steps.entrySet().stream()
                        .sorted(Comparator.comparing(model -> model.getKey().value()))
                        .map(model -> new MapSqlParameterSource("run", run.value())
                                .addValue("model", model.getKey().value())
                                .addValue("role", role.name())
                                .addValue("step", model.getValue()))
                        .toArray(SqlParameterSource[]::new));
    }

    /** What a logged model is to a run. */
    enum Role {
        INPUT,
        OUTPUT
    }

    Map<RunId, RunLineage> of(ProjectId project, Collection<RunId> runs) {
        var ids = runs.stream().map(RunId::value).toArray(UUID[]::new);
        Map<UUID, List<LoggedDataset.Input>> datasets = jdbc
                .sql("""
                        SELECT used.run_id, data.name, data.digest, data.source_type, data.source, data.schema, data.profile, used.tags
                          FROM run_datasets used JOIN logged_datasets data ON data.id = used.dataset_id
                         WHERE used.run_id = ANY (:runs) AND data.project_id = :project
                         ORDER BY data.name, data.digest
                        """)
                .param("runs", ids)
                .param("project", project.value())
                .query((row, number) -> Map.entry(row.getObject("run_id", UUID.class), input(row)))
                .list()
                .stream()
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
        record ModelOfRun(UUID run, Role role, Model model) {}
        Map<UUID, Map<Role, List<Model>>> models = jdbc
                .sql("""
                        SELECT used.run_id, used.role, used.model_id, model.name, used.step
                          FROM run_models used JOIN logged_models model ON model.id = used.model_id
                         WHERE used.run_id = ANY (:runs) AND model.project_id = :project
                         ORDER BY used.step, used.model_id
                        """)
                .param("runs", ids)
                .param("project", project.value())
                .query((row, number) -> new ModelOfRun(
                        row.getObject("run_id", UUID.class),
                        Role.valueOf(row.getString("role")),
                        new Model(
                                new LoggedModelId(row.getObject("model_id", UUID.class)),
                                row.getString("name"),
                                row.getLong("step"))))
                .list()
                .stream()
                .collect(groupingBy(
                        ModelOfRun::run, groupingBy(ModelOfRun::role, mapping(ModelOfRun::model, toList()))));
        var all = new HashMap<RunId, RunLineage>();
        for (RunId run : runs) {
            Map<Role, List<Model>> ofRun = models.getOrDefault(run.value(), Map.of());
            all.put(
                    run,
                    new RunLineage(
                            datasets.getOrDefault(run.value(), List.of()),
                            ofRun.getOrDefault(Role.INPUT, List.of()),
                            ofRun.getOrDefault(Role.OUTPUT, List.of())));
        }
        return all;
    }

    private static LoggedDataset.Input input(ResultSet row) throws SQLException {
        return new LoggedDataset.Input(
                new LoggedDataset(
                        row.getString("name"),
                        row.getString("digest"),
                        row.getString("source_type"),
                        row.getString("source"),
                        row.getString("schema"),
                        row.getString("profile")),
                Json.read(row.getString("tags"), TAGS));
    }

    /** Each name, digest and context once, sorted. */
    List<LoggedDataset.Use> uses(ProjectId project, Collection<ExperimentId> experiments, int most) {
        return jdbc.sql("""
                        SELECT DISTINCT data.experiment_id, data.name, data.digest, used.tags ->> :context AS context
                          FROM logged_datasets data JOIN run_datasets used ON used.dataset_id = data.id
                         WHERE data.project_id = :project AND data.experiment_id = ANY (:experiments)
                         ORDER BY data.experiment_id, data.name, data.digest, context
                         LIMIT :most
                        """)
                .param("context", LoggedDataset.Input.CONTEXT)
                .param("project", project.value())
                .param(
                        "experiments",
                        experiments.stream().map(ExperimentId::value).toArray(UUID[]::new))
                .param("most", most)
                .query((row, number) -> new LoggedDataset.Use(
                        new ExperimentId(row.getObject("experiment_id", UUID.class)),
                        row.getString("name"),
                        row.getString("digest"),
                        row.getString("context")))
                .list();
    }
}
