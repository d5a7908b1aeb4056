package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.trine.Copy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Figures over many traces, as MLflow's clients ask for them. */
@ExtendWith(SharedTracking.class)
class MlflowTraceFiguresTest {

    /** log(6.5 · 12 / (7 · 8)) / log(12 / 6.5): half a trace more of each kind. */
    private static final double SMOOTHED = Math.log(6.5 * 12 / (7 * 8)) / Math.log(12 / 6.5);

    private static final String TRACES = "/api/3.0/mlflow/traces";

    /** Of some traces what is no number that could be counted. */
    private static final Map<Integer, String> TOKENS = Map.of(
            0,
            "no json",
            1,
            "{\"x\": \"\\u0000\", \"input_tokens\": 1}",
            2,
            "{\"input_tokens\": 1e400000}",
            3,
            "{\"input_tokens\": 1e-400}",
            4,
            "{\"input_tokens\": 1e200}");

    private static String experiment;

    /** Ten traces, ten seconds apart: six of production that use a tool, and four of development, of which one does. */
    @BeforeAll
    static void makeTraces() {
        experiment = copy().post("/api/3.0/mlflow/experiments/create", Map.of("name", "figures"))
                .is(200)
                .text("experiment_id");
        for (int i = 0; i < 10; i++) {
            boolean production = i < 6;
            String id = "tr-figure-" + i;
            copy().post(
                            TRACES,
                            Map.of(
                                    "trace",
                                    Map.of(
                                            "trace_info",
                                            Map.of(
                                                    "trace_id",
                                                    id,
                                                    "trace_location",
                                                    Map.of("mlflow_experiment", Map.of("experiment_id", experiment)),
                                                    "request_time",
                                                    "2026-01-01T00:%02d:%02dZ".formatted(i / 6, i % 6 * 10),
                                                    "execution_duration",
                                                    "%d.000s".formatted(i + 1),
                                                    "state",
                                                    i == 9 ? "ERROR" : "OK",
                                                    "trace_metadata",
                                                    Map.of(
                                                            "mlflow.trace.session",
                                                            "s" + i % 3,
                                                            "mlflow.trace.tokenUsage",
                                                            TOKENS.getOrDefault(
                                                                    i, "{\"input_tokens\": %d}".formatted(i))),
                                                    "tags",
                                                    Map.of(
                                                            "mlflow.traceName",
                                                            production ? "serve" : "try",
                                                            "env",
                                                            production ? "prod" : "dev",
                                                            "uses",
                                                            i < 7 ? "TOOL" : "LLM")))))
                    .is(200);
        }
        for (Object value : List.of("yes", "no", true, 0.5)) {
            copy().post(
                            TRACES + "/tr-figure-1/assessments",
                            Map.of(
                                    "assessment",
                                    Map.of(
                                            "assessment_name",
                                            "good",
                                            "source",
                                            Map.of("source_type", "HUMAN", "source_id", "ann"),
                                            "feedback",
                                            Map.of("value", value))))
                    .is(200);
        }
        copy().put(
                        "/api/2.0/mlflow-artifacts/artifacts/%s/traces/tr-figure-1/artifacts/traces.json"
                                .formatted(experiment),
                        Map.of(
                                "spans",
                                List.of(
                                        span(1, "small", "{\"total_cost\": 0.25}"),
                                        span(2, "small", "{\"total_cost\": 0.5}"),
                                        span(3, "large", "{\"total_cost\": \"much\"}"),
                                        longAgo())))
                .is(200);
    }

    /** It took longer than a number of 64 bits can say in nanoseconds. */
    private static Map<String, Object> longAgo() {
        var span = new HashMap<>(span(4, "old", "{}"));
        span.put("name", "old");
        span.put("start_time", -Long.MAX_VALUE);
        return span;
    }

