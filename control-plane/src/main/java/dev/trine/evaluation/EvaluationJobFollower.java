package dev.trine.evaluation;

import dev.trine.shared.Json;
import dev.trine.storage.Blobs;
import dev.trine.workload.Workload;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadChanged;
import dev.trine.workload.WorkloadState;
import dev.trine.workload.Workloads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.JacksonException;

/** Carries what a workload does into its evaluation job, in the workload's own transaction. */
@Component
class EvaluationJobFollower {

    private final EvaluationJobStore store;
    private final Workloads workloads;
    private final Blobs blobs;

    EvaluationJobFollower(EvaluationJobStore store, Workloads workloads, Blobs blobs) {
        this.store = store;
        this.workloads = workloads;
        this.blobs = blobs;
    }

    @EventListener(condition = "#changed.owner() == 'evaluation-job'")
    @Transactional(propagation = Propagation.MANDATORY)
    void on(WorkloadChanged changed) {
        store.byWorkload(changed.id()).ifPresent(job -> {
            Workload workload = workloads.get(changed.id());
            if (workload.state() != WorkloadState.SUCCEEDED) {
                store.follow(job.id(), workload.state(), workload.reason(), workload, null);
                return;
            }
            try {
                store.follow(job.id(), WorkloadState.SUCCEEDED, null, workload, report(workload));
            } catch (IOException | JacksonException e) {
                var reason = new Reason("REPORT_UNREADABLE", "the evaluator ended well, but its report cannot be read");
                store.follow(job.id(), WorkloadState.FAILED, reason, workload, null);
            }
        });
    }

    private EvaluationReport report(Workload workload) throws IOException {
        var file = workloads.outputs(workload.id()).stream()
                .filter(output -> output.path().equals("report.json"))
                .findFirst()
                .orElseThrow(() -> new IOException("no report.json among the outputs of " + workload.id()));
        try (var bytes = blobs.open(file.objectKey())) {
            return Json.read(new String(bytes.readAllBytes(), StandardCharsets.UTF_8), EvaluationReport.class);
        }
    }
}
