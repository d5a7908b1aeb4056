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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What runs are given and what comes of them, as MLflow's clients tell it and look for it. */
@ExtendWith(SharedTracking.class)
class MlflowInputsTest {

    private static final String MLFLOW = "/api/2.0/mlflow/";

    private static String experiment;
    private static String trained;
    private static String tested;
    private static String bare;

    /** One run is given wine for training, one wine for testing and beer for training, one nothing. */
    @BeforeAll
    static void makeRuns() {
        experiment = copy().post(MLFLOW + "experiments/create", Map.of("name", "inputs"))
                .is(200)
                .text("experiment_id");
        trained = run(experiment);
        tested = run(experiment);
        bare = run(experiment);
        given(trained, dataset("wine", "d1", "training")).is(200);
        given(tested, dataset("wine", "d1", "testing"), dataset("beer", "d2", "training"))
                .is(200);
    }

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static String run(String experiment) {
        return copy().post(MLFLOW + "runs/create", Map.of("experiment_id", experiment))
                .is(200)
                .body()
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
    }

    private static Map<String, Object> dataset(String name, String digest, String context) {
        return Map.of(
                "dataset",
                Map.of("name", name, "digest", digest, "source_type", "http", "source", "{\"url\": \"u\"}"),
                "tags",
                List.of(Map.of("key", "mlflow.data.context", "value", context)));
    }

    private static Copy.Answer given(String run, Object... datasets) {
        return copy().post(MLFLOW + "runs/log-inputs", Map.of("run_id", run, "datasets", List.of(datasets)));
    }

    private static JsonNode get(String run) {
        return copy().get(MLFLOW + "runs/get?run_id=" + run).is(200).body().path("run");
    }

    private static String model(String experiment) {
        return copy().post(MLFLOW + "logged-models", Map.of("experiment_id", experiment, "name", "net"))
                .is(200)
                .body()
                .path("model")
                .path("info")
                .path("model_id")
                .asString();
    }

    @Test
    void aRunTellsTheDatasetsThatItWasGiven() {
        var whole = new HashMap<String, Object>(
                Map.of("name", "n", "digest", "d", "source_type", "local", "source", "{}", "schema", "{\"s\": 1}"));
        whole.put("profile", "{\"rows\": 2}");
        String run = run(experiment);
        given(run, Map.of("dataset", whole)).is(200);
        JsonNode told = get(run).path("inputs").path("dataset_inputs");
        assertThat(told.size()).isEqualTo(1);
        assertThat(told.path(0).path("tags").size()).isZero();
        whole.forEach((field, value) -> assertThat(
                        told.path(0).path("dataset").path(field).asString())
                .as(field)
                .isEqualTo(value));
    }

    @Test
    void aDatasetThatIsToldTwiceKeepsWhatWasToldFirst() {
        String run = run(experiment);
        given(run, dataset("twice", "d", "training"), dataset("twice", "d", "testing"))
                .is(200);
        given(run, dataset("twice", "d", "validation")).is(200);
        assertThat(get(run).path("inputs").path("dataset_inputs").valueStream())
                .singleElement()
                .satisfies(input -> assertThat(
                                input.path("tags").path(0).path("value").asString())
                        .isEqualTo("training"));
    }

    @Test
    void modelsAreInputsAndOutputsOfRuns() {
        String run = run(experiment);
        String used = model(experiment);
        String made = model(experiment);
        copy().post(MLFLOW + "runs/log-inputs", Map.of("run_id", run, "models", List.of(Map.of("model_id", used))))
                .is(200);
        copy().post(
                        MLFLOW + "runs/outputs",
                        Map.of("run_id", run, "models", List.of(Map.of("model_id", made, "step", 1))))
                .is(200);
        copy().post(
                        MLFLOW + "runs/outputs",
                        Map.of("run_id", run, "models", List.of(Map.of("model_id", made, "step", 7))))
                .is(200);
        assertThat(get(run).path("inputs").path("model_inputs")).hasToString("[{\"model_id\":\"%s\"}]".formatted(used));
        JsonNode output = get(run).path("outputs").path("model_outputs");
        assertThat(output.size()).isEqualTo(1);
        assertThat(output.path(0).path("model_id").asString()).isEqualTo(made);
        assertThat(output.path(0).path("step").asLong()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"m-0190a1b2c3d40000000000000000abab", "m-short", "nonsense", "run_1"})
    void aModelThatIsNotThereIsNoInput(String model) {
        Copy.Answer refused = copy().post(
                        MLFLOW + "runs/log-inputs",
                        Map.of("run_id", bare, "models", List.of(Map.of("model_id", model))))
                .is(404);
        assertThat(refused.text("error_code")).isEqualTo("RESOURCE_DOES_NOT_EXIST");
        assertThat(refused.text("message")).isEqualTo("Logged model with ID '%s' not found.".formatted(model));
        assertThat(get(bare).path("inputs").path("model_inputs").size()).isZero();
    }

