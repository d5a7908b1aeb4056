package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Traces as clients before MLflow 3 tell them, and the files that are kept with traces. */
@ExtendWith(SharedTracking.class)
class MlflowTraceFilesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TRACES = "/api/2.0/mlflow/traces";
    private static final String FILE = "/ajax-api/2.0/mlflow/get-trace-artifact?request_id=";

    private static String experiment;

    @BeforeAll
    static void makeExperiment() {
        experiment = copy().post("/api/2.0/mlflow/experiments/create", Map.of("name", "files of traces"))
                .is(200)
                .text("experiment_id");
    }

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static List<Map<String, String>> pairs(String... keysAndValues) {
        var pairs = new java.util.ArrayList<Map<String, String>>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            pairs.add(Map.of("key", keysAndValues[i], "value", keysAndValues[i + 1]));
        }
        return pairs;
    }

    private static Map<String, String> entries(JsonNode pairs) {
        var entries = new HashMap<String, String>();
        pairs.forEach(pair ->
                entries.put(pair.path("key").asString(), pair.path("value").asString()));
        return entries;
    }

    private static JsonNode begin() {
        return copy().post(
                        TRACES,
                        Map.of(
                                "experiment_id",
                                experiment,
                                "timestamp_ms",
                                1000,
                                "request_metadata",
                                pairs("meta1", "apple", "meta2", "grape"),
                                "tags",
                                pairs("tag1", "football", "tag2", "basketball")))
                .is(200)
                .body()
                .path("trace_info");
    }

    private static String places(JsonNode info) {
        return "/api/2.0/mlflow-artifacts/artifacts/"
                + entries(info.path("tags"))
                        .getOrDefault("mlflow.artifactLocation", "")
                        .substring("mlflow-artifacts:/".length());
    }

    @Test
    void aTraceIsBegunAndEndedByACallEach() {
        JsonNode begun = begin();
        String id = begun.path("request_id").asString();
        assertThat(begun.path("status").asString()).isEqualTo("IN_PROGRESS");
        assertThat(begun.path("execution_time_ms").asLong(-1)).isZero();

        JsonNode ended = copy().patch(
                        TRACES + "/" + id,
                        Map.of(
                                "timestamp_ms",
                                3000,
                                "status",
                                "OK",
                                "request_metadata",
                                pairs("meta1", "orange", "meta3", "banana"),
                                "tags",
                                pairs("tag1", "soccer", "tag3", "tennis")))
                .is(200)
                .body()
                .path("trace_info");
        assertThat(ended.path("timestamp_ms").asLong()).isEqualTo(1000);
        assertThat(ended.path("execution_time_ms").asLong()).isEqualTo(2000);
        assertThat(ended.path("status").asString()).isEqualTo("OK");
        assertThat(entries(ended.path("request_metadata")))
                .isEqualTo(Map.of("meta1", "orange", "meta2", "grape", "meta3", "banana"));
        assertThat(entries(ended.path("tags")))
                .containsEntry("tag1", "soccer")
                .containsEntry("tag2", "basketball")
                .containsEntry("tag3", "tennis")
                .doesNotContainKey("mlflow.trace.spansLocation");
        assertThat(copy().get(TRACES + "/" + id + "/info").is(200).body().path("trace_info"))
                .isEqualTo(ended);
        assertThat(copy().get(TRACES + "?filter=tags.tag3='tennis'&experiment_ids=".replace("'", "%27") + experiment)
                        .is(200)
                        .body()
                        .path("traces")
                        .path(0)
                        .path("request_id")
                        .asString())
                .isEqualTo(id);
        assertThat(copy().patch(TRACES + "/" + id, Map.of("status", "DONE"))
                        .is(400)
                        .text("message"))
                .contains("'DONE'");
        assertThat(copy().get(TRACES).is(400).text("message")).contains("experiment_ids");
    }

    @Test
    void spansThatComeInAFileAreSpansAndAreReadAsAFileAgain() {
        JsonNode begun = begin();
        String id = begun.path("request_id").asString();
        String trace = "0x" + "ab".repeat(16);
        Map<String, Object> root = Map.of(
                "name",
                "ask",
                "context",
                Map.of("trace_id", trace, "span_id", "0x00000000000000aa"),
                "start_time",
                5,
                "end_time",
                9,
                "status_code",
                "ERROR",
                "status_message",
                "no",
                "attributes",
                Map.of("mlflow.traceRequestId", "\"" + id + "\"", "mlflow.spanInputs", "{\"q\": [1, 2.5, true, null]}"),
                "events",
                List.of(Map.of("name", "slow", "timestamp", 7, "attributes", Map.of("by", 3))));
        Map<String, Object> part = Map.of(
                "name",
                "look up",
                "context",
                Map.of("trace_id", trace, "span_id", "0x00000000000000bb"),
                "parent_id",
                "0x00000000000000aa",
                "start_time",
                6,
                "end_time",
                8,
                "status_code",
                "OK",
                "attributes",
                Map.of());
        copy().put(places(begun) + "/traces.json", Map.of("spans", List.of(root, part), "request", "q"))
                .is(200);

        JsonNode spans = copy().get("/api/3.0/mlflow/traces/get?trace_id=" + id)
                .is(200)
                .body()
                .path("trace")
                .path("spans");
        assertThat(spans.valueStream().map(span -> span.path("name").asString()))
                .containsExactly("ask", "look up");
        JsonNode asTold = copy().get(places(begun) + "/traces.json").is(200).body();
        assertThat(asTold.path("spans").path(0)).isEqualTo(JSON.readTree("""
                {"name": "ask",
                 "context": {"trace_id": "0xabababababababababababababababab", "span_id": "0x00000000000000aa"},
                 "parent_id": null, "start_time": 5, "end_time": 9, "status_code": "ERROR", "status_message": "no",
                 "attributes": {"mlflow.traceRequestId": "\\"%s\\"", "mlflow.spanInputs": "{\\"q\\":[1,2.5,true,null]}"},
                 "events": [{"name": "slow", "timestamp": 7, "attributes": {"by": 3}}]}
                """.formatted(id)));
        assertThat(asTold.path("spans").path(1).path("parent_id").asString()).isEqualTo("0x00000000000000aa");
        assertThat(asTold.path("request").asString()).isEqualTo("{\"q\":[1,2.5,true,null]}");
        JsonNode file = copy().get(FILE + id).is(200).body();
        assertThat(file.path("spans").path(0)).isEqualTo(JSON.readTree("""
                {"trace_id": "q6urq6urq6urq6urq6urqw==", "span_id": "AAAAAAAAAKo=", "parent_span_id": null, "name": "ask",
                 "start_time_unix_nano": 5, "end_time_unix_nano": 9,
                 "events": [{"name": "slow", "time_unix_nano": 7, "attributes": {"by": 3}}],
                 "status": {"code": "STATUS_CODE_ERROR", "message": "no"},
                 "attributes": {"mlflow.traceRequestId": "\\"%s\\"", "mlflow.spanInputs": "{\\"q\\":[1,2.5,true,null]}"}}
                """.formatted(id)));
        assertThat(file.path("spans").path(1).path("parent_span_id").asString()).isEqualTo("AAAAAAAAAKo=");

        copy().put(places(begun) + "/traces.json", file).is(200);
        assertThat(copy().get(FILE + id).is(200).body())
                .as("the form of later clients is read, too")
                .isEqualTo(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"spans\": [{\"context\": {\"trace_id\": \"0xzz\", \"span_id\": \"0x01\"}}]}",
                "{\"spans\": [{\"trace_id\": \"AAA=\", \"span_id\": \"AAAAAAAAAKo=\"}]}",
                "{\"spans\": [{}]}",
                "{\"spans\": \"x\"}",
                "{}",
                "[]",
                "3"
            })
    void aFileThatHasNoSpansInItIsRefused(String json) {
        String place = places(begin()) + "/traces.json";

        assertThat(copy().put(place, JSON.readTree(json)).is(400).text("message"))
                .contains("not one of spans");
        assertThat(copy().get(place).is(404).text("error_code")).isEqualTo("RESOURCE_DOES_NOT_EXIST");
    }

    @Test
    void whatIsNestedDeeperThanProtobufReadsIsTextThere() {
        JsonNode begun = begin();
        String id = begun.path("request_id").asString();
        String deep = "[".repeat(60) + "{\"a\":1}" + "]".repeat(60);
        copy().put(
                        places(begun) + "/traces.json",
                        Map.of(
                                "spans",
                                List.of(Map.of(
                                        "name",
                                        "deep",
                                        "context",
                                        Map.of("trace_id", "0x" + "ab".repeat(16), "span_id", "0x00000000000000aa"),
                                        "start_time",
                                        1,
                                        "attributes",
                                        Map.of("mlflow.spanInputs", deep)))))
                .is(200);

        copy().get("/api/3.0/mlflow/traces/get?trace_id=" + id).is(200);
        assertThat(copy().get("/api/v1/traces/" + id)
                        .is(200)
                        .body()
                        .path("spans")
                        .path(0)
                        .path("inputs")
                        .asString())
                .contains("{\\\"a\\\":1}");
    }

    @Test
    void whatIsAttachedToATraceIsKeptWithItAndGoesWithIt() {
        JsonNode begun = begin();
        String id = begun.path("request_id").asString();
        copy().put(places(begun) + "/attachments/a picture.png".replace(" ", "%20"), Map.of("pixels", 3))
                .is(200);

        assertThat(copy().get(FILE + id + "&path=a%20picture.png")
                        .is(200)
                        .body()
                        .path("pixels")
                        .asInt())
                .isEqualTo(3);
        assertThat(copy().get("/api/2.0/mlflow-artifacts/artifacts?path="
                                + places(begun).substring("/api/2.0/mlflow-artifacts/artifacts/".length())
                                + "/attachments")
                        .is(200)
                        .body()
                        .path("files")
                        .path(0)
                        .path("path")
                        .asString())
                .isEqualTo("a picture.png");
        copy().get(FILE + id + "&path=another.png").is(404);
        copy().get(FILE + id + "&path=../traces.json").is(400);
        assertThat(copy().delete(places(begun) + "/attachments").is(400).text("message"))
                .contains("go with it");
        copy().post(TRACES + "/delete-traces", Map.of("experiment_id", experiment, "request_ids", List.of(id)))
                .is(200);
        copy().get(FILE + id + "&path=a%20picture.png").is(404);
    }

    @Test
    void aSmallFileIsAddedToARunAndReadByEitherName() {
        String run = copy().post("/api/2.0/mlflow/runs/create", Map.of("experiment_id", experiment))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
        String upload = "/ajax-api/2.0/mlflow/upload-artifact";
        copy().post(upload + "?path=a/b.json&run_uuid=" + run, Map.of("x", 1)).is(200);

        assertThat(copy().get("/get-artifact?path=a/b.json&run_uuid=" + run)
                        .is(200)
                        .body())
                .isEqualTo(copy().get("/get-artifact?path=a/b.json&run_id=" + run)
                        .is(200)
                        .body());
        assertThat(copy().post(upload + "?path=x", Map.of()).is(400).text("message"))
                .contains("run_uuid");
        assertThat(copy().post(upload + "?run_uuid=" + run, Map.of()).is(400).text("message"))
                .contains("path");
        assertThat(copy().send("POST", upload + "?path=x&run_uuid=" + run, null, copy().token())
                        .is(400)
                        .text("message"))
                .contains("data");
        copy().post(upload + "?path=../x&run_uuid=" + run, Map.of()).is(400);
        assertThat(copy().post(upload + "?path=x&run_uuid=" + run, "x".repeat(10 << 20))
                        .is(400)
                        .text("message"))
                .contains("10MB");
    }
}
