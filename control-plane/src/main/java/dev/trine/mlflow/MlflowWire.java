package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.LoggedModel;
import dev.trine.experiment.LoggedModelId;
import dev.trine.experiment.Run;
import dev.trine.experiment.RunId;
import dev.trine.shared.TrineException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Trine's types as MLflow's JSON and back. Ids on that wire are the bare 32 hex digits; a logged model's has {@code m-} before
 * them. Numbers are JSON numbers, infinities the greatest doubles.
 */
final class MlflowWire {

    /** What clients that name no experiment mean. */
    static final String DEFAULT_EXPERIMENT_ID = "0";

    static final String DEFAULT_EXPERIMENT_NAME = "Default";
    private static final String ARTIFACTS = "mlflow-artifacts:/";
    private static final int LONGEST_KEY = 250;
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private MlflowWire() {}

    static String hex(UUID id) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(id.getMostSignificantBits()) + hex.toHexDigits(id.getLeastSignificantBits());
    }

    static ExperimentId experimentId(String wire) {
        return ExperimentId.of("exp_" + wire);
    }

    static RunId runId(String wire) {
        return RunId.of("run_" + wire);
    }

    static LoggedModelId modelId(String wire) {
        if (!wire.startsWith("m-")) {
            throw TrineException.notFound("logged model", wire);
        }
        return LoggedModelId.of("lm_" + wire.substring(2));
    }

    static String wire(LoggedModelId id) {
        return "m-" + hex(id.value());
    }

    static Map<String, Object> experiment(Experiment one) {
        var json = new LinkedHashMap<String, Object>();
        json.put("experiment_id", hex(one.id().value()));
        json.put("name", one.name());
        json.put("artifact_location", ARTIFACTS + hex(one.id().value()));
        json.put("lifecycle_stage", "active");
        json.put("creation_time", one.createdAt().toEpochMilli());
        json.put("last_update_time", one.updatedAt().toEpochMilli());
        json.put("tags", pairs(one.tags()));
        return json;
    }

    static Map<String, Object> run(Run run, List<LoggedModel> models) {
        var json = new LinkedHashMap<String, Object>();
        json.put("info", info(run));
        json.put(
                "data",
                Map.of(
                        "params", pairs(run.params()),
                        "tags", pairs(run.tags()),
                        "metrics",
                                run.metrics().entrySet().stream()
                                        .map(metric -> metric(new MetricPoint(
                                                metric.getKey(),
                                                metric.getValue().value(),
                                                metric.getValue().step(),
                                                metric.getValue().timestamp())))
                                        .toList()));
        json.put("inputs", Map.of("dataset_inputs", List.of(), "model_inputs", List.of()));
        json.put(
                "outputs",
                Map.of(
                        "model_outputs",
                        models.stream()
                                .map(model -> Map.of("model_id", wire(model.id()), "step", 0))
                                .toList()));
        return json;
    }

    private static Map<String, Object> info(Run run) {
        var json = new LinkedHashMap<String, Object>();
        String id = hex(run.id().value());
        json.put("run_id", id);
        json.put("run_uuid", id);
        json.put("run_name", run.name());
        json.put("experiment_id", hex(run.experimentId().value()));
        json.put("user_id", run.tags().getOrDefault("mlflow.user", ""));
        json.put("status", run.status().name());
        json.put("start_time", run.startedAt().toEpochMilli());
        Instant end = run.endedAt();
        if (end != null) {
            json.put("end_time", end.toEpochMilli());
        }
        json.put("artifact_uri", artifactUri(run));
        json.put("lifecycle_stage", "active");
        return json;
    }

    static String artifactUri(Run run) {
        return ARTIFACTS + hex(run.experimentId().value()) + "/" + hex(run.id().value()) + "/artifacts";
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

    static Map<String, Object> loggedModel(LoggedModel model) {
        var info = new LinkedHashMap<String, Object>();
        info.put("model_id", wire(model.id()));
        info.put("experiment_id", hex(model.experimentId().value()));
        info.put("name", model.name());
        info.put("creation_timestamp_ms", model.createdAt().toEpochMilli());
        info.put("last_updated_timestamp_ms", model.updatedAt().toEpochMilli());
        info.put("artifact_uri", modelArtifactUri(model));
        info.put("status", model.status().name());
        info.put("model_type", model.modelType());
        RunId run = model.runId();
        if (run != null) {
            info.put("source_run_id", hex(run.value()));
        }
        info.put("tags", pairs(model.tags()));
        return Map.of("info", info, "data", Map.of("params", pairs(model.params()), "metrics", List.of()));
    }

    static String modelArtifactUri(LoggedModel model) {
        return ARTIFACTS + hex(model.experimentId().value()) + "/models/" + wire(model.id()) + "/artifacts";
    }

    static List<Map<String, String>> pairs(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> Map.of("key", entry.getKey(), "value", entry.getValue()))
                .toList();
    }

    /**
     * One level of a folder: its files, and its folders once each.
     *
     * @param strip what the wire's paths leave out at the start
     */
    static List<Map<String, Object>> listing(List<Artifact> files, String folder, String strip) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        var folders = new LinkedHashSet<String>();
        var found = new ArrayList<Map<String, Object>>();
        for (Artifact file : files) {
            if (!file.path().startsWith(prefix)) {
                continue;
            }
            String rest = file.path().substring(prefix.length());
            int slash = rest.indexOf('/');
            if (slash >= 0) {
                folders.add(prefix + rest.substring(0, slash));
            } else {
                found.add(Map.of(
                        "path", file.path().substring(strip.length()), "is_dir", false, "file_size", file.sizeBytes()));
            }
        }
        folders.forEach(path -> found.add(Map.of("path", path.substring(strip.length()), "is_dir", true)));
        return found;
    }

    /** A key of a param, a metric or a tag, of which MLflow itself takes no longer ones. */
    static String key(String key) {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new MlflowException(
                    MlflowException.Code.INVALID_PARAMETER_VALUE,
                    "A key must have between 1 and %d characters; this one has %d"
                            .formatted(LONGEST_KEY, key.length()));
        }
        return key;
    }

    /** A time on the wire, in milliseconds since 1970. */
    static Instant instant(String field, long millis) {
        if (millis < 0 || millis > LATEST) {
            throw new MlflowException(
                    MlflowException.Code.INVALID_PARAMETER_VALUE,
                    "%s must be between 0 and %d (the year 9999), was %d".formatted(field, LATEST, millis));
        }
        return Instant.ofEpochMilli(millis);
    }

    /** Names a place in a metric's history: after this point. */
    static String pageToken(MetricPoint point) {
        String text = "%d,%d,%s".formatted(point.step(), point.timestamp(), point.value());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@link #pageToken} told; null for the beginning. */
    static @Nullable MetricPoint point(String key, @Nullable String pageToken) {
        if (pageToken == null || pageToken.isEmpty()) {
            return null;
        }
        try {
            String[] told = new String(Base64.getUrlDecoder().decode(pageToken), StandardCharsets.UTF_8).split(",", 3);
            if (told.length == 3) {
                return new MetricPoint(
                        key, Double.parseDouble(told[2]), Long.parseLong(told[0]), Long.parseLong(told[1]));
            }
        } catch (IllegalArgumentException notOurs) {
            // told below
        }
        throw new MlflowException(
                MlflowException.Code.INVALID_PARAMETER_VALUE, "Invalid page_token: '%s'".formatted(pageToken));
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** An entry of {@code tags} or {@code params} on the wire. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Pair(@Nullable String key, @Nullable String value) {}

    static Map<String, String> map(@Nullable List<Pair> pairs) {
        var map = new LinkedHashMap<String, String>();
        if (pairs != null) {
            for (Pair pair : pairs) {
                if (pair.key() == null || pair.key().isEmpty()) {
                    throw new MlflowException(
                            MlflowException.Code.INVALID_PARAMETER_VALUE, "Missing value for required parameter 'key'");
                }
                map.put(key(pair.key()), pair.value() == null ? "" : pair.value());
            }
        }
        return map;
    }

    /** Params of one request, each of which MLflow takes once, even with the same value. */
    static Map<String, String> params(@Nullable List<Pair> pairs) {
        Map<String, String> map = map(pairs);
        if (pairs != null && map.size() < pairs.size()) {
            var seen = new HashSet<String>();
            List<String> twice = pairs.stream()
                    .map(pair -> String.valueOf(pair.key()))
                    .filter(key -> !seen.add(key))
                    .toList();
            throw new MlflowException(
                    MlflowException.Code.INVALID_PARAMETER_VALUE,
                    "Duplicate parameter keys have been submitted: %s. Please ensure the request contains only one param value per param key."
                            .formatted(twice));
        }
        return map;
    }
}
