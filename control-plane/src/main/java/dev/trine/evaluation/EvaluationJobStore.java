package dev.trine.evaluation;

import dev.trine.data.DatasetVersionId;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code evaluation_jobs}. */
@Repository
class EvaluationJobStore {

    private static final String COLUMNS = """
            id, spec, workload_id, model_digest, dataset_version_id, state, reason_code, reason_message, report,
            created_at, started_at, ended_at, version
            """;

    private final JdbcClient jdbc;

    EvaluationJobStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(EvaluationJob job, ProjectId project, UserId by) {
        jdbc.sql("""
                        INSERT INTO evaluation_jobs (id, project_id, spec, workload_id, model_digest, dataset_version_id,
                                                     state, created_by, created_at)
                        VALUES (:id, :project, :spec::jsonb, :workload, :digest, :datasetVersion, :state, :by, :now)
                        """)
                .param("id", job.id().value())
                .param("project", project.value())
                .param("spec", Json.write(job.spec()))
                .param("workload", job.workloadId().value())
                .param("digest", job.modelDigest())
                .param("datasetVersion", job.datasetVersionId().value())
                .param("state", job.state().name())
                .param("by", by.value())
                .param("now", Rows.utc(job.createdAt()))
                .update();
    }

    Optional<EvaluationJob> find(ProjectId project, EvaluationJobId id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM evaluation_jobs WHERE id = :id AND project_id = :project")
                .param("id", id.value())
                .param("project", project.value())
                .query(EvaluationJobStore::row)
                .optional();
    }

    /** A job by the workload that runs it, of whatever project: only for the workload's own events. */
    Optional<EvaluationJob> byWorkload(WorkloadId workload) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM evaluation_jobs WHERE workload_id = :workload")
                .param("workload", workload.value())
                .query(EvaluationJobStore::row)
                .optional();
    }

    List<EvaluationJob> list(ProjectId project, PageRequest page) {
        return jdbc.sql("SELECT " + COLUMNS + """
                         FROM evaluation_jobs
                        WHERE project_id = :project
                          AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC
                        LIMIT :limit
                        """)
                .param("project", project.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(EvaluationJobStore::row)
                .list();
    }

    void follow(EvaluationJobId id, WorkloadState state, Workload.@Nullable Reason reason, Workload workload) {
        jdbc.sql("""
                        UPDATE evaluation_jobs
                           SET state = :state, reason_code = :code, reason_message = :message,
                               started_at = coalesce(:startedAt, started_at), ended_at = :endedAt, version = version + 1
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("state", state.name())
                .param("code", reason == null ? null : reason.code())
                .param("message", reason == null ? null : reason.message())
                .param("startedAt", Rows.utcOrNull(workload.startedAt()))
                .param("endedAt", Rows.utcOrNull(workload.endedAt()))
                .update();
    }

    /** Keeps the report of a job that is about to succeed. */
    void report(WorkloadId workload, EvaluationReport report) {
        jdbc.sql("UPDATE evaluation_jobs SET report = :report::jsonb WHERE workload_id = :workload")
                .param("workload", workload.value())
                .param("report", Json.write(report))
                .update();
    }

    boolean hasReport(EvaluationJobId id) {
        return jdbc.sql("SELECT report IS NOT NULL FROM evaluation_jobs WHERE id = :id")
                .param("id", id.value())
                .query(Boolean.class)
                .single();
    }

    private static EvaluationJob row(ResultSet row, int number) throws SQLException {
        String code = row.getString("reason_code");
        WorkloadState state = WorkloadState.valueOf(row.getString("state"));
        String report = state == WorkloadState.SUCCEEDED ? row.getString("report") : null;
        return new EvaluationJob(
                new EvaluationJobId(row.getObject("id", UUID.class)),
                state,
                code == null ? null : new Workload.Reason(code, row.getString("reason_message")),
                Json.read(row.getString("spec"), EvaluationSpec.class),
                new WorkloadId(row.getObject("workload_id", UUID.class)),
                row.getString("model_digest"),
                new DatasetVersionId(row.getObject("dataset_version_id", UUID.class)),
                report == null ? null : Json.read(report, EvaluationReport.class),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "ended_at"),
                row.getLong("version"));
    }
}
