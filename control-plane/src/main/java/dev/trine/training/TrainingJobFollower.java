package dev.trine.training;

import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.identity.Permission;
import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.workload.Workload;
import dev.trine.workload.WorkloadFollower;
import dev.trine.workload.Workloads;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.springframework.stereotype.Component;

/** Carries what a workload does into its job and run, so that the three never disagree. */
@Component
class TrainingJobFollower implements WorkloadFollower {

    private final TrainingJobStore store;
    private final Workloads workloads;
    private final Experiments experiments;
    private final Clock clock;

    TrainingJobFollower(TrainingJobStore store, Workloads workloads, Experiments experiments, Clock clock) {
        this.store = store;
        this.workloads = workloads;
        this.experiments = experiments;
        this.clock = clock;
    }

    @Override
    public String owner() {
        return TrainingJobService.OWNER;
    }

    @Override
    public Permission permission() {
        return Permission.JOBS_READ;
    }

    @Override
    public void changed(Workload workload) {
        store.byWorkload(workload.id()).ifPresent(job -> {
            store.follow(job.id(), workload.state(), workload.reason(), workload.startedAt(), workload.endedAt());
            if (workload.state().ended() && !job.state().ended()) {
                end(job, workload);
            }
        });
    }

    private void end(TrainingJob job, Workload workload) {
        List<Artifact> artifacts = workloads.outputs(workload.id()).stream()
                .map(file -> new Artifact(file.path(), file.objectKey(), file.sha256(), file.sizeBytes()))
                .toList();
        experiments.addArtifacts(job.runId(), artifacts);
        RunStatus status = switch (workload.state()) {
            case SUCCEEDED -> RunStatus.FINISHED;
            case CANCELLED -> RunStatus.KILLED;
            case FAILED, QUEUED, STARTING, RUNNING, CANCELLING -> RunStatus.FAILED;
        };
        experiments.endRun(job.runId(), status, clock.instant());
    }

    @Override
    public void reported(Workload workload, int attempt, List<WorkloadEvent> events) {
        store.byWorkload(workload.id()).ifPresent(job -> log(job, events));
    }

    private void log(TrainingJob job, List<WorkloadEvent> events) {
        var params = new ArrayList<Experiments.Param>();
        var tags = new HashMap<String, String>();
        var metrics = new ArrayList<MetricPoint>();
        for (WorkloadEvent event : events) {
            switch (event) {
                case WorkloadEvent.Param param -> params.add(new Experiments.Param(param.key(), param.value()));
                case WorkloadEvent.Tag tag -> tags.put(tag.key(), tag.value());
                case WorkloadEvent.Metric metric ->
                    metrics.add(new MetricPoint(metric.key(), metric.value(), metric.step(), metric.timestamp()));
                case WorkloadEvent.Listening listening -> {}
                case WorkloadEvent.Progress progress -> {}
            }
        }
        experiments.logTold(job.runId(), params, metrics, tags);
    }
}
