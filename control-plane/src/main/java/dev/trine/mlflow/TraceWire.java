package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.ExperimentId;
import dev.trine.shared.Json;
import dev.trine.tracing.Assessment;
import dev.trine.tracing.Assessment.Kind;
import dev.trine.tracing.Trace;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Traces and what is said of them as MLflow's JSON and back: protobuf's, with times in RFC 3339 and durations in seconds. */
final class TraceWire {

    private static final int LONGEST_ID = 250;
    /** One that can be a name in a path. */
    private static final Pattern PLAIN_ID = Pattern.compile("[0-9A-Za-z_-]+");

    private TraceWire() {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record InExperiment(
            @JsonProperty("experiment_id") @Nullable String experimentId) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Location(
            @JsonProperty("mlflow_experiment") @Nullable InExperiment experiment) {

        @Nullable
        String experimentId() {
            return experiment == null ? null : experiment.experimentId();
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Source(
            @JsonProperty("source_type") @Nullable String type,
            @JsonProperty("source_id") @Nullable String id) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Said(
            @JsonProperty("assessment_id") @Nullable String id,
            @JsonProperty("assessment_name") @Nullable String name,
            @JsonProperty("span_id") @Nullable String spanId,
            @Nullable Source source,
            @JsonProperty("create_time") @Nullable String createdAt,
            @JsonProperty("last_update_time") @Nullable String updatedAt,
            @Nullable JsonNode feedback,
            @Nullable JsonNode expectation,
            @Nullable JsonNode issue,
            @Nullable String rationale,
            @Nullable Map<String, String> metadata,
            @Nullable String overrides,
            @Nullable Boolean valid) {

        /** The same under another name. */
        Said named(String other) {
            return new Said(
                    id,
                    other,
                    spanId,
                    source,
                    createdAt,
                    updatedAt,
                    feedback,
                    expectation,
                    issue,
                    rationale,
                    metadata,
                    overrides,
                    valid);
        }

        /** @param newId makes the id of one that has none yet */
        Assessment of(String trace, Supplier<String> newId, Instant now) {
            Kind kind = expectation != null ? Kind.EXPECTATION : issue != null ? Kind.ISSUE : Kind.FEEDBACK;
            JsonNode value = expectation != null ? expectation : issue != null ? issue : feedback;
            if (value == null || !value.isObject()) {
                throw MlflowException.invalid("An assessment must have one of feedback, expectation and issue");
            }
            return new Assessment(
                    MlflowWire.text(id).isEmpty() ? newId.get() : shortId("assessment_id", id),
                    trace,
                    MlflowLimits.required("assessment_name", name),
                    kind,
                    value.toString(),
                    source == null ? "CODE" : MlflowWire.text(source.type()),
                    source == null ? "default" : MlflowWire.text(source.id()),
                    rationale,
                    spanId,
                    metadata == null ? Map.of() : metadata,
                    MlflowWire.text(overrides).isEmpty() ? null : overrides,
                    valid == null || valid,
                    createdAt == null ? now : time("create_time", createdAt),
                    updatedAt == null ? now : time("last_update_time", updatedAt));
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record TraceTold(
            @JsonProperty("trace_id") @Nullable String id,
            @JsonProperty("client_request_id") @Nullable String clientRequestId,
            @JsonProperty("trace_location") @Nullable Location location,
            @JsonProperty("request_preview") @Nullable String requestPreview,
            @JsonProperty("response_preview") @Nullable String responsePreview,
            @JsonProperty("request_time") @Nullable String requestedAt,
            @JsonProperty("execution_duration") @Nullable String duration,
            Trace.@Nullable State state,
            @JsonProperty("trace_metadata") @Nullable Map<String, String> metadata,
            @Nullable Map<String, String> tags,
            @Nullable List<Said> assessments) {

        Trace of(ExperimentId experiment, Supplier<String> newId, Instant now) {
            String trace = shortId("trace_id", id);
            return new Trace(
                    trace,
                    experiment,
                    clientRequestId,
                    requestPreview,
                    responsePreview,
                    requestedAt == null ? now : time("request_time", requestedAt),
                    duration == null ? null : read(duration),
                    state == null ? Trace.State.STATE_UNSPECIFIED : state,
                    metadata == null ? Map.of() : metadata,
                    tagged(tags == null ? Map.of() : tags, Trace.SPANS_HERE),
                    MlflowWire.list(assessments).stream()
                            .map(said -> said.of(trace, newId, now))
                            .toList());
        }
    }

    private static String shortId(String parameter, @Nullable String id) {
        String given = MlflowLimits.required(parameter, id);
        if (given.length() > LONGEST_ID) {
            throw MlflowException.invalid(
                    "'%s' exceeds the maximum length of %d characters".formatted(parameter, LONGEST_ID));
        }
        return given;
    }

    private static Instant time(String field, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException e) {
            throw MlflowException.invalid(
                    "%s must be a time such as 2026-01-31T12:00:00Z, was '%s'".formatted(field, text));
        }
    }

    private static Duration read(String text) {
        try {
            if (text.endsWith("s")) {
                return Duration.ofMillis(new BigDecimal(text.substring(0, text.length() - 1))
                        .movePointRight(3)
                        .longValue());
            }
        } catch (NumberFormatException notSeconds) {
            // told below
        }
        throw MlflowException.invalid("execution_duration must be seconds such as 1.5s, was '%s'".formatted(text));
    }

    static Map<String, Object> info(Trace trace, long experiment) {
        var json = new LinkedHashMap<String, Object>();
        json.put("trace_id", trace.id());
        put(json, "client_request_id", trace.clientRequestId());
        json.put(
                "trace_location",
                Map.of(
                        "type",
                        "MLFLOW_EXPERIMENT",
                        "mlflow_experiment",
                        Map.of("experiment_id", Long.toString(experiment))));
        put(json, "request_preview", trace.requestPreview());
        put(json, "response_preview", trace.responsePreview());
        json.put("request_time", trace.requestedAt().toString());
        Duration duration = trace.duration();
        put(json, "execution_duration", duration == null ? null : seconds(duration));
        json.put("state", trace.state().name());
        json.put("trace_metadata", trace.metadata());
        json.put("tags", tags(trace, experiment));
        json.put(
                "assessments",
                trace.assessments().stream().map(TraceWire::assessment).toList());
        return json;
    }

    /** With the place for files, where clients look for attachments and, if they do not know better, for spans. */
    static Map<String, String> tags(Trace trace, long experiment) {
        return PLAIN_ID.matcher(trace.id()).matches()
                ? tagged(
                        trace.tags(),
                        Map.of(
                                "mlflow.artifactLocation",
                                MlflowWire.ARTIFACTS + experiment + "/traces/" + trace.id() + "/artifacts"))
                : trace.tags();
    }

    private static Map<String, String> tagged(Map<String, String> tags, Map<String, String> more) {
        var all = new TreeMap<>(tags);
        all.putAll(more);
        return all;
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString() + "s";
    }

    static Map<String, Object> assessment(Assessment said) {
        var json = new LinkedHashMap<String, Object>();
        json.put("assessment_id", said.id());
        json.put("assessment_name", said.name());
        json.put("trace_id", said.traceId());
        put(json, "span_id", said.spanId());
        json.put("source", Map.of("source_type", said.sourceType(), "source_id", said.sourceId()));
        json.put("create_time", said.createdAt().toString());
        json.put("last_update_time", said.updatedAt().toString());
        json.put(said.kind().name().toLowerCase(Locale.ROOT), Json.read(said.value(), JsonNode.class));
        put(json, "rationale", said.rationale());
        json.put("metadata", said.metadata());
        put(json, "overrides", said.overrides());
        json.put("valid", said.valid());
        return json;
    }

    private static void put(Map<String, Object> json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, value);
        }
    }
}
