package dev.trine.overview;

import dev.trine.compute.Compute;
import dev.trine.data.Datasets;
import dev.trine.identity.Audit;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.inference.InferenceServices;
import dev.trine.inference.ServiceState;
import dev.trine.registry.Models;
import dev.trine.training.TrainingJobs;
import dev.trine.workload.WorkloadState;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The dashboard's one request. */
@RestController
class OverviewController {

    private static final int ACTIVITY = 20;

    private final Datasets datasets;
    private final TrainingJobs jobs;
    private final Models models;
    private final InferenceServices services;
    private final Compute compute;
    private final Audit audit;

    OverviewController(
            Datasets datasets,
            TrainingJobs jobs,
            Models models,
            InferenceServices services,
            Compute compute,
            Audit audit) {
        this.datasets = datasets;
        this.jobs = jobs;
        this.models = models;
        this.services = services;
        this.compute = compute;
        this.audit = audit;
    }

    /**
     * A project at a glance.
     *
     * @param jobs training jobs by state; states without a job are left out
     * @param services inference services by state
     * @param activity the newest changes first
     */
    record Overview(
            int datasets,
            int models,
            Map<WorkloadState, Integer> jobs,
            Map<ServiceState, Integer> services,
            List<Compute.ComputeNode> nodes,
            List<Audit.Event> activity) {}

    /** The project at a glance. */
    @GetMapping("/api/v1/overview")
    @Requires(Permission.PROJECTS_READ)
    Overview get(ProjectScope scope) {
        return new Overview(
                datasets.count(scope.projectId()),
                models.count(scope.projectId()),
                jobs.countByState(scope.projectId()),
                services.countByState(scope.projectId()),
                compute.nodes(),
                audit.latest(scope.projectId(), ACTIVITY));
    }
}
