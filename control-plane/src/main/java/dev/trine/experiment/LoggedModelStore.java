package dev.trine.experiment;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Json;
import dev.trine.shared.Rows;
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

/** Rows of {@code logged_models}. */
@Repository
class LoggedModelStore {

    private static final String SELECT = """
            SELECT id, experiment_id, run_id, name, model_type, status, params, tags, created_at, updated_at
              FROM logged_models WHERE project_id = :project
            """;
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    LoggedModelStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
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
                .optional();
    }

    /** The models of some experiments, newest first, by name if one is given, older than {@code after}. */
    List<LoggedModel> search(
            ProjectId project,
            List<ExperimentId> experiments,
            @Nullable String name,
            @Nullable LoggedModelId after,
            int limit) {
        return jdbc.sql(SELECT + """
                        AND experiment_id = ANY (:experiments)
                        AND (:name::text IS NULL OR name = :name)
                        AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC
                        LIMIT :limit
                        """)
                .param("project", project.value())
                .param(
                        "experiments",
                        experiments.stream().map(ExperimentId::value).toArray(UUID[]::new))
                .param("name", name)
                .param("after", after == null ? null : after.value())
                .param("limit", limit)
                .query(LoggedModelStore::row)
                .list();
    }

    /** The models of some runs, oldest first. */
    List<LoggedModel> ofRuns(ProjectId project, Collection<RunId> runs) {
        return jdbc.sql(SELECT + "AND run_id = ANY (:runs) ORDER BY id")
                .param("project", project.value())
                .param("runs", runs.stream().map(RunId::value).toArray(UUID[]::new))
                .query(LoggedModelStore::row)
                .list();
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
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"));
    }
}
