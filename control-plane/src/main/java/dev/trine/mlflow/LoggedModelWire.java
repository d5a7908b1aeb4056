package dev.trine.mlflow;

import dev.trine.experiment.DatasetName;
import dev.trine.experiment.LoggedModel;
import dev.trine.experiment.RunId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Logged models as MLflow's JSON. */
final class LoggedModelWire {

    private LoggedModelWire() {}

    static Map<String, Object> json(LoggedModel model, long experiment) {
        var info = new LinkedHashMap<String, Object>();
        info.put("model_id", MlflowWire.wire(model.id()));
        info.put("experiment_id", Long.toString(experiment));
        info.put("name", model.name());
        info.put("creation_timestamp_ms", model.createdAt().toEpochMilli());
        info.put("last_updated_timestamp_ms", model.updatedAt().toEpochMilli());
        info.put("artifact_uri", artifactUri(model, experiment));
        info.put("status", model.status().name());
        info.put("model_type", model.modelType());
        RunId run = model.runId();
        if (run != null) {
            info.put("source_run_id", MlflowWire.hex(run.value()));
        }
        info.put("tags", MlflowWire.pairs(model.tags()));
        return Map.of(
                "info",
                info,
                "data",
                Map.of(
                        "params",
                        MlflowWire.pairs(model.params()),
                        "metrics",
                        model.metrics().stream()
                                .map(measured -> metric(model, measured))
                                .toList()));
    }

    private static Map<String, Object> metric(LoggedModel model, LoggedModel.Metric measured) {
        var json = new LinkedHashMap<>(MlflowWire.metric(measured.point()));
        DatasetName on = measured.on();
        if (on != null) {
            json.put("dataset_name", on.name());
            if (on.digest() != null) {
                json.put("dataset_digest", on.digest());
            }
        }
        json.put("model_id", MlflowWire.wire(model.id()));
        json.put("run_id", MlflowWire.hex(measured.run().value()));
        return json;
    }

    static String artifactUri(LoggedModel model, long experiment) {
        return MlflowWire.ARTIFACTS + experiment + "/models/" + MlflowWire.wire(model.id()) + "/artifacts";
    }
}
