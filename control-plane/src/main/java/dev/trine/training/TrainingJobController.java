package dev.trine.training;

import dev.trine.experiment.Experiments;
import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.scheduling.Scheduling;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.ServerSentEvents;
import dev.trine.workload.WorkloadLogs;
import dev.trine.workload.WorkloadState;
import dev.trine.workload.WorkloadStreams;
import dev.trine.workload.WorkloadStreams.Standing;
import dev.trine.workload.Workloads;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/training/jobs")
class TrainingJobController {

    private final TrainingJobs jobs;
    private final Workloads workloads;
    private final WorkloadLogs logs;
    private final WorkloadStreams streams;
    private final Experiments experiments;
    private final Scheduling scheduling;

    TrainingJobController(
            TrainingJobs jobs,
            Workloads workloads,
            WorkloadLogs logs,
            WorkloadStreams streams,
            Experiments experiments,
            Scheduling scheduling) {
        this.jobs = jobs;
        this.workloads = workloads;
        this.logs = logs;
        this.streams = streams;
        this.experiments = experiments;
        this.scheduling = scheduling;
    }

    /** Why a job waits; without a position when it does not. */
    record Waiting(
            WorkloadState state,
            @Nullable Integer position,
            @Nullable Integer waiting,
            @Nullable String reason) {}

    /** Submits a training job; it waits for a place and starts by itself. */
    @PostMapping
    @Idempotent
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Requires(Permission.JOBS_WRITE)
    TrainingJob submit(ProjectScope scope, @RequestBody TrainingSpec spec) {
        return jobs.submit(scope, spec);
    }

    /**
     * The training jobs of the project, newest first.
     *
     * @param state only those in this state
     * @param search part of the name
     */
    @GetMapping
    @Requires(Permission.JOBS_READ)
    Page<TrainingJob> list(
            ProjectScope scope,
            @RequestParam(required = false) @Nullable WorkloadState state,
            @RequestParam(required = false) @Nullable String search,
            PageRequest page) {
        return jobs.list(scope, state, search, page);
    }

    /** A training job with its attempts. */
    @GetMapping("/{id}")
    @Requires(Permission.JOBS_READ)
    TrainingJob get(ProjectScope scope, @PathVariable TrainingJobId id) {
        return jobs.get(scope, id);
    }

    /** Stops a job that has not ended. */
    @PostMapping("/{id}/cancel")
    @Requires(Permission.JOBS_WRITE)
    TrainingJob cancel(ProjectScope scope, @PathVariable TrainingJobId id) {
        return jobs.cancel(scope, id);
    }

    /** Queues a job again that has failed or was cancelled. */
    @PostMapping("/{id}/retry")
    @Idempotent
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Requires(Permission.JOBS_WRITE)
    TrainingJob retry(ProjectScope scope, @PathVariable TrainingJobId id) {
        return jobs.retry(scope, id);
    }

    /** Why a job waits. */
    @GetMapping("/{id}/explain")
    @Requires(Permission.JOBS_READ)
    Waiting explain(ProjectScope scope, @PathVariable TrainingJobId id) {
        TrainingJob job = jobs.get(scope, id);
        return scheduling
                .explain(job.workloadId())
                .map(why -> new Waiting(job.state(), why.position(), why.waiting(), why.reason()))
                .orElse(new Waiting(job.state(), null, null, null));
    }

    /**
     * The output of a job from a byte offset.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param attempt number of the attempt, the last by default
     * @param offset the byte to begin with
     * @param limit how many bytes at most, 4 to 1,048,576
     */
    @GetMapping("/{id}/logs")
    @Requires(Permission.JOBS_READ)
    WorkloadLogs.LogText logs(
            ProjectScope scope,
            @PathVariable TrainingJobId id,
            @RequestParam(defaultValue = "stdout") @Schema(allowableValues = {"stdout", "stderr"}) String stream,
            @RequestParam(required = false) @Nullable Integer attempt,
            @RequestParam(defaultValue = "0") long offset,
            @RequestParam(defaultValue = "65536") int limit)
            throws IOException {
        return logs.read(workloads.get(jobs.get(scope, id).workloadId()), stream, attempt, offset, limit);
    }

    /** The output of a job, live. */
    @GetMapping("/{id}/logs/stream")
    @ServerSentEvents({
        @ServerSentEvents.Event(name = "log", data = WorkloadStreams.LogEvent.class),
        @ServerSentEvents.Event(name = "end", data = WorkloadStreams.EndEvent.class)
    })
    @Requires(Permission.JOBS_READ)
    void streamLogs(
            ProjectScope scope,
            @PathVariable TrainingJobId id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response)
            throws IOException {
        streams.logs(jobs.get(scope, id).workloadId(), lastEventId, response);
    }

    /**
     * The changes of a job, live.
     *
     * <p>{@code state} with the whole job on every change, {@code metric} with the latest point of a metric on
     * every change, then {@code end}. Every stream begins with how things stand, so there is nothing to resume.
     */
    @GetMapping("/{id}/events")
    @ServerSentEvents({
        @ServerSentEvents.Event(name = "state", data = TrainingJob.class),
        @ServerSentEvents.Event(name = "metric", data = Experiments.MetricPoint.class),
        @ServerSentEvents.Event(name = "end", data = WorkloadStreams.EndEvent.class)
    })
    @Requires(Permission.JOBS_READ)
    void events(ProjectScope scope, @PathVariable TrainingJobId id, HttpServletResponse response) throws IOException {
        var sent = new HashMap<String, Experiments.MetricPoint>();
        streams.changes(jobs.get(scope, id).workloadId(), response, stream -> {
            TrainingJob job = jobs.get(scope, id);
            for (var metric : experiments.latest(scope.projectId(), job.runId())) {
                if (!metric.equals(sent.put(metric.key(), metric))) {
                    stream.send(String.valueOf(job.version()), "metric", Json.write(metric));
                }
            }
            return new Standing(job, job.state(), job.version());
        });
    }
}
