package dev.trine.mlflow;

import dev.trine.shared.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** The descriptions of models, as their {@code MLmodel} files have them, that a run's tag lists. */
final class ModelDescriptions {

    static final String TAG = "mlflow.log-model.history";

    private static final Set<String> REQUIRED = Set.of("artifact_path", "flavors", "utc_time_created", "run_id");
    private static final Set<String> LISTED = Set.of("run_id", "utc_time_created", "artifact_path", "model_uuid");
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private ModelDescriptions() {}

    static Map<String, Object> read(String json) {
        Map<String, Object> model;
        try {
            model = Json.read(json, OBJECT);
        } catch (JacksonException e) {
            throw MlflowException.invalid("Malformed model info. \n %s \n is not a valid JSON.".formatted(json));
        }
        var missing = new TreeSet<>(REQUIRED);
        missing.removeAll(model.keySet());
        if (!missing.isEmpty()) {
            throw MlflowException.invalid("Model json is missing mandatory fields: " + missing);
        }
        return model;
    }

    /** What is listed of a model: where it is, and its flavors without what configures them. */
    static Map<String, Object> shortened(Map<String, Object> model) {
        var listed = new LinkedHashMap<String, Object>();
        model.forEach((key, value) -> {
            if (LISTED.contains(key)) {
                listed.put(key, value);
            }
        });
        var flavors = new LinkedHashMap<String, Object>();
        if (model.get("flavors") instanceof Map<?, ?> all) {
            all.forEach((flavor, config) -> flavors.put(String.valueOf(flavor), withoutConfig(config)));
        }
        listed.put("flavors", flavors);
        return listed;
    }

    private static Object withoutConfig(Object flavor) {
        if (!(flavor instanceof Map<?, ?> settings)) {
            return flavor;
        }
        var rest = new HashMap<Object, Object>(settings);
        rest.remove("config");
        return rest;
    }
}
