package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Logged models as MLflow's clients keep, measure and find them. */
@ExtendWith(SharedTracking.class)
class MlflowLoggedModelsTest {

    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String MODELS = MLFLOW + "logged-models";

    private static String experiment;
    private static String run;
    private static final Map<String, String> NAMED = new HashMap<>();

    /** Four models, of which the first three are measured: by accuracy on two datasets, the third twice on the first one. */
    @BeforeAll
    static void makeModels() {
        experiment = experiment("logged models");
        run = run(experiment);
        for (String name : List.of("a", "b", "c", "d")) {
            NAMED.put(
                    name,
                    model(Map.of(
                            "experiment_id",
                            experiment,
                            "name",
                            name,
                            "model_type",
                            name.equals("d") ? "torch" : "sklearn",
                            "source_run_id",
                            run,
                            "params",
                            List.of(Map.of("key", "depth", "value", name + name)),
                            "tags",
                            List.of(Map.of("key", "team/x", "value", name)))));
        }
        measure("a", 0.5, 1, "wine", "d1");
        measure("a", 0.9, 1, "beer", "d1");
        measure("b", 0.7, 1, "wine", "d1");
        measure("c", 0.8, 1, "wine", "d1");
        measure("c", 0.4, 2, "wine", "d2");
        copy().patch(MODELS + "/" + named("b"), Map.of("status", "LOGGED_MODEL_READY"))
                .is(200);
    }

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static String experiment(String name) {
        return copy().post(MLFLOW + "experiments/create", Map.of("name", name))
                .is(200)
                .text("experiment_id");
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

    private static String model(Map<String, ?> body) {
        return copy().post(MODELS, body)
                .is(200)
                .body()
                .path("model")
                .path("info")
                .path("model_id")
                .asString();
    }

    private static void measure(String model, double accuracy, int timestamp, String dataset, String digest) {
        copy().post(
                        MLFLOW + "runs/log-metric",
                        Map.of(
                                "run_id", run,
                                "model_id", named(model),
                                "key", "val/acc",
                                "value", accuracy,
                                "timestamp", timestamp,
                                "step", 0,
                                "dataset_name", dataset,
                                "dataset_digest", digest))
                .is(200);
    }

    private static Copy.Answer search(Map<String, ?> more) {
        var body = new HashMap<String, Object>(more);
        body.putIfAbsent("experiment_ids", List.of(experiment));
        return copy().post(MODELS + "/search", body);
    }

    private static List<String> names(JsonNode found) {
        return found.path("models")
                .valueStream()
                .map(model -> model.path("info").path("name").asString())
                .toList();
    }

    private static String named(String name) {
        return Objects.requireNonNull(NAMED.get(name), name);
    }

    private static JsonNode get(String id) {
        return copy().get(MODELS + "/" + id).is(200).body().path("model");
    }

    @Test
    void whatRunsMeasuredOfAModelIsTold() {
        JsonNode metrics = get(named("c")).path("data").path("metrics");
        assertThat(metrics.valueStream().map(one -> one.path("value").asDouble()))
                .containsExactly(0.8, 0.4);
        JsonNode last = metrics.path(1);
        assertThat(last.path("key").asString()).isEqualTo("val/acc");
        assertThat(last.path("dataset_name").asString()).isEqualTo("wine");
        assertThat(last.path("dataset_digest").asString()).isEqualTo("d2");
        assertThat(last.path("model_id").asString()).isEqualTo(named("c"));
        assertThat(last.path("run_id").asString()).isEqualTo(run);
        assertThat(get(named("d")).path("data").path("metrics").size()).isZero();
    }

    @Test
    void aBatchMeasuresModelsAndItsRunAtOnce() {
        String other = run(experiment);
        String model = model(Map.of("experiment_id", experiment("batches"), "name", "m"));
        var point = Map.of("key", "loss", "value", 0.25, "timestamp", 3, "step", 4, "model_id", model);
        var batch = Map.of(
                "run_id",
                other,
                "metrics",
                List.of(point, Map.of("key", "plain", "value", 1, "timestamp", 1, "step", 1)));
        copy().post(MLFLOW + "runs/log-batch", batch).is(200);
        copy().post(MLFLOW + "runs/log-batch", batch).is(200);

        JsonNode measured = get(model).path("data").path("metrics");
        assertThat(measured.size()).isEqualTo(1);
        assertThat(measured.path(0).path("step").asLong()).isEqualTo(4);
        assertThat(measured.path(0).has("dataset_name")).isFalse();
        assertThat(copy().get(MLFLOW + "runs/get?run_id=" + other)
                        .is(200)
                        .body()
                        .path("run")
                        .path("data")
                        .path("metrics")
                        .valueStream()
                        .map(metric -> metric.path("key").asString()))
                .containsExactlyInAnyOrder("loss", "plain");
    }

    @Test
    void aMetricOfAModelThatIsNotThereIsRefusedWhole() {
        String other = run(experiment);
        var metric = Map.of("run_id", other, "key", "k", "value", 1, "timestamp", 1, "step", 1, "model_id", "m-none");
        assertThat(copy().post(MLFLOW + "runs/log-metric", metric).is(404).text("error_code"))
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
        assertThat(copy().get(MLFLOW + "runs/get?run_id=" + other)
                        .body()
                        .path("run")
                        .path("data")
                        .path("metrics")
                        .size())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = 'a' | a",
                "name LIKE '_' AND name != 'a' | dcb",
                "name IN ('a', 'd') | da",
                "attributes.model_type = 'torch' | d",
                "status = 'READY' | b",
                "status = 'PENDING' | dca",
                "params.depth = 'bb' | b",
                "tags.`team/x` != 'a' | dcb",
                "tags.`team/x` IS NULL | ''",
                "metrics.`val/acc` > 0.75 | ca",
                "metrics.`val/acc` > 0.75 AND name = 'c' | c",
                "creation_timestamp > 0 | dcba",
                "creation_time < 0 | ''",
            })
    void modelsAreFoundByWhatTheyHave(String filter, String expected) {
        assertThat(String.join(
                        "", names(search(Map.of("filter", filter)).is(200).body())))
                .isEqualTo(expected.replace("'", ""));
    }

