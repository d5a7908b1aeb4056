package dev.trine.mlflow;

import dev.trine.experiment.Run;
import dev.trine.experiment.RunId;
import dev.trine.experiment.RunPlace;
import dev.trine.experiment.Runs;
import dev.trine.identity.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which run an id on the wire names. */
@Component
class WiredRuns {

    private final Runs runs;

    WiredRuns(Runs runs) {
        this.runs = runs;
    }

    /** The run, also one that was deleted. */
    Run of(ProjectId project, @Nullable String wireId) {
        String id = MlflowLimits.required("run_id", wireId);
        return MlflowWire.runId(id).flatMap(known -> runs.find(project, known)).orElseThrow(() -> missing(id));
    }

    private static MlflowException missing(String wireId) {
        return MlflowException.missing("Run with id=%s not found".formatted(wireId));
    }

    /** All of these in their order, also deleted ones. */
    List<RunId> all(ProjectId project, List<String> wireIds) {
        Set<RunId> known = runs.known(
                project,
                wireIds.stream()
                        .map(MlflowWire::runId)
                        .flatMap(Optional::stream)
                        .toList());
        return wireIds.stream()
                .map(id -> MlflowWire.runId(id).filter(known::contains).orElseThrow(() -> missing(id)))
                .toList();
    }

    /** One that can be changed. */
    RunPlace active(ProjectId project, @Nullable String wireId) {
        String id = MlflowLimits.required("run_id", wireId);
        RunPlace run = MlflowWire.runId(id)
                .flatMap(known -> runs.place(project, known))
                .orElseThrow(() -> missing(id));
        if (run.deleted()) {
            throw MlflowException.invalid(
                    "The run %s must be in the 'active' state. Current state is deleted.".formatted(wireId));
        }
        return run;
    }
}
