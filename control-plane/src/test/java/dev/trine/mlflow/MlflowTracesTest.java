package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.trine.Copy;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Traces as MLflow's clients and exporters of OpenTelemetry tell them, and as they are read, searched and judged. */
@ExtendWith(SharedTracking.class)
class MlflowTracesTest {

    private static final String MLFLOW = "/api/3.0/mlflow/";
    private static final String TRACES = MLFLOW + "traces";
    private static final long SECOND = 1_000_000_000L;

    private static String searched;
    private static String run;

    /** Three traces, one second apart, in an experiment of their own. */
    @BeforeAll
    static void makeTraces() {
        searched = experiment("traces");
        run = copy().post(MLFLOW + "runs/create", Map.of("experiment_id", searched))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
        start("tr-a", searched, "2026-01-01T00:00:01Z", "OK", Map.of("mlflow.sourceRun", run), "first");
        start("tr-b", searched, "2026-01-01T00:00:02Z", "ERROR", Map.of("user", "ann"), "second");
        start("tr-c", searched, "2026-01-01T00:00:03Z", "OK", Map.of("user", "ben"), "third");
        judge("tr-b", "correct", Map.of("feedback", Map.of("value", "yes")));
        judge("tr-c", "correct", Map.of("feedback", Map.of("value", false)));
        judge("tr-c", "answer", Map.of("expectation", Map.of("value", "42")));
    }

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static String experiment(String name) {
        return copy().post(MLFLOW + "experiments/create", Map.of("name", name))
                .is(200)
                .text("experiment_id");
    }

    private static JsonNode start(
            String id, String experiment, String time, String state, Map<String, String> metadata, String name) {
        var info = new HashMap<String, Object>(Map.of(
                "trace_id", id,
                "trace_location",
                        Map.of("type", "MLFLOW_EXPERIMENT", "mlflow_experiment", Map.of("experiment_id", experiment)),
                "request_time", time,
                "execution_duration", "0.250s",
                "state", state,
                "trace_metadata", metadata,
                "tags", Map.of("mlflow.traceName", name, "kind", name + "-kind")));
        info.put("request_preview", "{\"q\": 1}");
        return copy().post(TRACES, Map.of("trace", Map.of("trace_info", info)))
                .is(200)
                .body()
                .path("trace")
                .path("trace_info");
    }

    private static JsonNode judge(String trace, String name, Map<String, Object> value) {
        var assessment = new HashMap<String, Object>(value);
        assessment.put("assessment_name", name);
        assessment.put("source", Map.of("source_type", "HUMAN", "source_id", "ann"));
        return copy().post(TRACES + "/" + trace + "/assessments", Map.of("assessment", assessment))
                .is(200)
                .body()
                .path("assessment");
    }

    private static JsonNode get(String id) {
        return copy().get(TRACES + "/" + id).is(200).body().path("trace").path("trace_info");
    }

    private static Copy.Answer search(Map<String, ?> more) {
        var body = new HashMap<String, Object>(more);
        body.putIfAbsent(
                "locations",
                List.of(Map.of("type", "MLFLOW_EXPERIMENT", "mlflow_experiment", Map.of("experiment_id", searched))));
        return copy().post(TRACES + "/search", body);
    }

    private static String found(JsonNode page) {
        return String.join(
                "",
                page.path("traces")
                        .valueStream()
                        .map(trace -> trace.path("trace_id").asString().substring("tr-".length()))
                        .toList());
    }