    private static Map<String, Object> span(int number, String model, String cost) {
        return Map.of(
                "name",
                "call",
                "context",
                Map.of("trace_id", "0x" + "ab".repeat(16), "span_id", "0x%016x".formatted(number)),
                "start_time",
                0,
                "end_time",
                number * 10_000_000L,
                "status_code",
                "OK",
                "attributes",
                Map.of("mlflow.llm.model", "\"%s\"".formatted(model), "mlflow.llm.cost", cost));
    }

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static Copy.Answer ask(String view, String metric, Map<String, ?> more) {
        var body = new HashMap<String, Object>(more);
        body.put("experiment_ids", List.of(experiment));
        body.put("view_type", view);
        body.put("metric_name", metric);
        return copy().post(TRACES + "/metrics", body);
    }

    /** Each figure in a line: what it is told apart by, and what it is. */
    private static List<String> told(JsonNode answer) {
        return answer.path("data_points")
                .valueStream()
                .map(point -> point.path("dimensions") + " " + point.path("values"))
                .map(line -> line.replace("\"", ""))
                .toList();
    }

    private static Map<String, Object> aggregation(String type) {
        return type.startsWith("P")
                ? Map.of("aggregation_type", "PERCENTILE", "percentile_value", Double.valueOf(type.substring(1)))
                : Map.of("aggregation_type", type);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TRACES      | trace_count      | COUNT | trace_status      |                            | {trace_status:ERROR} {COUNT:1.0}; {trace_status:OK} {COUNT:9.0}
            TRACES      | session_count    | COUNT |                   |                            | {} {COUNT:3.0}
            TRACES      | latency          | MAX   | trace_name        |                            | {trace_name:serve} {MAX:6000.0}; {trace_name:try} {MAX:10000.0}
            TRACES      | latency          | P50   |                   | trace.tag.env = 'prod'     | {} {P50.0:3500.0}
            TRACES      | input_tokens     | SUM   |                   |                            | {} {SUM:35.0}
            TRACES      | input_tokens     | AVG   |                   | trace.status = 'ERROR'     | {} {AVG:9.0}
            TRACES      | output_tokens    | SUM   |                   |                            |
            TRACES      | trace_count      | COUNT |                   | trace.metadata.none = 'x'  | {} {COUNT:0.0}
            SPANS       | span_count       | COUNT | span_model_name   |                            | {span_model_name:large} {COUNT:1.0}; {span_model_name:old} {COUNT:1.0}; {span_model_name:small} {COUNT:2.0}
            SPANS       | latency          | MIN   | span_name         | span.name = 'call'         | {span_name:call} {MIN:10.0}
            SPANS       | latency          | MIN   | span_name         | span.name = 'old'          | {span_name:old} {MIN:9.223372036894E12}
            SPANS       | total_cost       | SUM   | span_model_name   |                            | {span_model_name:small} {SUM:0.75}
            ASSESSMENTS | assessment_count | COUNT | assessment_name   |                            | {assessment_name:good} {COUNT:4.0}
            ASSESSMENTS | assessment_count | COUNT | assessment_value  | assessment.name = 'good'   | {assessment_value:\\yes\\} {COUNT:1.0}; {assessment_value:\\no\\} {COUNT:1.0}; {assessment_value:0.5} {COUNT:1.0}; {assessment_value:true} {COUNT:1.0}
            ASSESSMENTS | assessment_value | AVG   |                   | assessment.type = 'feedback' | {} {AVG:0.625}
            """)
    void whatIsMeasuredIsTakenTogether(
            String view, String metric, String aggregation, String dimension, String filter, String expected) {
        JsonNode answer = ask(
                        view,
                        metric,
                        Map.of(
                                "aggregations",
                                List.of(aggregation(aggregation)),
                                "dimensions",
                                dimension == null ? List.of() : List.of(dimension),
                                "filters",
                                filter == null ? List.of() : List.of(filter)))
                .is(200)
                .body();

        assertThat(told(answer))
                .containsExactlyInAnyOrderElementsOf(expected == null ? List.of() : List.of(expected.split("; ")));
    }

    @Test
    void figuresAreToldApartByTheirTime() {
        JsonNode answer = ask(
                        "TRACES",
                        "trace_count",
                        Map.of(
                                "aggregations",
                                List.of(aggregation("COUNT")),
                                "time_interval_seconds",
                                60,
                                "start_time_ms",
                                1767225610000L,
                                "end_time_ms",
                                1767225670000L))
                .is(200)
                .body();

        assertThat(told(answer))
                .containsExactly(
                        "{time_bucket:2026-01-01T00:00:00+00:00} {COUNT:5.0}",
                        "{time_bucket:2026-01-01T00:01:00+00:00} {COUNT:2.0}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TRACES | span_count  | COUNT | | | metric_name must be one of
            TRACES | trace_count | SUM   | | | Supported aggregation types: [COUNT]
            TRACES | trace_count | COUNT | span_name | | Supported dimensions: ['trace_name', 'trace_status']
            TRACES | trace_count | COUNT | | span.name = 'x' | Invalid filter
            TRACES | trace_count | COUNT | | trace.tag = 'x' | Invalid filter
            TRACES | trace_count | COUNT | | trace.status = 'x' AND trace.status = 'y' | Invalid filter
            TRACES | latency     | P101  | | | between 0 and 100
            """)
    void whatCannotBeMeasuredIsToldInMlflowsWords(
            String view, String metric, String aggregation, String dimension, String filter, String told) {
        Copy.Answer refused = ask(
                        view,
                        metric,
                        Map.of(
                                "aggregations",
                                List.of(aggregation(aggregation)),
                                "dimensions",
                                dimension == null ? List.of() : List.of(dimension),
                                "filters",
                                filter == null ? List.of() : List.of(filter)))
                .is(400);

        assertThat(refused.text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(refused.text("message")).contains(told);
    }

    private static Copy.Answer correlation(String first, String second) {
        return copy().post(
                        TRACES + "/calculate-filter-correlation",
                        Map.of(
                                "experiment_ids",
                                List.of(experiment),
                                "filter_string1",
                                first,
                                "filter_string2",
                                second));
    }

    @Test
    void howTwoConditionsGoTogetherIsCounted() {
        JsonNode often =
                correlation("tags.env = 'prod'", "tags.uses = 'TOOL'").is(200).body();
        assertThat(often.path("total_count").asInt()).isEqualTo(10);
        assertThat(often.path("filter1_count").asInt()).isEqualTo(6);
        assertThat(often.path("filter2_count").asInt()).isEqualTo(7);
        assertThat(often.path("joint_count").asInt()).isEqualTo(6);
        assertThat(often.path("npmi").asDouble()).isCloseTo(0.698, within(0.001));
        assertThat(often.path("npmi_smoothed").asDouble()).isCloseTo(SMOOTHED, within(0.001));

        JsonNode never =
                correlation("tags.env = 'prod'", "tags.uses = 'LLM'").is(200).body();
        assertThat(never.path("npmi").asDouble()).isEqualTo(-1);
        JsonNode nothing = correlation("tags.env = 'staging'", "tags.uses = 'TOOL'")
                .is(200)
                .body();
        assertThat(nothing.path("npmi").asString()).isEqualTo("NaN");
        assertThat(correlation("invalid.filter = 'test'", "tags.uses = 'TOOL'")
                        .is(400)
                        .text("message"))
                .contains("Invalid");
    }

    @Test
    void whatAlwaysHoldsTogetherGoesTogetherWholly() {
        assertThat(new Correlation(4, 4, 4, 4).npmi()).isEqualTo(1);
        assertThat(new Correlation(3, 3, 3, 9).npmi()).isCloseTo(1, within(1e-9));
        assertThat(new Correlation(1, 2, 2, 4).npmi()).isCloseTo(0, within(1e-9));
    }
}
