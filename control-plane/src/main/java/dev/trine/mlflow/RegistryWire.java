package dev.trine.mlflow;

import dev.trine.experiment.RunId;
import dev.trine.registry.Model;
import dev.trine.registry.ModelStage;
import dev.trine.registry.ModelVersion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Registered models and their versions as MLflow's JSON and back; what is empty is left out, as MLflow does. */
final class RegistryWire {

    /** The first part of the paths of what versions hold. */
    static final String REGISTRY = "registry";

    private RegistryWire() {}

    static Map<String, Object> model(Model model, List<ModelVersion> latest) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", model.name());
        json.put("creation_timestamp", model.createdAt().toEpochMilli());
        json.put("last_updated_timestamp", model.updatedAt().toEpochMilli());
        if (!model.description().isEmpty()) {
            json.put("description", model.description());
        }
        putUnlessEmpty(
                json,
                "latest_versions",
                latest.stream().map(RegistryWire::version).toList());
        putUnlessEmpty(json, "tags", MlflowWire.pairs(model.tags()));
        putUnlessEmpty(
                json,
                "aliases",
                model.aliases().entrySet().stream()
                        .map(alias -> Map.of(
                                "alias",
                                alias.getKey(),
                                "version",
                                alias.getValue().toString()))
                        .toList());
        return json;
    }

    static Map<String, Object> version(ModelVersion version) {
        var json = new LinkedHashMap<String, Object>();
        RunId run = version.runId();
        json.put("name", version.name());
        json.put("version", Integer.toString(version.version()));
        json.put("creation_timestamp", version.createdAt().toEpochMilli());
        json.put("last_updated_timestamp", version.updatedAt().toEpochMilli());
        json.put("current_stage", stage(version.stage()));
        json.put("description", version.description());
        json.put("source", source(version));
        json.put("run_id", run == null ? "" : MlflowWire.hex(run.value()));
        json.put("status", "READY");
        json.put("run_link", MlflowWire.text(version.runLink()));
        putUnlessEmpty(json, "tags", MlflowWire.pairs(version.tags()));
        putUnlessEmpty(json, "aliases", version.aliases());
        return json;
    }

    private static void putUnlessEmpty(Map<String, Object> json, String field, List<?> values) {
        if (!values.isEmpty()) {
            json.put(field, values);
        }
    }

    static String source(ModelVersion version) {
        String told = version.source();
        return told == null ? downloadUri(version) : told;
    }

    /** Where its files can be read: the version's own, which nobody changes; of one whose bytes lie elsewhere its source. */
    static String downloadUri(ModelVersion version) {
        String told = version.source();
        return version.files().isEmpty() && told != null
                ? told
                : "%s%s/%s/artifacts"
                        .formatted(
                                MlflowWire.ARTIFACTS,
                                REGISTRY,
                                MlflowWire.hex(version.id().value()));
    }

    /** In MLflow's spelling. */
    private static String stage(ModelStage stage) {
        return switch (stage) {
            case NONE -> "None";
            case STAGING -> "Staging";
            case PRODUCTION -> "Production";
            case ARCHIVED -> "Archived";
        };
    }

    /** In whatever case it is written. */
    static ModelStage stage(String wire) {
        return Arrays.stream(ModelStage.values())
                .filter(stage -> stage.name().equalsIgnoreCase(wire))
                .findFirst()
                .orElseThrow(() -> MlflowException.invalid("Invalid Model Version stage: %s. Value must be one of %s."
                        .formatted(
                                wire,
                                Arrays.stream(ModelStage.values())
                                        .map(RegistryWire::stage)
                                        .collect(Collectors.joining(", ")))));
    }
}
