package dev.trine.workload;

import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.ServerSentEvents;
import dev.trine.shared.TrineException;
import dev.trine.workload.WorkloadStreams.Standing;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Whatever runs, by its workload: a training job, an evaluation, a replica of a service. */
@RestController
@RequestMapping("/api/v1/workloads")
class WorkloadController {

    private final Workloads workloads;
    private final WorkloadFollowers followers;
    private final WorkloadLogs logs;
    private final WorkloadStreams streams;

    WorkloadController(Workloads workloads, WorkloadFollowers followers, WorkloadLogs logs, WorkloadStreams streams) {
        this.workloads = workloads;
        this.followers = followers;
        this.logs = logs;
        this.streams = streams;
    }

    /** A workload with its attempts. */
    @GetMapping("/{id}")
    @Requires({Permission.JOBS_READ, Permission.EVALUATIONS_READ, Permission.INFERENCE_READ})
    WorkloadRepresentation get(ProjectScope scope, @PathVariable WorkloadId id) {
        return WorkloadRepresentation.of(find(scope, id));
    }

    /**
     * The output of a workload from a byte offset.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param attempt number of the attempt, the last by default
     * @param offset the byte to begin with
     * @param limit how many bytes at most, 4 to 1,048,576
     */
    @GetMapping("/{id}/logs")
    @Requires({Permission.JOBS_READ, Permission.EVALUATIONS_READ, Permission.INFERENCE_READ})
    WorkloadLogs.LogText logs(
            ProjectScope scope,
            @PathVariable WorkloadId id,
            @RequestParam(defaultValue = "stdout") @Schema(allowableValues = {"stdout", "stderr"}) String stream,
            @RequestParam(required = false) @Nullable Integer attempt,
            @RequestParam(defaultValue = "0") long offset,
            @RequestParam(defaultValue = "65536") int limit)
            throws IOException {
        return logs.read(find(scope, id), stream, attempt, offset, limit);
    }

    /** The output of a workload, live. */
    @GetMapping("/{id}/logs/stream")
    @ServerSentEvents({
        @ServerSentEvents.Event(name = "log", data = WorkloadStreams.LogEvent.class),
        @ServerSentEvents.Event(name = "end", data = WorkloadStreams.EndEvent.class)
    })
    @Requires({Permission.JOBS_READ, Permission.EVALUATIONS_READ, Permission.INFERENCE_READ})
    void streamLogs(
            ProjectScope scope,
            @PathVariable WorkloadId id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response)
            throws IOException {
        streams.logs(find(scope, id).id(), lastEventId, response);
    }

    /**
     * The changes of a workload, live.
     *
     * <p>{@code state} with the whole workload on every change, then {@code end}. Every stream begins with how things
     * stand, so there is nothing to resume.
     */
    @GetMapping("/{id}/events")
    @ServerSentEvents({
        @ServerSentEvents.Event(name = "state", data = WorkloadRepresentation.class),
        @ServerSentEvents.Event(name = "end", data = WorkloadStreams.EndEvent.class)
    })
    @Requires({Permission.JOBS_READ, Permission.EVALUATIONS_READ, Permission.INFERENCE_READ})
    void events(ProjectScope scope, @PathVariable WorkloadId id, HttpServletResponse response) throws IOException {
        streams.changes(find(scope, id).id(), response, stream -> {
            Workload now = workloads.get(id);
            return new Standing(WorkloadRepresentation.of(now), now.state(), now.version());
        });
    }

    /** One of the project's, which the caller may see if they may see what it is for. */
    private Workload find(ProjectScope scope, WorkloadId id) {
        Workload workload = workloads.get(id);
        if (!workload.projectId().equals(scope.projectId())) {
            throw TrineException.notFound("workload", id);
        }
        scope.caller().require(followers.of(workload.owner()).permission());
        return workload;
    }
}
