package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The history of metrics of several runs, as MLflow's pages ask for it. */
@ExtendWith(SharedTracking.class)
class MlflowHistoryTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String METRICS = "/ajax-api/2.0/mlflow/metrics/";

    private static String ten;
    private static String twenty;

    @BeforeAll
    static void makeRuns() {
        ten = run(10);
        twenty = run(20);
    }

    private static String run(int steps) {
        Copy copy = SharedTracking.copy();
        String run = copy.post("/api/2.0/mlflow/runs/create", Map.of("experiment_id", "0"))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
        copy.post(
                        "/api/2.0/mlflow/runs/log-batch",
                        Map.of(
                                "run_id",
                                run,
                                "metrics",
                                IntStream.range(0, steps)
                                        .mapToObj(step ->
                                                Map.of("key", "a/b", "value", 0.5, "timestamp", 1, "step", step))
                                        .toList()))
                .is(200);
        return run;
    }

    private static List<Long> steps(String query) {
        return points(query)
                .valueStream()
                .map(point -> point.path("step").asLong())
                .toList();
    }

    private static JsonNode points(String query) {
        return SharedTracking.copy().get(METRICS + query).is(200).body().path("metrics");
    }

    @Test
    void theBeginningsOfSeveralHistoriesComeRunByRunUpToAsManyPointsAsAreAskedFor() {
        JsonNode points =
                points("get-history-bulk?metric_key=a/b&max_results=12&run_id=%s&run_id=%s".formatted(ten, twenty));

        assertThat(points.size()).isEqualTo(12);
        assertThat(points.path(0).path("run_id").asString()).isEqualTo(ten.compareTo(twenty) < 0 ? ten : twenty);
        assertThat(points.path(3))
                .isEqualTo(JSON.readTree("{\"key\":\"a/b\",\"value\":0.5,\"timestamp\":1,\"step\":3,\"run_id\":\"%s\"}"
                        .formatted(points.path(0).path("run_id").asString())));
        assertThat(points("get-history-bulk?metric_key=a/b&run_id=" + "0".repeat(32))
                        .size())
                .isZero();
    }

    @Test
    void aSampleHasTheEndsOfEachRunInTheOrderAskedFor() {
        assertThat(steps("get-history-bulk-interval?metric_key=a/b&max_results=5&run_ids=%s&run_ids=%s"
                        .formatted(twenty, ten)))
                .containsExactly(0L, 4L, 8L, 12L, 19L, 0L, 2L, 4L, 6L, 9L);
        assertThat(steps("get-history-bulk-interval?metric_key=a/b&max_results=5&start_step=0&end_step=4&run_ids="
                        + ten))
                .containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void aSampleOfARunThatIsNotThereIsRefused() {
        assertThat(SharedTracking.copy()
                        .get(METRICS + "get-history-bulk-interval?metric_key=a/b&run_ids=" + "0".repeat(32))
                        .is(404)
                        .text("error_code"))
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            get-history-bulk?metric_key=k | must specify at least one run_id
            get-history-bulk?run_id=1 | must specify a metric_key
            get-history-bulk?run_id=1&metric_key=k&max_results=-1 | max_results
            get-history-bulk-interval?metric_key=k | 'run_ids'
            get-history-bulk-interval?run_ids=1 | 'metric_key'
            get-history-bulk-interval?run_ids=1&metric_key=k&max_results=0 | between 1 and 2500
            get-history-bulk-interval?run_ids=1&metric_key=k&start_step=1 | both must be specified
            get-history-bulk-interval?run_ids=1&metric_key=k&start_step=1&end_step=0 | end_step must be greater
            """)
    void whatIsMissingOrWrongIsToldInMlflowsWords(String query, String told) {
        Copy.Answer refused = SharedTracking.copy().get(METRICS + query).is(400);

        assertThat(refused.text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(refused.text("message")).contains(told);
    }

    @Test
    void moreThanAHundredRunsAreTooMany() {
        String runs = "&run_id=1".repeat(101);

        assertThat(SharedTracking.copy()
                        .get(METRICS + "get-history-bulk?metric_key=k" + runs)
                        .is(400)
                        .text("message"))
                .contains("cannot specify more than 100 run_ids. Received 101");
        assertThat(SharedTracking.copy()
                        .get(METRICS + "get-history-bulk-interval?metric_key=k" + runs.replace("run_id", "run_ids"))
                        .is(400)
                        .text("message"))
                .contains("at most 100 run_ids. Received 101");
    }
}
