package dev.trine.workload;

import dev.trine.Copy;
import dev.trine.identity.ProjectId;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import java.util.List;
import java.util.Map;

/** Workloads that a test submits by itself, in the admin's project. */
final class Submissions {

    private Submissions() {}

    static WorkloadId submit(Copy copy, String owner, WorkloadSpec.Kind kind, double cpus, int retries) {
        String project = copy.get("/api/v1/projects")
                .is(200)
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asString();
        var spec = new WorkloadSpec(
                kind,
                new Program.Command(List.of("true")),
                Map.of(),
                List.of(),
                new Resources(cpus, 1 << 20, 0),
                WorkloadSpec.Network.NONE,
                null,
                retries);
        return copy.bean(Workloads.class)
                .submit(new Workloads.Submission(ProjectId.of(project), null, owner, "t", spec, 0))
                .id();
    }
}
