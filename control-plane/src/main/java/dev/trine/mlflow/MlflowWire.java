package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.trine.experiment.DatasetName;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.LoggedDataset;
import dev.trine.experiment.LoggedModelId;
import dev.trine.experiment.Run;
import dev.trine.experiment.RunId;
import dev.trine.experiment.RunLineage;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Trine's types as MLflow's JSON and back. Ids on that wire are the bare 32 hex digits, an experiment's is its number, and a logged
 * model's has {@code m-} before them. Numbers are JSON numbers, infinities the greatest doubles.
 */
final class MlflowWire {

    /** The tag that is the run's name. */
    static final String RUN_NAME = "mlflow.runName";

    /** The tag with whoever made the run. */
    static final String USER = "mlflow.user";

    static final String ARTIFACTS = "mlflow-artifacts:/";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private MlflowWire() {}

    static String hex(UUID id) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(id.getMostSignificantBits()) + hex.toHexDigits(id.getLeastSignificantBits());
    }

    static long experimentNumber(String wire) {
        try {
            return Long.parseLong(wire.strip());
        } catch (NumberFormatException e) {
            throw MlflowException.invalid(
                    "Invalid experiment ID '%s'. Experiment ID must be a valid integer.".formatted(wire));
        }
    }

    /** Empty if no run can have this id. */
    static Optional<RunId> runId(String wire) {
        return id("", wire).map(RunId::new);
    }

    /** Empty if no logged model can have this id. */
    static Optional<LoggedModelId> modelId(String wire) {
        return id("m-", wire).map(LoggedModelId::new);
    }

    /** What {@link #hex} told, behind a prefix; empty if it is nothing of the kind. */
    static Optional<UUID> id(String prefix, String wire) {
        if (!wire.startsWith(prefix)
                || !HEX.matcher(wire.substring(prefix.length())).matches()) {
            return Optional.empty();
        }
        int start = prefix.length();
        return Optional.of(new UUID(
                HexFormat.fromHexDigitsToLong(wire, start, start + 16),
                HexFormat.fromHexDigitsToLong(wire, start + 16, start + 32)));
    }

    static String wire(LoggedModelId id) {
        return "m-" + hex(id.value());
    }

    static String assessmentId(UUID id) {
        return "a-" + hex(id);
    }

    static Map<String, Object> experiment(Experiment one) {
        var json = new LinkedHashMap<String, Object>();
        json.put("experiment_id", Long.toString(one.number()));
        json.put("name", one.name());
        json.put("artifact_location", ARTIFACTS + one.number());
        json.put("lifecycle_stage", stage(one.deletedAt()));
        json.put("creation_time", one.createdAt().toEpochMilli());
        json.put("last_update_time", one.updatedAt().toEpochMilli());
        json.put("tags", pairs(one.tags()));
        return json;
    }

    static Map<String, Object> run(Run run, long experiment, RunLineage lineage) {
        var json = new LinkedHashMap<String, Object>();
        json.put("info", info(run, experiment));
        json.put(
                "data",
                Map.of(
                        "params", pairs(run.params()),
                        "tags", pairs(tags(run)),
                        "metrics",
                                run.metrics().entrySet().stream()
                                        .map(metric -> metric(new MetricPoint(
                                                metric.getKey(),
                                                metric.getValue().value(),
                                                metric.getValue().step(),
                                                metric.getValue().timestamp())))
                                        .toList()));
        json.put(
                "inputs",
                Map.of(
                        "dataset_inputs",
                        lineage.datasets().stream().map(MlflowWire::input).toList(),
                        "model_inputs",
                        lineage.modelInputs().stream()
                                .map(model -> Map.of("model_id", wire(model.id())))
                                .toList()));
        json.put(
                "outputs",
                Map.of(
                        "model_outputs",
                        lineage.modelOutputs().stream()
                                .map(model -> Map.of("model_id", wire(model.id()), "step", model.step()))
                                .toList()));
        return json;
    }

    private static Map<String, Object> input(LoggedDataset.Input input) {
        LoggedDataset dataset = input.dataset();
        var json = new LinkedHashMap<String, Object>();
        json.put("name", dataset.name());
        json.put("digest", dataset.digest());
        json.put("source_type", dataset.sourceType());
        json.put("source", dataset.source());
        if (dataset.schema() != null) {
            json.put("schema", dataset.schema());
        }
        if (dataset.profile() != null) {
            json.put("profile", dataset.profile());
        }
        return Map.of("dataset", json, "tags", pairs(input.tags()));
    }

    /** Its name is a tag, too. */
    private static Map<String, String> tags(Run run) {
        var tags = new TreeMap<>(run.tags());
        tags.put(RUN_NAME, run.name());
        return tags;
    }

    static String stage(@Nullable Instant deletedAt) {
        return deletedAt == null ? "active" : "deleted";
    }

    static Map<String, Object> info(Run run, long experiment) {
        var json = new LinkedHashMap<String, Object>();
        String id = hex(run.id().value());
        json.put("run_id", id);
        json.put("run_uuid", id);
        json.put("run_name", run.name());
        json.put("experiment_id", Long.toString(experiment));
        json.put("user_id", run.tags().getOrDefault(USER, "unknown"));
        json.put("status", run.status().name());
        json.put("start_time", run.startedAt().toEpochMilli());
        Instant end = run.endedAt();
        if (end != null) {
            json.put("end_time", end.toEpochMilli());
        }
        json.put("artifact_uri", artifactUri(run, experiment));
        json.put("lifecycle_stage", stage(run.deletedAt()));
        return json;
    }

    static String artifactUri(Run run, long experiment) {
        return ARTIFACTS + experiment + "/" + hex(run.id().value()) + "/artifacts";
    }

    static Map<String, Object> metric(MetricPoint point) {
        return Map.of(
                "key", point.key(),
                "value", point.value(),
                "timestamp", point.timestamp(),
                "step", point.step());
    }

    /** Infinities become the greatest doubles, as MLflow's own store keeps them. */
    static double clamped(double value) {
        return Double.isInfinite(value) ? Math.copySign(Double.MAX_VALUE, value) : value;
    }

    static List<Map<String, String>> pairs(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> Map.of("key", entry.getKey(), "value", entry.getValue()))
                .toList();
    }

    /**
     * One level of a folder, sorted: its files, and its folders once each.
     *
     * @param strip what the wire's paths leave out at the start
     */
    static List<Map<String, Object>> listing(List<Artifact> files, String folder, String strip) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        var found = new TreeMap<String, Map<String, Object>>();
        for (Artifact file : files) {
            if (!file.path().startsWith(prefix)) {
                continue;
            }
            int slash = file.path().indexOf('/', prefix.length());
            String path = (slash < 0 ? file.path() : file.path().substring(0, slash)).substring(strip.length());
            found.put(
                    path,
                    slash < 0
                            ? Map.of("path", path, "is_dir", false, "file_size", file.sizeBytes())
                            : Map.of("path", path, "is_dir", true));
        }
        return List.copyOf(found.values());
    }

    /** A time on the wire, in milliseconds since 1970. */
    static Instant instant(String field, long millis) {
        if (millis < 0 || millis > LATEST) {
            throw MlflowException.invalid(
                    "%s must be between 0 and %d (the year 9999), was %d".formatted(field, LATEST, millis));
        }
        return Instant.ofEpochMilli(millis);
    }

    static <T> List<T> list(@Nullable List<T> given) {
        return given == null ? List.of() : given;
    }

    /** Null where no name is said. */
    static @Nullable DatasetName dataset(@Nullable String name, @Nullable String digest) {
        return text(name).isEmpty()
                ? null
                : new DatasetName(text(name), text(digest).isEmpty() ? null : digest);
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** An entry of {@code tags} or {@code params} on the wire. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Pair(@Nullable String key, @Nullable String value) {}
}
