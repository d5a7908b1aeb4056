package dev.trine.mlflow;

import dev.trine.quality.EvaluationDatasetId;
import dev.trine.quality.EvaluationRecord;
import dev.trine.quality.EvaluationRecord.Source;
import dev.trine.quality.EvaluationRecordId;
import dev.trine.quality.RecordChange;
import dev.trine.quality.RecordChange.Outputs;
import dev.trine.shared.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Records of evaluation datasets as MLflow's JSON and back. Lengths are characters of JSON. */
final class EvaluationRecordWire {

    private static final String PREFIX = "dr-";
    private static final int MOST_RECORDS = 10_000;

    private EvaluationRecordWire() {}

    /** Empty if no record can have this id. */
    static Optional<EvaluationRecordId> id(String wire) {
        return MlflowWire.id(PREFIX, wire).map(EvaluationRecordId::new);
    }

    /** @throws MlflowException {@code INVALID_PARAMETER_VALUE} that tells the place */
    static List<RecordChange> read(@Nullable String json) {
        List<@Nullable Object> records = JsonTexts.array("records", MlflowLimits.required("records", json));
        if (records.size() > MOST_RECORDS) {
            throw MlflowException.invalid(
                    "A request can contain at most %d records. Got %d records. Please split up records across multiple requests and try again."
                            .formatted(MOST_RECORDS, records.size()));
        }
        return IntStream.range(0, records.size())
                .mapToObj(i -> change("records[%d]".formatted(i), records.get(i)))
                .toList();
    }

    private static RecordChange change(String path, @Nullable Object json) {
        Map<String, @Nullable Object> told = object(path, json);
        MlflowLimits.shortEnough(path, Json.write(told), EvaluationRecord.LONGEST);
        Object expectations = told.get("expectations");
        Object source = told.get("source");
        return new RecordChange(
                object(path + ".inputs", told.getOrDefault("inputs", Map.of())),
                told.containsKey("outputs") ? new Outputs.Told(told.get("outputs")) : new Outputs.Untold(),
                expectations == null ? null : object(path + ".expectations", expectations),
                object(path + ".tags", told.get("tags") == null ? Map.of() : told.get("tags")),
                source == null ? null : source(object(path + ".source", source), path));
    }

    private static Source source(Map<String, @Nullable Object> told, String path) {
        Object details = told.get("source_data");
        return new Source(
                type(String.valueOf(told.get("source_type"))),
                details == null ? Map.of() : object(path + ".source.source_data", details));
    }

    private static Source.Type type(String told) {
        String name = told.toUpperCase(Locale.ROOT);
        return Arrays.stream(Source.Type.values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        MlflowException.invalid("Invalid dataset record source type: %s. Valid source types: %s"
                                .formatted(
                                        name,
                                        Arrays.stream(Source.Type.values())
                                                .map("'%s'"::formatted)
                                                .collect(Collectors.joining(", ", "[", "]")))));
    }

    private static Map<String, @Nullable Object> object(String path, @Nullable Object json) {
        if (!(json instanceof Map<?, ?> members)) {
            throw MlflowException.invalid(
                    "Invalid value for parameter '%s' supplied: it must be an object".formatted(path));
        }
        var object = new LinkedHashMap<String, @Nullable Object>();
        members.forEach((name, value) -> object.put(String.valueOf(name), value));
        return object;
    }

    /** A page of them, as a text. */
    static String json(EvaluationDatasetId dataset, List<EvaluationRecord> records) {
        String datasetId = EvaluationDatasetWire.wire(dataset);
        return Json.write(records.stream().map(one -> json(datasetId, one)).toList());
    }

    private static Map<String, Object> json(String dataset, EvaluationRecord one) {
        var json = new LinkedHashMap<String, Object>();
        json.put("dataset_record_id", PREFIX + MlflowWire.hex(one.id().value()));
        json.put("dataset_id", dataset);
        json.put("inputs", one.inputs());
        put(json, "outputs", one.outputs());
        put(json, "expectations", one.expectations());
        json.put("tags", one.tags());
        Source source = one.source();
        if (source != null) {
            String type = source.type().name();
            json.put("source", Map.of("source_type", type, "source_data", source.details()));
            put(json, "source_id", source.details().get(source.type() == Source.Type.TRACE ? "trace_id" : "source_id"));
            json.put("source_type", type);
        }
        json.put("created_time", one.createdAt().toEpochMilli());
        json.put("last_update_time", one.updatedAt().toEpochMilli());
        put(json, "created_by", one.createdBy());
        put(json, "last_updated_by", one.updatedBy());
        return json;
    }

    private static void put(Map<String, Object> json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, value);
        }
    }
}
