package dev.trine.training;

import dev.trine.identity.Caller;
import dev.trine.identity.Permission;
import dev.trine.identity.UserId;
import dev.trine.identity.WorkloadTokens;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.workload.LaunchEnvironment;
import dev.trine.workload.Workload;
import dev.trine.workload.Workload.Attempt;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lets a user's own program find its run: an unmodified MLflow client reads these variables and logs right into it, with a token
 * that is good for this project only, until the attempt ends, and for nothing that its submitter's own credential is not good for.
 */
@Component
class TrackingEnvironment implements LaunchEnvironment {

    private static final Set<Permission> MAY = Set.of(
            Permission.EXPERIMENTS_READ,
            Permission.EXPERIMENTS_WRITE,
            Permission.MODELS_READ,
            Permission.MODELS_WRITE,
            Permission.DATASETS_READ);
    private static final Duration SPARE = Duration.ofMinutes(10);

    private final TrainingJobStore store;
    private final WorkloadTokens tokens;
    private final TrainingProperties properties;

    TrackingEnvironment(TrainingJobStore store, WorkloadTokens tokens, TrainingProperties properties) {
        this.store = store;
        this.tokens = tokens;
        this.properties = properties;
    }

    /** What a job that the caller submits may do. */
    static Set<Permission> permissions(Caller caller) {
        return MAY.stream().filter(caller::scopeAllows).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Map<String, String> environment(Workload workload, Attempt attempt, @Nullable UserId submittedBy) {
        WorkloadSpec spec = workload.spec();
        if (!workload.owner().equals(TrainingJobService.OWNER)
                || !(spec.program() instanceof Program.Command)
                || submittedBy == null) {
            return Map.of();
        }
        Duration timeout = spec.timeout() == null ? TrainingSpecs.MAX_TIMEOUT : spec.timeout();
        return store.byWorkload(workload.id())
                .map(job -> Map.of(
                        "MLFLOW_TRACKING_URI", properties.publicUrl(),
                        "MLFLOW_TRACKING_TOKEN",
                                tokens.forAttempt(
                                        submittedBy,
                                        workload.projectId(),
                                        store.tokenPermissions(job.id()),
                                        workload.id().toString(),
                                        attempt.id().toString(),
                                        timeout.plus(SPARE)),
                        "MLFLOW_RUN_ID", hex(job)))
                .orElse(Map.of());
    }

    private static String hex(TrainingJob job) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(job.runId().value().getMostSignificantBits())
                + hex.toHexDigits(job.runId().value().getLeastSignificantBits());
    }
}
