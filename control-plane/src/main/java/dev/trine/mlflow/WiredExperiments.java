package dev.trine.mlflow;

import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.Experiments;
import dev.trine.identity.ProjectId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which experiment an id on the wire names. */
@Component
class WiredExperiments {

    private final Experiments experiments;

    WiredExperiments(Experiments experiments) {
        this.experiments = experiments;
    }

    /** @param wireId what clients that name none leave out */
    Experiment of(ProjectId project, @Nullable String wireId) {
        ExperimentId id = wireId == null || wireId.equals(MlflowWire.DEFAULT_EXPERIMENT_ID)
                ? experiments.ensure(project, MlflowWire.DEFAULT_EXPERIMENT_NAME)
                : MlflowWire.experimentId(wireId);
        return experiments.experiment(project, id);
    }
}