    @Test
    void whatADatasetLacksOrHasTooMuchOfIsToldInMlflowsWords() {
        assertThat(given(bare, Map.of("dataset", Map.of("digest", "d"))).is(400).text("message"))
                .isEqualTo("Dataset name cannot be None");
        assertThat(given(bare, Map.of("tags", List.of())).is(400).text("message"))
                .isEqualTo("Dataset cannot be None");
        assertThat(given(bare, dataset("n".repeat(501), "d", "c")).is(400).text("message"))
                .isEqualTo("'name' exceeds the maximum length of 500 characters");
        assertThat(given(bare, dataset("n", "d".repeat(37), "c")).is(400).text("message"))
                .isEqualTo("'digest' exceeds the maximum length of 36 characters");
        assertThat(given(bare, dataset("n", "d", "c".repeat(501))).is(400).text("message"))
                .isEqualTo("'value' exceeds the maximum length of 500 characters");
        assertThat(get(bare).path("inputs").path("dataset_inputs").size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dataset.name = 'wine' | both",
                "datasets.name = 'beer' | tested",
                "dataset.name LIKE 'w%' AND dataset.context = 'testing' | tested",
                "dataset.digest IN ('d1') | both",
                "dataset.name != 'wine' | tested",
                "dataset.name NOT IN ('wine', 'beer') | none",
                "dataset.context ILIKE 'TRAIN%' | both",
            })
    void runsAreFoundByTheDatasetsTheyWereGiven(String filter, String expected) {
        List<String> found = copy().post(
                        MLFLOW + "runs/search",
                        Map.of(
                                "experiment_ids",
                                List.of(experiment),
                                "filter",
                                filter + " AND dataset.digest IN ('d1', 'd2')"))
                .is(200)
                .body()
                .path("runs")
                .valueStream()
                .map(run -> run.path("info").path("run_id").asString())
                .toList();
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        switch (expected) {
                            case "both" -> List.of(trained, tested);
                            case "tested" -> List.of(tested);
                            default -> List.of();
                        });
    }

    @Test
    void aColumnThatDatasetsDoNotHaveIsTold() {
        var search = new HashMap<String, Object>(Map.of("experiment_ids", List.of(experiment)));
        search.put("filter", "dataset.schema = 'x'");
        assertThat(copy().post(MLFLOW + "runs/search", search).is(400).text("message"))
                .isEqualTo("Invalid dataset key 'schema' specified. Valid keys are '[context, digest, name]'");
        search.remove("filter");
        search.put("order_by", List.of("dataset.name"));
        assertThat(copy().post(MLFLOW + "runs/search", search).is(400).text("message"))
                .isEqualTo("Invalid order_by entity: dataset");
    }

    @Test
    void theDatasetsOfAnExperimentAreSummedUp() {
        String other = copy().post(MLFLOW + "experiments/create", Map.of("name", "summed up"))
                .is(200)
                .text("experiment_id");
        String run = run(other);
        given(
                        run,
                        dataset("wine", "d1", "training"),
                        Map.of("dataset", Map.of("name", "plain", "digest", "d", "source_type", "x", "source", "y")))
                .is(200);
        given(run(other), dataset("wine", "d1", "training")).is(200);
        JsonNode found = copy().post(MLFLOW + "experiments/search-datasets", Map.of("experiment_ids", List.of(other)))
                .is(200)
                .body()
                .path("dataset_summaries");
        assertThat(found.valueStream()
                        .map(one -> "%s %s %s %s"
                                .formatted(
                                        one.path("experiment_id").asString().equals(other),
                                        one.path("name").asString(),
                                        one.path("digest").asString(),
                                        one.path("context").asString("-"))))
                .containsExactly("true plain d -", "true wine d1 training");
        assertThat(copy().post(MLFLOW + "experiments/search-datasets", Map.of("experiment_ids", List.of()))
                        .is(400)
                        .text("message"))
                .isEqualTo("SearchDatasets request must specify at least one experiment_id.");
    }

    @Test
    void aModelOfAnOlderClientIsListedInATagOfItsRun() {
        String run = run(experiment);
        for (String path : List.of("first", "second")) {
            String model = """
                    {"artifact_path": "%s", "run_id": "%s", "utc_time_created": "now", "model_uuid": "u", "mlflow_version": "1",
                     "flavors": {"sklearn": {"code": null, "config": {"secret": 1}}}}""".formatted(path, run);
            copy().post(MLFLOW + "runs/log-model", Map.of("run_id", run, "model_json", model))
                    .is(200);
        }
        String listed = get(run).path("data")
                .path("tags")
                .valueStream()
                .filter(tag -> tag.path("key").asString().equals("mlflow.log-model.history"))
                .findFirst()
                .orElseThrow()
                .path("value")
                .asString();
        assertThat(listed)
                .startsWith("[{")
                .containsSubsequence("\"first\"", "\"second\"")
                .doesNotContain("secret", "mlflow_version");
        assertThat(copy().post(MLFLOW + "runs/log-model", Map.of("run_id", run, "model_json", "{\"flavors\": {}}"))
                        .is(400)
                        .text("message"))
                .isEqualTo("Model json is missing mandatory fields: [artifact_path, run_id, utc_time_created]");
        assertThat(copy().post(MLFLOW + "runs/log-model", Map.of("run_id", run, "model_json", "{"))
                        .is(400)
                        .text("message"))
                .startsWith("Malformed model info.");
    }
}