    private static Span.Builder span(String trace, String id, String parent, String name, long start, long end) {
        return Span.newBuilder()
                .setTraceId(bytes(trace))
                .setSpanId(bytes(id))
                .setParentSpanId(bytes(parent))
                .setName(name)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(end);
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static byte[] request(Span.Builder... spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder()
                                .addAllSpans(Arrays.stream(spans)
                                        .map(Span.Builder::build)
                                        .toList())))
                .build()
                .toByteArray();
    }

    private static HttpResponse<String> export(byte[] body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(copy().at("/v1/traces"))
                .header("Authorization", "Bearer " + copy().token())
                .POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void whatAClientTellsOfATraceIsKeptWhole() {
        JsonNode told = start("tr-whole", experiment("whole"), "2026-01-01T00:00:01.500Z", "OK", Map.of("m", "1"), "n");
        assertThat(get("tr-whole")).isEqualTo(told);
        assertThat(told.path("request_time").asString()).isEqualTo("2026-01-01T00:00:01.500Z");
        assertThat(told.path("execution_duration").asString()).isEqualTo("0.250s");
        assertThat(told.path("state").asString()).isEqualTo("OK");
        assertThat(told.path("request_preview").asString()).isEqualTo("{\"q\": 1}");
        assertThat(told.has("response_preview")).isFalse();
        assertThat(told.path("trace_metadata").path("m").asString()).isEqualTo("1");
        assertThat(told.path("tags").path("mlflow.traceName").asString()).isEqualTo("n");
        assertThat(told.path("tags").path("mlflow.trace.spansLocation").asString())
                .as("so that clients upload no spans as artifacts")
                .isEqualTo("TRACKING_STORE");
    }

    @Test
    void spansMakeATraceAndAreReadBackAsTheyWereTold() throws Exception {
        String experiment = experiment("spans");
        String trace = "0123456789abcdef0123456789abcdef";
        HttpResponse<String> answer = export(
                request(
                        span(trace, "00000000000000aa", "", "ask", SECOND, 3 * SECOND)
                                .addAttributes(attribute("mlflow.spanInputs", "how?"))
                                .addAttributes(attribute("mlflow.spanType", "CHAIN"))
                                .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR)),
                        span(trace, "00000000000000bb", "00000000000000aa", "think", 2 * SECOND, 2 * SECOND + 5)
                                .addAttributes(attribute("model", "small"))),
                "Content-Type",
                "application/x-protobuf",
                "x-mlflow-experiment-id",
                experiment);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-protobuf");

        JsonNode whole =
                copy().get(TRACES + "/get?trace_id=tr-" + trace).is(200).body().path("trace");
        JsonNode info = whole.path("trace_info");
        assertThat(info.path("state").asString()).isEqualTo("ERROR");
        assertThat(info.path("request_time").asString()).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(info.path("execution_duration").asString()).isEqualTo("2.000s");
        assertThat(info.path("request_preview").asString()).isEqualTo("how?");
        assertThat(info.path("tags").path("mlflow.trace.spansLocation").asString())
                .isEqualTo("TRACKING_STORE");
        assertThat(info.path("tags").path("mlflow.traceName").asString()).isEqualTo("ask");
        assertThat(whole.path("spans").valueStream().map(one -> one.path("name").asString()))
                .containsExactly("ask", "think");
        assertThat(whole.path("spans").path(1).path("parent_span_id").asString())
                .as("ids are Base64 in protobuf's JSON")
                .isEqualTo("AAAAAAAAAKo=");
        assertThat(whole.path("spans").path(1).path("start_time_unix_nano").asLong())
                .isEqualTo(2 * SECOND);
        assertThat(copy().get(TRACES + "/batchGet?trace_ids=tr-%s&trace_ids=tr-none".formatted(trace))
                        .is(200)
                        .body()
                        .path("traces")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void whatIsToldOfAWholeTraceOverrulesWhatItsSpansSaidBeforeAndAfter() throws Exception {
        String experiment = experiment("overruled");
        String trace = "fedcba9876543210fedcba9876543210";
        byte[] late = request(span(trace, "00000000000000aa", "", "root", SECOND, 9 * SECOND));
        export(late, "x-mlflow-experiment-id", experiment);
        assertThat(get("tr-" + trace).path("execution_duration").asString()).isEqualTo("8.000s");
        start("tr-" + trace, experiment, "2026-01-01T00:00:00Z", "OK", Map.of(), "told");
        export(late, "x-mlflow-experiment-id", experiment);
        JsonNode info = get("tr-" + trace);
        assertThat(info.path("execution_duration").asString()).isEqualTo("0.250s");
        assertThat(info.path("tags").path("mlflow.traceName").asString()).isEqualTo("told");
        assertThat(info.path("tags").path("mlflow.trace.spansLocation").asString())
                .isEqualTo("TRACKING_STORE");
    }

    @Test
    void aTraceGoesOnUntilItsOwnSpanHasEnded() throws Exception {
        String experiment = experiment("going on");
        String trace = "11111111111111111111111111111111";
        export(
                request(span(trace, "00000000000000bb", "00000000000000aa", "part", 2 * SECOND, 3 * SECOND)),
                "x-mlflow-experiment-id",
                experiment);
        assertThat(get("tr-" + trace).path("state").asString()).isEqualTo("IN_PROGRESS");
        assertThat(get("tr-" + trace).has("execution_duration")).isFalse();
        export(
                request(span(trace, "00000000000000aa", "", "root", SECOND, 4 * SECOND)),
                "x-mlflow-experiment-id",
                experiment);
        assertThat(get("tr-" + trace).path("state").asString()).isEqualTo("OK");
        assertThat(get("tr-" + trace).path("execution_duration").asString()).isEqualTo("3.000s");
    }

    @Test
    void spansComeAsJsonAndCompressedToo() throws Exception {
        String json = """
                {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"22222222222222222222222222222222",
                 "spanId":"00000000000000aa","name":"of json","startTimeUnixNano":"1000000000","endTimeUnixNano":"2000000000",
                 "attributes":[{"key":"n","value":{"intValue":"7"}}]}]}]}]}""";
        assertThat(export(json.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json; charset=utf-8")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("tr-22222222222222222222222222222222")
                        .path("trace_location")
                        .path("mlflow_experiment")
                        .path("experiment_id")
                        .asString())
                .as("the project's own, where none is named")
                .isEqualTo("0");
        byte[] packed = gzip(request(span("33333333333333333333333333333333", "00000000000000aa", "", "z", 1, 2)));
        assertThat(export(packed, "Content-Encoding", "gzip").statusCode()).isEqualTo(200);
        get("tr-33333333333333333333333333333333");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(packed)) {
            zip.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void whatIsNoSpanIsRefusedInMlflowsForm() throws Exception {
        assertThat(export("nonsense".getBytes(StandardCharsets.UTF_8)).body())
                .contains("INVALID_PARAMETER_VALUE", "Invalid OpenTelemetry format");
        assertThat(export("{".getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json")
                        .body())
                .contains("Invalid OpenTelemetry format");
        assertThat(export("nonsense".getBytes(StandardCharsets.UTF_8), "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(400);
        assertThat(export(new byte[0], "Content-Encoding", "br").body()).contains("Unsupported Content-Encoding");
        assertThat(export(request(Span.newBuilder().setName("without ids"))).statusCode())
                .isEqualTo(400);
        assertThat(export(gzip(new byte[65 << 20]), "Content-Encoding", "gzip").statusCode())
                .as("a bomb")
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | cba",
                "name = 'second' | b",
                "trace.name IN ('first', 'third') | ca",
                "attributes.status = 'ERROR' | b",
                "status != 'ERROR' | ca",
                "tags.kind LIKE 'first%' | a",
                "tag.none IS NULL AND metadata.user IS NOT NULL | cb",
                "request_metadata.user = 'ann' | b",
                "timestamp_ms > 1767225601000 | cb",
                "execution_time_ms = 250 | cba",
                "end_time <= 1767225601250 | a",
                "request_id = 'tr-c' | c",
                "feedback.correct = 'yes' | b",
                "feedback.correct = 'false' | c",
                "expectation.answer ILIKE '4_' | c",
            })
    void tracesAreFoundByWhatTheyHave(String filter, String expected) {
        assertThat(found(search(Map.of("filter", filter)).is(200).body())).isEqualTo(expected);
    }

    @Test
    void tracesAreFoundByTheirRunAndByWhatTheirSpansHave() throws Exception {
        String experiment = experiment("found by spans");
        String trace = "44444444444444444444444444444444";
        export(
                request(span(trace, "00000000000000aa", "", "ask the oracle", 1, 2)
                        .addAttributes(attribute("mlflow.spanType", "LLM"))
                        .addAttributes(attribute("model.name", "delphi"))),
                "x-mlflow-experiment-id",
                experiment);
        var here = List.of(Map.of("mlflow_experiment", Map.of("experiment_id", experiment)));
        for (String filter : List.of(
                "span.name = 'ask the oracle'",
                "span.type IN ('LLM', 'TOOL')",
                "span.attributes.model.name LIKE 'del%'",
                "span.status = 'UNSET'",
                "trace.text ILIKE '%DELPHI%'")) {
            assertThat(search(Map.of("filter", filter, "locations", here))
                            .is(200)
                            .body()
                            .path("traces")
                            .size())
                    .as(filter)
                    .isEqualTo(1);
        }
        assertThat(found(
                        search(Map.of("filter", "run_id = '%s'".formatted(run))).body()))
                .isEqualTo("a");
        copy().post(MLFLOW + "traces/link-to-run", Map.of("trace_ids", List.of("tr-b", "tr-none"), "run_id", run))
                .is(200);
        assertThat(found(search(Map.of("filter", "attribute.run_id = '%s'".formatted(run)))
                        .body()))
                .isEqualTo("ba");
    }

    @ParameterizedTest
    @ValueSource(strings = {"span.duration = 'x'", "size = 'x'", "colour.x = 'y'", "status > 'OK'"})
    void whatTracesDoNotHaveIsTold(String filter) {
        assertThat(search(Map.of("filter", filter)).is(400).text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
    }

    @Test
    void pagesGoThroughAllOfThemInOrder() {
        var seen = new ArrayList<String>();
        var body = new HashMap<String, Object>(Map.of("max_results", 1, "order_by", List.of("timestamp_ms ASC")));
        do {
            JsonNode page = search(body).is(200).body();
            seen.add(found(page));
            body.put("page_token", page.path("next_page_token").asString(""));
        } while (!body.get("page_token").equals(""));
        assertThat(seen).containsExactly("a", "b", "c");
        search(Map.of("max_results", 501)).is(400);
        search(Map.of("order_by", List.of("tags.x"))).is(400);
    }

    @Test
    void tagsAreSetAndTakenAway() {
        start("tr-tagged", experiment("tagged traces"), "2026-01-01T00:00:00Z", "OK", Map.of(), "n");
        copy().patch(TRACES + "/tr-tagged/tags", Map.of("key", "colour", "value", "red"))
                .is(200);
        assertThat(get("tr-tagged").path("tags").path("colour").asString()).isEqualTo("red");
        copy().delete(TRACES + "/tr-tagged/tags", Map.of("key", "colour")).is(200);
        assertThat(get("tr-tagged").path("tags").has("colour")).isFalse();
        copy().delete(TRACES + "/tr-tagged/tags", Map.of("key", "colour")).is(404);
        for (String version : List.of("1", "1", "2")) {
            copy().post(
                            MLFLOW + "traces/link-prompts",
                            Map.of(
                                    "trace_id",
                                    "tr-tagged",
                                    "prompt_versions",
                                    List.of(Map.of("name", "p", "version", version))))
                    .is(200);
        }
        assertThat(get("tr-tagged").path("tags").path("mlflow.linkedPrompts").asString())
                .isEqualTo("[{\"name\":\"p\",\"version\":\"1\"},{\"name\":\"p\",\"version\":\"2\"}]");
    }

    @Test
    void tracesAreDeletedByTheirIdsOrTheOldestFirst() {
        String experiment = experiment("deleted traces");
        for (int i = 1; i <= 4; i++) {
            start("tr-old" + i, experiment, "2026-01-01T00:00:0%dZ".formatted(i), "OK", Map.of("m", "1"), "n");
        }
        String delete = MLFLOW + "traces/delete-traces";
        assertThat(copy().post(delete, Map.of("experiment_id", experiment, "request_ids", List.of("tr-old4", "tr-a")))
                        .is(200)
                        .body()
                        .path("traces_deleted")
                        .asInt())
                .isEqualTo(1);
        assertThat(copy().post(
                                delete,
                                Map.of(
                                        "experiment_id",
                                        experiment,
                                        "max_timestamp_millis",
                                        1_767_225_603_000L,
                                        "max_traces",
                                        2))
                        .is(200)
                        .body()
                        .path("traces_deleted")
                        .asInt())
                .isEqualTo(2);
        copy().get(TRACES + "/tr-old1").is(404);
        get("tr-old3");
        get("tr-a");
        for (Map<String, ?> wrong : List.of(
                Map.of("experiment_id", experiment),
                Map.of("experiment_id", experiment, "max_timestamp_millis", 1, "request_ids", List.of("x")),
                Map.of("experiment_id", experiment, "max_traces", 1, "request_ids", List.of("x")),
                Map.of("experiment_id", experiment, "max_traces", 0, "max_timestamp_millis", 1))) {
            assertThat(copy().post(delete, wrong).is(400).text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
        }
    }

    @Test
    void anAssessmentIsMadeReadChangedOverruledAndTakenAway() {
        start("tr-judged", experiment("judged"), "2026-01-01T00:00:00Z", "OK", Map.of(), "n");
        JsonNode made = judge("tr-judged", "good", Map.of("feedback", Map.of("value", 0.5), "rationale", "so so"));
        String path = TRACES + "/tr-judged/assessments/";
        String id = made.path("assessment_id").asString();
        assertThat(id).startsWith("a-");
        assertThat(copy().get(path + id).is(200).body().path("assessment")).isEqualTo(made);
        copy().patch(
                        path + id,
                        Map.of("assessment", Map.of("feedback", Map.of("value", 0.75)), "update_mask", "feedback"))
                .is(200);
        JsonNode changed = copy().get(path + id).body().path("assessment");
        assertThat(changed.path("feedback").path("value").asDouble()).isEqualTo(0.75);
        assertThat(changed.path("rationale").asString()).isEqualTo("so so");
        assertThat(changed.path("assessment_name").asString()).isEqualTo("good");
        copy().patch(
                        path + id,
                        Map.of("assessment", Map.of("expectation", Map.of("value", 1)), "update_mask", "expectation"))
                .is(400);

        JsonNode second = judge("tr-judged", "good", Map.of("feedback", Map.of("value", 1), "overrides", id));
        assertThat(copy().get(path + id).body().path("assessment").path("valid").asBoolean())
                .isFalse();
        assertThat(get("tr-judged").path("assessments").size()).isEqualTo(2);
        copy().delete(path + second.path("assessment_id").asString()).is(200);
        assertThat(copy().get(path + id).body().path("assessment").path("valid").asBoolean())
                .isTrue();
        copy().delete(path + id).is(200);
        copy().get(path + id).is(404);
        copy().post(
                        TRACES + "/tr-none/assessments",
                        Map.of("assessment", Map.of("assessment_name", "x", "feedback", Map.of())))
                .is(404);
        copy().post(TRACES + "/tr-judged/assessments", Map.of("assessment", Map.of("assessment_name", "x")))
                .is(400);
    }
}
