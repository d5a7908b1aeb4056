package dev.trine.training;

import dev.trine.data.Datasets;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.lib.workload.WorkloadSpec.Network;
import dev.trine.shared.Json;
import dev.trine.shared.TrineException;
import dev.trine.training.TrainingSpec.TrainingNetwork;
import dev.trine.training.TrainingSpec.TrainingProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Translates a completed training spec into a workload. */
final class TrainingWorkload {

    private TrainingWorkload() {}

    /**
     * @param reading the data it reads; null for a command without data
     * @param code files of the user's own program
     */
    static WorkloadSpec of(TrainingSpec spec, Datasets.@Nullable Reading reading, List<Input.File> code) {
        var env = new HashMap<String, String>(TrainingSpecs.orElse(spec.env(), Map.of()));
        var inputs = new ArrayList<Input>();
        if (reading != null) {
            reading.parts().forEach(part -> inputs.add(new Input(part.name(), part.files())));
        }
        if (!code.isEmpty()) {
            inputs.add(new Input("code", code));
        }
        return switch (spec.program()) {
            case TrainingProgram.Builtin builtin -> {
                if (reading == null || spec.data() == null) {
                    throw TrineException.invalid("data", "the built-in trainer needs a dataset");
                }
                env.put("TRINE_SPEC", Json.write(trainerSpec(builtin, spec, reading)));
                yield spec(new Program.Builtin("train", List.of()), env, inputs, Network.NONE, spec);
            }
            case TrainingProgram.Command command ->
                spec(new Program.Command(command.command()), env, inputs, network(command), spec);
        };
    }

    private static Network network(TrainingProgram.Command command) {
        return switch (TrainingSpecs.orElse(command.network(), TrainingNetwork.PLATFORM)) {
            case NONE -> Network.NONE;
            case PLATFORM -> Network.PLATFORM;
            case INTERNET -> Network.INTERNET;
        };
    }

    private static WorkloadSpec spec(
            Program program, Map<String, String> env, List<Input> inputs, Network network, TrainingSpec spec) {
        return new WorkloadSpec(
                WorkloadSpec.Kind.TASK,
                program,
                env,
                inputs,
                TrainingSpecs.resources(spec),
                network,
                spec.timeout(),
                TrainingSpecs.orElse(spec.retries(), 0));
    }

    /** What the built-in trainer reads from {@code TRINE_SPEC}. */
    private static Map<String, Object> trainerSpec(
            TrainingProgram.Builtin builtin, TrainingSpec spec, Datasets.Reading reading) {
        var told = new LinkedHashMap<String, Object>();
        told.put("algorithm", builtin.algorithm());
        told.put("params", TrainingSpecs.orElse(builtin.params(), Map.of()));
        told.put("labelColumn", TrainingSpecs.labelColumn(java.util.Objects.requireNonNull(spec.data()), reading));
        told.put(
                "trainFile",
                file(
                        reading,
                        reading.parts().size() == 1 ? reading.parts().getFirst().name() : "train"));
        if (reading.parts().stream().anyMatch(part -> part.name().equals("test"))) {
            told.put("testFile", file(reading, "test"));
        }
        return told;
    }

    /** The path of a part's only table, below {@code $TRINE_INPUTS}. */
    private static String file(Datasets.Reading reading, String partName) {
        Datasets.Part part = reading.parts().stream()
                .filter(candidate -> candidate.name().equals(partName))
                .findFirst()
                .orElseThrow(() -> TrineException.invalid(
                        "data.split",
                        "the split has no part '%s'; the built-in trainer reads that one".formatted(partName)));
        if (part.files().size() != 1) {
            throw TrineException.invalid(
                    "data.dataset",
                    "the built-in trainer reads one table, but '%s' has %d files"
                            .formatted(reading.datasetName(), part.files().size()));
        }
        return part.name() + "/" + part.files().getFirst().path();
    }
}
