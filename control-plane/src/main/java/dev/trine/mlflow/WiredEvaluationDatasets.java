package dev.trine.mlflow;

import dev.trine.identity.ProjectId;
import dev.trine.quality.EvaluationDataset;
import dev.trine.quality.EvaluationDatasets;
import org.springframework.stereotype.Component;

/** Which evaluation dataset an id on the wire names. */
@Component
class WiredEvaluationDatasets {

    private final EvaluationDatasets datasets;

    WiredEvaluationDatasets(EvaluationDatasets datasets) {
        this.datasets = datasets;
    }

    EvaluationDataset of(ProjectId project, String wireId) {
        return of(project, wireId, "Evaluation dataset with id '%s' not found");
    }

    /** @param missing what is told where there is none, with a place for the id */
    EvaluationDataset of(ProjectId project, String wireId, String missing) {
        return EvaluationDatasetWire.id(wireId)
                .flatMap(id -> datasets.find(project, id))
                .orElseThrow(() -> MlflowException.missing(missing.formatted(wireId)));
    }
}
