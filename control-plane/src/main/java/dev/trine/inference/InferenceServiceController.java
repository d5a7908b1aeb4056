package dev.trine.inference;

import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.ServerSentEvents;
import dev.trine.shared.TrineException;
import dev.trine.workload.WorkloadStreams;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/inference/services")
class InferenceServiceController {

    private final InferenceServices services;
    private final WorkloadStreams streams;

    InferenceServiceController(InferenceServices services, WorkloadStreams streams) {
        this.services = services;
        this.streams = streams;
    }

    /** Deploys a model version as a service; its replicas start at once. */
    @PostMapping
    @Idempotent
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Requires(Permission.INFERENCE_WRITE)
    InferenceService deploy(ProjectScope scope, @RequestBody ServiceSpec spec) {
        return services.deploy(scope, spec);
    }

    /** The services of the project, newest first. */
    @GetMapping
    @Requires(Permission.INFERENCE_READ)
    Page<InferenceService> list(ProjectScope scope, PageRequest page) {
        return services.list(scope, page);
    }

    /** A service with its replicas. */
    @GetMapping("/{id}")
    @Requires(Permission.INFERENCE_READ)
    InferenceService get(ProjectScope scope, @PathVariable InferenceServiceId id) {
        return services.get(scope, id);
    }

    /** Takes a service down. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.INFERENCE_WRITE)
    void delete(ProjectScope scope, @PathVariable InferenceServiceId id) {
        services.delete(scope, id);
    }

    /** The output of one replica's model server, live. */
    @GetMapping("/{id}/replicas/{replica}/logs/stream")
    @ServerSentEvents({
        @ServerSentEvents.Event(name = "log", data = WorkloadStreams.LogEvent.class),
        @ServerSentEvents.Event(name = "end", data = WorkloadStreams.EndEvent.class)
    })
    @Requires(Permission.INFERENCE_READ)
    void streamLogs(
            ProjectScope scope,
            @PathVariable InferenceServiceId id,
            @PathVariable ReplicaId replica,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletResponse response)
            throws IOException {
        InferenceService.Replica found = services.get(scope, id).replicas().stream()
                .filter(candidate -> candidate.id().equals(replica))
                .findFirst()
                .orElseThrow(() -> TrineException.notFound("replica", replica));
        streams.logs(found.workloadId(), lastEventId, response);
    }
}