    @Test
    void modelsAreFoundByTheirIdAndTheirRun() {
        assertThat(names(search(Map.of("filter", "model_id = '%s'".formatted(named("c"))))
                        .is(200)
                        .body()))
                .containsExactly("c");
        assertThat(names(search(Map.of("filter", "source_run_id = '%s' AND name = 'b'".formatted(run)))
                        .is(200)
                        .body()))
                .containsExactly("b");
    }

    @Test
    void aMetricIsLookedForOnTheDatasetsThatAreNamed() {
        var wine = List.of(Map.of("dataset_name", "wine"));
        assertThat(names(search(Map.of("filter", "metrics.`val/acc` > 0.75", "datasets", wine))
                        .body()))
                .containsExactly("c");
        assertThat(names(search(Map.of("datasets", wine)).body())).containsExactly("c", "b", "a");
        assertThat(names(search(Map.of("datasets", List.of(Map.of("dataset_name", "wine", "dataset_digest", "d2"))))
                        .body()))
                .containsExactly("c");
        assertThat(names(search(Map.of("datasets", List.of(Map.of("dataset_name", "nothing"))))
                        .body()))
                .isEmpty();
        assertThat(search(Map.of("datasets", List.of(Map.of("dataset_digest", "d2"))))
                        .is(400)
                        .text("message"))
                .isEqualTo("`dataset_name` in the `datasets` clause must be specified.");
    }

