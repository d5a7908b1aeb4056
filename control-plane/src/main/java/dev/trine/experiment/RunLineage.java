package dev.trine.experiment;

import java.util.List;

/**
 * What a run was given, and what came of it.
 *
 * @param datasets in the order of their names and digests
 * @param modelInputs the logged models that it used
 * @param modelOutputs those that it made
 */
public record RunLineage(
        List<LoggedDataset.Input> datasets, List<LoggedModelId> modelInputs, List<ModelOutput> modelOutputs) {

    public static final RunLineage NONE = new RunLineage(List.of(), List.of(), List.of());

    public RunLineage {
        datasets = List.copyOf(datasets);
        modelInputs = List.copyOf(modelInputs);
        modelOutputs = List.copyOf(modelOutputs);
    }

    /** @param step the run's own count when it made the model */
    public record ModelOutput(LoggedModelId model, long step) {}
}
