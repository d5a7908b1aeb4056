package dev.trine.evaluation;

import dev.trine.workload.Workload;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadChanged;
import dev.trine.workload.WorkloadState;
import dev.trine.workload.Workloads;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Carries what a workload does into its evaluation job, in the workload's own transaction. */
@Component
class EvaluationJobFollower {

    private final EvaluationJobStore store;
    private final Workloads workloads;

    EvaluationJobFollower(EvaluationJobStore store, Workloads workloads) {
        this.store = store;
        this.workloads = workloads;
    }

    @EventListener(condition = "#changed.owner() == 'evaluation-job'")
    @Transactional(propagation = Propagation.MANDATORY)
    void on(WorkloadChanged changed) {
        store.byWorkload(changed.id()).ifPresent(job -> {
            Workload workload = workloads.get(changed.id());
            if (workload.state() == WorkloadState.SUCCEEDED && !store.hasReport(job.id())) {
                var reason = new Reason("REPORT_UNREADABLE", "the evaluator ended well, but its report cannot be read");
                store.follow(job.id(), WorkloadState.FAILED, reason, workload);
            } else {
                store.follow(job.id(), workload.state(), workload.reason(), workload);
            }
        });
    }
}
