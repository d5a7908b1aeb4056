package dev.trine.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Traces as people look at them on Trine's own API, told on MLflow's wire and OpenTelemetry's. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class TraceControllerTest {

    private static final String MLFLOW = "/api/3.0/mlflow/";
    private static final String ASKED = "0123456789abcdef0123456789abcdef";
    private static final String FAILED = "fedcba9876543210fedcba9876543210";

    private static Copy copy;
    private static String traces;
    private static String run;

    @BeforeAll
    static void tellTraces(@TempDir Path objects) {
        copy = new Copy(Schema.freshDatabase(), objects, new MemoryExecutor("a", 1));
        String experiment = copy.post(MLFLOW + "experiments/create", Map.of("name", "chat"))
                .is(200)
                .text("experiment_id");
        traces = "/api/v1/experiments/%s/traces"
                .formatted(copy.get("/api/v1/experiments")
                        .is(200)
                        .body()
                        .path("items")
                        .valueStream()
                        .filter(one -> one.path("name").asString().equals("chat"))
                        .findFirst()
                        .orElseThrow()
                        .path("id")
                        .asString());
        run = copy.post(MLFLOW + "runs/create", Map.of("experiment_id", experiment))
                .is(200)
                .body()
                .at("/run/info/run_id")
                .asString();
        tell(experiment, ASKED, "00:00:01", "OK", Map.of("mlflow.sourceRun", run, "mlflow.trace.session", "s-1"));
        tell(experiment, FAILED, "00:00:02", "ERROR", Map.of("mlflow.trace.tokenUsage", "no JSON"));
        export("""
                {"traceId": "%s", "spanId": "00000000000000aa", "name": "ask", "startTimeUnixNano": "1700000000000000001",
                 "endTimeUnixNano": "1700000000250000003", "attributes": [
                   {"key": "mlflow.spanInputs", "value": {"stringValue": "{\\"q\\": \\"100%% sure?\\"}"}},
                   {"key": "mlflow.spanOutputs", "value": {"stringValue": "yes"}},
                   {"key": "mlflow.spanType", "value": {"stringValue": "CHAIN"}}, {"key": "n", "value": {"intValue": "7"}}]}
                """.formatted(ASKED));
        export("""
                {"traceId": "%s", "spanId": "00000000000000aa", "name": "ask", "startTimeUnixNano": "1700000001000000000",
                 "endTimeUnixNano": "1700000003000000000", "status": {"code": 2, "message": "too long"}},
                {"traceId": "%s", "spanId": "00000000000000bb", "parentSpanId": "00000000000000aa", "name": "call_tool",
                 "startTimeUnixNano": "1700000001000000005", "events": [
                   {"name": "exception", "timeUnixNano": "1700000001000000009", "attributes": [
                     {"key": "exception.message", "value": {"stringValue": "too long"}}]}]}
                """.formatted(FAILED, FAILED));
        judge(Map.of("feedback", Map.of("value", true), "rationale", "as it is"));
        judge(Map.of("expectation", Map.of("value", Map.of("answer", 42))));
        judge(Map.of("feedback", Map.of("error", Map.of("error_message", "no judge"))));
    }

    @AfterAll
    static void stop() {
        copy.close();
    }

    private static void tell(String experiment, String trace, String time, String state, Map<String, String> metadata) {
        copy.post(
                        MLFLOW + "traces",
                        Map.of(
                                "trace",
                                Map.of(
                                        "trace_info",
                                        Map.of(
                                                "trace_id",
                                                "tr-" + trace,
                                                "trace_location",
                                                Map.of("mlflow_experiment", Map.of("experiment_id", experiment)),
                                                "request_time",
                                                "2026-01-01T%sZ".formatted(time),
                                                "execution_duration",
                                                "0.250s",
                                                "request_preview",
                                                "sure?",
                                                "state",
                                                state,
                                                "trace_metadata",
                                                metadata,
                                                "tags",
                                                Map.of("mlflow.traceName", "ask")))))
                .is(200);
    }

    private static void export(String spans) {
        String request = "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": [%s]}]}]}".formatted(spans);
        copy.post("/v1/traces", dev.trine.shared.Json.read(request, JsonNode.class))
                .is(200);
    }

    private static void judge(Map<String, Object> said) {
        var assessment = new java.util.HashMap<>(said);
        assessment.put("assessment_name", "correct");
        assessment.put("source", Map.of("source_type", "HUMAN", "source_id", "ann"));
        copy.post(MLFLOW + "traces/tr-" + ASKED + "/assessments", Map.of("assessment", assessment))
                .is(200);
    }

    private static JsonNode get(String trace) {
        return copy.get("/api/v1/traces/tr-" + trace).is(200).body();
    }

    @Test
    void aListTellsOfEachTraceInShort() {
        JsonNode items = copy.get(traces).is(200).body().path("items");
        assertThat(items.valueStream().map(one -> one.path("id").asString()))
                .as("newest first")
                .containsExactly("tr-" + FAILED, "tr-" + ASKED);
        JsonNode asked = items.path(1);
        assertThat(asked.path("name").asString()).isEqualTo("ask");
        assertThat(asked.path("state").asString()).isEqualTo("OK");
        assertThat(asked.path("requestedAt").asString()).isEqualTo("2026-01-01T00:00:01Z");
        assertThat(asked.path("durationMillis").asLong()).isEqualTo(250);
        assertThat(asked.path("requestPreview").asString()).isEqualTo("sure?");
        assertThat(asked.path("runs").path(0).asString()).isEqualTo("run_" + run);
        assertThat(asked.path("session").asString()).isEqualTo("s-1");
        assertThat(asked.path("assessments")
                        .valueStream()
                        .map(one -> one.path("value").asString("none")))
                .containsExactlyInAnyOrder("true", "{\"answer\":42}", "none");
        assertThat(items.path(0).has("tokens")).as("that no client counted").isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "state=ERROR, 1",
        "state=IN_PROGRESS, 0",
        "run=run_%s, 1",
        "text=100% SURE, 1",
        "text=call_tool, 1",
        "text=call%tool, 0",
        "text=ask, 2",
        "text=, 2",
        "state=OK&text=call_tool, 0",
    })
    void aListIsOfTracesThatHaveWhatIsAskedFor(String query, int found) {
        String encoded = query.contains("text=")
                ? query.replaceAll("text=.*", "text=")
                        + URLEncoder.encode(query.replaceAll(".*text=", ""), StandardCharsets.UTF_8)
                : query.replace("%s", run);
        assertThat(copy.get(traces + "?" + encoded).is(200).body().path("items").size())
                .isEqualTo(found);
    }

    @Test
    void aListGoesPageByPage() {
        var seen = new ArrayList<String>();
        String token = "";
        do {
            JsonNode page =
                    copy.get(traces + "?pageSize=1&pageToken=" + token).is(200).body();
            seen.add(page.path("items").path(0).path("id").asString());
            token = page.path("nextPageToken").asString("");
        } while (!token.isEmpty());
        assertThat(seen).containsExactly("tr-" + FAILED, "tr-" + ASKED);
        assertThat(copy.get(traces + "?pageToken=x").is(400).text("code")).isEqualTo("INVALID_PAGE_TOKEN");
        copy.get(traces + "?pageSize=501").is(422);
    }

    @Test
    void aTraceHasItsSpansWithWhatWentInAndCameOut() {
        JsonNode span = get(ASKED).path("spans").path(0);
        assertThat(span.path("inputs").asString()).isEqualTo("{\"q\": \"100% sure?\"}");
        assertThat(span.path("outputs").asString()).isEqualTo("yes");
        assertThat(span.path("type").asString()).isEqualTo("CHAIN");
        assertThat(span.path("attributes").propertyNames()).containsExactlyInAnyOrder("mlflow.spanType", "n");
        assertThat(span.path("startNanos").asLong()).isZero();
        assertThat(span.path("endNanos").asLong()).isEqualTo(250_000_002);
        assertThat(span.has("parentId")).isFalse();
        assertThat(span.has("statusMessage")).isFalse();
    }

    @Test
    void aTraceTellsWhereItFailed() {
        JsonNode spans = get(FAILED).path("spans");
        assertThat(spans.path(0).path("status").asString()).isEqualTo("ERROR");
        assertThat(spans.path(0).path("statusMessage").asString()).isEqualTo("too long");
        JsonNode part = spans.path(1);
        assertThat(part.path("parentId").asString()).isEqualTo("00000000000000aa");
        assertThat(part.path("startNanos").asLong()).isEqualTo(5);
        assertThat(part.has("endNanos")).as("while it goes on").isFalse();
        JsonNode event = part.path("events").path(0);
        assertThat(event.path("name").asString()).isEqualTo("exception");
        assertThat(event.path("atNanos").asLong()).isEqualTo(9);
        assertThat(event.path("attributes").path("exception.message").asString())
                .isEqualTo("too long");
    }

    @Test
    void aTraceTellsWhatIsSaidOfIt() {
        JsonNode asked = get(ASKED);
        assertThat(asked.path("summary").path("id").asString()).isEqualTo("tr-" + ASKED);
        assertThat(asked.path("metadata").path("mlflow.trace.session").asString())
                .isEqualTo("s-1");
        List<JsonNode> said = asked.path("assessments").valueStream().toList();
        assertThat(said).extracting(one -> one.path("kind").asString()).containsOnly("FEEDBACK", "EXPECTATION");
        assertThat(said).extracting(one -> one.path("sourceId").asString()).containsOnly("ann");
        assertThat(said).extracting(one -> one.path("rationale").asString("")).contains("as it is");
        assertThat(said).extracting(one -> one.path("error").asString("")).contains("no judge");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        copy.get("/api/v1/traces/tr-none").is(404);
        copy.get("/api/v1/experiments/exp_00000000000000000000000000000000/traces")
                .is(404);
        copy.get(traces + "?state=LOST").is(422);
    }
}
