package dev.trine.evaluation;

import dev.trine.identity.Permission;
import dev.trine.workload.Workload;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadFollower;
import dev.trine.workload.WorkloadState;
import org.springframework.stereotype.Component;

/** Carries what a workload does into its evaluation job. */
@Component
class EvaluationJobFollower implements WorkloadFollower {

    private final EvaluationJobStore store;

    EvaluationJobFollower(EvaluationJobStore store) {
        this.store = store;
    }

    @Override
    public String owner() {
        return EvaluationService.OWNER;
    }

    @Override
    public Permission permission() {
        return Permission.EVALUATIONS_READ;
    }

    @Override
    public void changed(Workload workload) {
        store.byWorkload(workload.id()).ifPresent(job -> {
            if (workload.state() == WorkloadState.SUCCEEDED && !store.hasReport(job.id())) {
                var reason = new Reason("REPORT_UNREADABLE", "the evaluator ended well, but its report cannot be read");
                store.follow(job.id(), WorkloadState.FAILED, reason, workload);
            } else {
                store.follow(job.id(), workload.state(), workload.reason(), workload);
            }
        });
    }
}
