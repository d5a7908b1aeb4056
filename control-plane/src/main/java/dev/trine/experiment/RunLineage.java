package dev.trine.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * What a run was given, and what came of it.
 *
 * @param datasets in the order of their names and digests
 * @param modelInputs the logged models that it used
 * @param modelOutputs those that it made
 */
public record RunLineage(List<LoggedDataset.Input> datasets, List<Model> modelInputs, List<Model> modelOutputs) {

    public static final RunLineage NONE = new RunLineage(List.of(), List.of(), List.of());

    public RunLineage {
        datasets = List.copyOf(datasets);
        modelInputs = List.copyOf(modelInputs);
        modelOutputs = List.copyOf(modelOutputs);
    }

    /**
     * A logged model as the run has it.
     *
     * @param step the run's own count when it made the model; 0 of one that it used
     */
    @Schema(name = "LoggedModelOfRun")
    public record Model(LoggedModelId id, String name, long step) {}
}
