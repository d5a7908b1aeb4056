package dev.trine.training;

import dev.trine.data.DatasetVersionId;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.RunId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.shared.Json;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadId;
import dev.trine.workload.WorkloadState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code training_jobs}. */
@Repository
class TrainingJobStore {

    private static final String COLUMNS = """
            id, name, state, reason_code, reason_message, spec, workload_id, run_id, experiment_id,
            dataset_version_id, created_at, queued_at, started_at, ended_at, version
            """;

    private final JdbcClient jdbc;

    TrainingJobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param tokenPermissions what the job's own token is good for */
    void insert(TrainingJob job, ProjectId project, UserId by, Set<Permission> tokenPermissions) {
        DatasetVersionId datasetVersion = job.datasetVersionId();
        jdbc.sql("""
                        INSERT INTO training_jobs (id, project_id, name, spec, workload_id, run_id, experiment_id,
                                                   dataset_version_id, state, token_scopes, created_by, created_at,
                                                   queued_at)
                        VALUES (:id, :project, :name, :spec::jsonb, :workload, :run, :experiment,
                                :datasetVersion, :state, :scopes, :by, :now, :now)
                        """)
                .param("id", job.id().value())
                .param("project", project.value())
                .param("name", job.name())
                .param("spec", Json.write(job.spec()))
                .param("workload", job.workloadId().value())
                .param("run", job.runId().value())
                .param("experiment", job.experimentId().value())
                .param("datasetVersion", datasetVersion == null ? null : datasetVersion.value())
                .param("state", job.state().name())
                .param(
                        "scopes",
                        tokenPermissions.stream()
                                .map(Permission::scope)
                                .sorted()
                                .toArray(String[]::new))
                .param("by", by.value())
                .param("now", Rows.utc(job.createdAt()))
                .update();
    }

    Optional<TrainingJob> find(ProjectId project, TrainingJobId id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM training_jobs WHERE id = :id AND project_id = :project")
                .param("id", id.value())
                .param("project", project.value())
                .query(TrainingJobStore::row)
                .optional();
    }

    Set<Permission> tokenPermissions(TrainingJobId id) {
        return jdbc
                .sql("SELECT unnest(token_scopes) AS scope FROM training_jobs WHERE id = :id")
                .param("id", id.value())
                .query((row, number) -> row.getString("scope"))
                .list()
                .stream()
                .flatMap(scope -> Permission.ofScope(scope).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A job by the workload that runs it, of whatever project: only for the workload's own events. */
    Optional<TrainingJob> byWorkload(WorkloadId workload) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM training_jobs WHERE workload_id = :workload")
                .param("workload", workload.value())
                .query(TrainingJobStore::row)
                .optional();
    }

    List<TrainingJob> list(
            ProjectId project, @Nullable WorkloadState state, @Nullable String search, PageRequest page) {
        return jdbc.sql("SELECT " + COLUMNS + """
                         FROM training_jobs
                        WHERE project_id = :project
                          AND (:state::text IS NULL OR state = :state)
                          AND (:search::text IS NULL OR strpos(lower(name), lower(:search)) > 0)
                          AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC
                        LIMIT :limit
                        """)
                .param("project", project.value())
                .param("state", state == null ? null : state.name())
                .param("search", search)
                .param("after", page.after())
                .param("limit", page.limit())
                .query(TrainingJobStore::row)
                .list();
    }

    /** Follows the workload's state; the times are kept when they are known already. */
    void follow(
            TrainingJobId id,
            WorkloadState state,
            Workload.@Nullable Reason reason,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt) {
        jdbc.sql("""
                        UPDATE training_jobs
                           SET state = :state, reason_code = :code, reason_message = :message,
                               started_at = coalesce(:startedAt, started_at), ended_at = :endedAt, version = version + 1
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("state", state.name())
                .param("code", reason == null ? null : reason.code())
                .param("message", reason == null ? null : reason.message())
                .param("startedAt", Rows.utcOrNull(startedAt))
                .param("endedAt", Rows.utcOrNull(endedAt))
                .update();
    }

    private static TrainingJob row(ResultSet row, int number) throws SQLException {
        String code = row.getString("reason_code");
        UUID datasetVersion = row.getObject("dataset_version_id", UUID.class);
        return new TrainingJob(
                new TrainingJobId(row.getObject("id", UUID.class)),
                row.getString("name"),
                WorkloadState.valueOf(row.getString("state")),
                code == null ? null : new Workload.Reason(code, row.getString("reason_message")),
                Json.read(row.getString("spec"), TrainingSpec.class),
                new WorkloadId(row.getObject("workload_id", UUID.class)),
                new RunId(row.getObject("run_id", UUID.class)),
                new ExperimentId(row.getObject("experiment_id", UUID.class)),
                datasetVersion == null ? null : new DatasetVersionId(datasetVersion),
                List.of(),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "queued_at"),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "ended_at"),
                row.getLong("version"));
    }

    Map<WorkloadState, Integer> countByState(ProjectId project) {
        var counts = new EnumMap<WorkloadState, Integer>(WorkloadState.class);
        jdbc.sql("SELECT state, count(*) AS jobs FROM training_jobs WHERE project_id = :project GROUP BY state")
                .param("project", project.value())
                .query((ResultSet row) -> {
                    counts.put(WorkloadState.valueOf(row.getString("state")), row.getInt("jobs"));
                });
        return counts;
    }
}
