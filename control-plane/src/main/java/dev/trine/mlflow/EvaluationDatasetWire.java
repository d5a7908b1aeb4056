package dev.trine.mlflow;

import dev.trine.quality.EvaluationDataset;
import dev.trine.quality.EvaluationDatasetId;
import dev.trine.shared.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Evaluation datasets as MLflow's JSON and back, in which tags, schema and profile are JSON within texts. */
final class EvaluationDatasetWire {

    private static final String PREFIX = "d-";
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_TAG_KEY = 255;
    private static final int LONGEST_TAG = 5_000;

    private EvaluationDatasetWire() {}

    static String wire(EvaluationDatasetId id) {
        return PREFIX + MlflowWire.hex(id.value());
    }

    /** Empty if no evaluation dataset can have this id. */
    static Optional<EvaluationDatasetId> id(String wire) {
        return MlflowWire.id(PREFIX, wire).map(EvaluationDatasetId::new);
    }

    static String name(@Nullable String name) {
        return MlflowLimits.shortEnough("name", MlflowLimits.required("name", name), LONGEST_NAME);
    }

    /** @param json values by name; null and empty for none. A tag without a value is none. */
    static Map<String, String> tags(@Nullable String json) {
        var tags = new LinkedHashMap<String, String>();
        if (json != null && !json.isEmpty()) {
            JsonTexts.object("tags", json).forEach((key, value) -> {
                if (value != null) {
                    tags.put(
                            MlflowLimits.shortEnough("key", key, LONGEST_TAG_KEY),
                            MlflowLimits.shortEnough("value", JsonTexts.text(value), LONGEST_TAG));
                }
            });
        }
        return tags;
    }

    static Map<String, Object> json(EvaluationDataset dataset) {
        var json = new LinkedHashMap<String, Object>();
        json.put("dataset_id", wire(dataset.id()));
        json.put("name", dataset.name());
        json.put("tags", Json.write(dataset.tags()));
        if (dataset.schema() != null) {
            json.put("schema", dataset.schema());
        }
        if (dataset.records() > 0) {
            json.put("profile", Json.write(Map.of("num_records", dataset.records())));
        }
        json.put("digest", dataset.digest());
        json.put("created_time", dataset.createdAt().toEpochMilli());
        json.put("last_update_time", dataset.updatedAt().toEpochMilli());
        if (dataset.createdBy() != null) {
            json.put("created_by", dataset.createdBy());
        }
        if (dataset.updatedBy() != null) {
            json.put("last_updated_by", dataset.updatedBy());
        }
        return json;
    }
}