    @Test
    void modelsAreOrderedByTheirLatestMetricsAndWhatHasNoneIsLast() {
        assertThat(names(search(Map.of("order_by", List.of(Map.of("field_name", "metrics.val/acc"))))
                        .is(200)
                        .body()))
                .as("a's two are of one time: the one that is found first")
                .last()
                .isEqualTo("d");
        var onWine = Map.of("field_name", "metrics.val/acc", "ascending", false, "dataset_name", "wine");
        assertThat(names(search(Map.of("order_by", List.of(onWine))).body())).containsExactly("b", "a", "c", "d");
        var onFirst = new HashMap<String, Object>(onWine);
        onFirst.put("dataset_digest", "d1");
        assertThat(names(search(Map.of("order_by", List.of(onFirst))).body())).containsExactly("c", "b", "a", "d");
        assertThat(names(search(Map.of("order_by", List.of(Map.of("field_name", "name", "ascending", true))))
                        .body()))
                .containsExactly("a", "b", "c", "d");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metric.x | Invalid order by field name: metric.x. Only metrics are supported.",
                "size | Invalid order by field name: size",
            })
    void anOrderThatIsNoneIsTold(String field, String message) {
        assertThat(search(Map.of("order_by", List.of(Map.of("field_name", field))))
                        .is(400)
                        .text("message"))
                .isEqualTo(message);
    }

    @Test
    void pagesGoThroughAllOfThemInOrder() {
        var found = new ArrayList<String>();
        var body = new HashMap<String, Object>(Map.of(
                "max_results", 1, "order_by", List.of(Map.of("field_name", "metrics.val/acc", "ascending", false))));
        do {
            JsonNode page = search(body).is(200).body();
            found.addAll(names(page));
            body.put("page_token", page.path("next_page_token").asString(""));
        } while (!body.get("page_token").equals(""));
        assertThat(found).hasSize(4).doesNotHaveDuplicates().endsWith("d");
    }

    @Test
    void aDeletedModelIsGoneForWhoeverDoesNotAskForIt() {
        String other = experiment("deleted models");
        String model = model(Map.of("experiment_id", other, "name", "m"));
        copy().delete(MODELS + "/" + model).is(200);
        assertThat(copy().get(MODELS + "/" + model).is(404).text("message"))
                .isEqualTo("Logged model with ID '%s' not found.".formatted(model));
        copy().get(MODELS + "/" + model + "?allow_deleted=true").is(200);
        assertThat(names(search(Map.of("experiment_ids", List.of(other))).body()))
                .isEmpty();
    }

    @Test
    void tagsAreSetAndTakenAway() {
        String model = model(Map.of("experiment_id", experiment("tagged models"), "name", "m"));
        copy().patch(MODELS + "/" + model + "/tags", Map.of("tags", List.of(Map.of("key", "a/b c", "value", "1"))))
                .is(200);
        assertThat(get(model).path("info").path("tags").size()).isEqualTo(1);
        copy().delete(MODELS + "/" + model + "/tags/a/b%20c").is(200);
        assertThat(get(model).path("info").path("tags").size()).isZero();
        assertThat(copy().delete(MODELS + "/" + model + "/tags/a/b%20c").is(404).text("message"))
                .isEqualTo("No tag with key 'a/b c' found for model with ID '%s'.".formatted(model));
    }

    @Test
    void aModelsFilesAreListedFolderByFolder() {
        String model = model(Map.of("experiment_id", "0", "name", "m"));
        for (String path : List.of("MLmodel", "data/weights.bin")) {
            copy().put("/api/2.0/mlflow-artifacts/artifacts/0/models/%s/artifacts/%s".formatted(model, path), "bytes")
                    .is(200);
        }
        JsonNode listed = copy().get(MODELS + "/" + model + "/artifacts/directories")
                .is(200)
                .body();
        assertThat(listed.path("root_uri").asString())
                .isEqualTo("mlflow-artifacts:/0/models/%s/artifacts".formatted(model));
        assertThat(listed.path("files")
                        .valueStream()
                        .map(file -> file.path("path").asString()))
                .containsExactly("MLmodel", "data");
        assertThat(copy().get(MODELS + "/" + model + "/artifacts/directories?artifact_directory_path=data")
                        .is(200)
                        .body()
                        .path("files")
                        .path(0)
                        .path("path")
                        .asString())
                .isEqualTo("data/weights.bin");
    }

    @Test
    void aSearchWithoutExperimentsIsRefused() {
        assertThat(search(Map.of("experiment_ids", List.of())).is(400).text("message"))
                .startsWith("Missing value for required parameter 'experiment_ids'.");
    }
}
