package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Evaluation datasets as MLflow's clients make, find and fill them. */
@ExtendWith(SharedTracking.class)
class MlflowEvaluationDatasetsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String DATASETS = "/api/3.0/mlflow/datasets";
    private static final String NOBODYS = "d-" + "0".repeat(32);

    private static String searched;

    @BeforeAll
    static void makeDatasets() {
        searched = experiment("evaluation datasets");
        create("set a", "{\"team\":\"ml\",\"mlflow.user\":\"ann\"}", searched);
        create("set b", "{\"team\":\"data\"}", searched, experiment("another with datasets"));
        create("set c", "{\"team\":\"ml\",\"size\":3,\"none\":null}", searched);
    }

    private static Copy copy() {
        return SharedTracking.copy();
    }

    private static String experiment(String name) {
        return copy().post("/api/3.0/mlflow/experiments/create", Map.of("name", name))
                .is(200)
                .text("experiment_id");
    }

    private static JsonNode create(String name, String tags, String... experiments) {
        return copy().post(
                        DATASETS + "/create",
                        Map.of("name", name, "tags", tags, "experiment_ids", List.of(experiments)))
                .is(200)
                .body()
                .path("dataset");
    }

    private static String id(JsonNode dataset) {
        return dataset.path("dataset_id").asString();
    }

    private static JsonNode get(String id) {
        return copy().get(DATASETS + "/" + id).is(200).body().path("dataset");
    }

    private static JsonNode within(JsonNode json, String member) {
        return JSON.readTree(json.path(member).asString());
    }

    private static Copy.Answer upsert(String id, String records) {
        return copy().post(DATASETS + "/" + id + "/records", Map.of("records", records));
    }

    private static void upserted(String id, String records, int inserted, int updated) {
        JsonNode counts = upsert(id, records).is(200).body();
        assertThat(List.of(
                        counts.path("inserted_count").asInt(-1),
                        counts.path("updated_count").asInt(-1)))
                .containsExactly(inserted, updated);
    }

    private static JsonNode records(String id, String query) {
        return within(
                copy().get(DATASETS + "/" + id + "/records" + query).is(200).body(), "records");
    }

    private static Copy.Answer search(Map<String, ?> more) {
        var body = new HashMap<String, Object>(more);
        body.putIfAbsent("experiment_ids", List.of(searched));
        return copy().post(DATASETS + "/search", body);
    }

    private static String found(JsonNode page) {
        return String.join(
                "",
                page.path("datasets")
                        .valueStream()
                        .map(one -> one.path("name").asString().substring("set ".length()))
                        .toList());
    }

    @Test
    void aDatasetIsMadeReadAndDeleted() {
        String experiment = experiment("made");
        JsonNode made = create("made", "{\"version\":\"1.0\",\"mlflow.user\":\"ann\"}", experiment);
        assertThat(id(made)).matches("d-[0-9a-f]{32}");
        assertThat(made.path("experiment_ids").path(0).asString()).isEqualTo(experiment);
        assertThat(within(made, "tags").path("version").asString()).isEqualTo("1.0");
        assertThat(made.path("digest").asString()).matches("[0-9a-f]{8}");
        assertThat(made.path("created_by").asString()).isEqualTo("ann");
        assertThat(made.has("schema") || made.has("profile")).isFalse();
        JsonNode kept = get(id(made));
        for (String field : List.of("dataset_id", "name", "digest", "created_time", "last_update_time")) {
            assertThat(kept.path(field)).as(field).isEqualTo(made.path(field));
        }
        assertThat(within(kept, "tags")).isEqualTo(within(made, "tags"));
        for (int i = 0; i < 2; i++) {
            copy().delete(DATASETS + "/" + id(made)).is(200);
        }
        assertThat(copy().get(DATASETS + "/" + id(made)).is(404).text("message"))
                .isEqualTo("Evaluation dataset with id '%s' not found".formatted(id(made)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | cba",
                "name = 'set b' | b",
                "name LIKE 'set %' | cba",
                "name IN ('set a', 'set c') | ca",
                "tags.team = 'ml' | ca",
                "tags.team != 'ml' AND name != 'set a' | b",
                "tags.size = '3' | c",
                "created_by = 'ann' | a",
                "last_updated_by ILIKE 'A%' | a",
                "created_time > 1 AND last_update_time > 1 | cba",
            })
    void datasetsAreFoundByWhatTheyHave(String filter, String expected) {
        assertThat(found(search(Map.of("filter_string", filter)).is(200).body()))
                .isEqualTo(expected);
    }

    @Test
    void datasetsAreFoundByTheirExperimentsInAnyOrderPageByPage() {
        JsonNode ordered = copy().get(DATASETS + "/search?order_by=name%20ASC&experiment_ids=" + searched)
                .is(200)
                .body();
        assertThat(found(ordered)).isEqualTo("abc");
        assertThat(found(search(Map.of("experiment_ids", List.of("987654")))
                        .is(200)
                        .body()))
                .isEmpty();
        var seen = new ArrayList<String>();
        var body = new HashMap<String, Object>(Map.of("max_results", 2));
        do {
            JsonNode page = search(body).is(200).body();
            seen.add(found(page));
            body.put("page_token", page.path("next_page_token").asString(""));
        } while (!body.get("page_token").equals(""));
        assertThat(seen).containsExactly("cb", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"colour = 'x'", "name > 'x'", "created_time = 'x'", "params.x = 'y'", "nonsense"})
    void whatDatasetsDoNotHaveIsTold(String filter) {
        assertThat(search(Map.of("filter_string", filter)).is(400).text("error_code"))
                .isEqualTo("INVALID_PARAMETER_VALUE");
    }

    @Test
    void tagsAreAddedChangedAndTakenAway() {
        String id = id(create("tagged", "{\"initial\":\"value\",\"env\":\"dev\"}"));
        String tags = DATASETS + "/" + id + "/tags";
        copy().patch(tags, Map.of("tags", "{\"env\":\"staging\",\"count\":1,\"none\":null}"))
                .is(200);
        assertThat(within(get(id), "tags"))
                .isEqualTo(JSON.readTree("{\"initial\":\"value\",\"env\":\"staging\",\"count\":\"1\"}"));
        for (int i = 0; i < 2; i++) {
            copy().delete(tags + "/count").is(200);
        }
        assertThat(within(get(id), "tags").has("count")).isFalse();
        copy().patch(tags, Map.of("tags", "[]")).is(400);
        copy().patch(tags, Map.of("tags", "{\"k\":\"\\u0000\"}")).is(400);
        assertThat(copy().patch(DATASETS + "/" + NOBODYS + "/tags", Map.of("tags", "{}"))
                        .is(404)
                        .text("message"))
                .isEqualTo("Could not find evaluation dataset with ID " + NOBODYS);
    }

    @Test
    void recordsOfTheSameInputsAreOne() {
        String id = id(create("filled", "{}"));
        String before = get(id).path("digest").asString();
        upserted(id, """
                [{"inputs": {"q": "why?", "n": {"b": 1, "a": 2}}, "expectations": {"answer": "so"}, "tags": {"mlflow.user": "ann"},
                  "source": {"source_type": "trace", "source_data": {"trace_id": "tr-1"}}},
                 {"inputs": {"q": "how?"}, "outputs": null},
                 {"inputs": {"q": "how?"}, "expectations": {"answer": 1.5}}]""", 2, 1);
        upserted(id, """
                [{"inputs": {"n": {"a": 2, "b": 1}, "q": "why?"}, "outputs": "thus", "expectations": {"more": [1]}, "tags": {"t": true}},
                 {"inputs": {"q": "when?"}, "outputs": {"text": "now"}}]""", 1, 1);
        JsonNode all = records(id, "");
        assertThat(all.valueStream().map(one -> one.path("inputs").path("q").asString()))
                .containsExactly("why?", "how?", "when?");
        JsonNode why = all.path(0);
        assertThat(why.path("dataset_record_id").asString()).matches("dr-[0-9a-f]{32}");
        assertThat(why.path("dataset_id").asString()).isEqualTo(id);
        assertThat(why.path("outputs").asString()).isEqualTo("thus");
        assertThat(why.path("expectations")).isEqualTo(JSON.readTree("{\"answer\":\"so\",\"more\":[1]}"));
        assertThat(why.path("tags")).isEqualTo(JSON.readTree("{\"mlflow.user\":\"ann\",\"t\":true}"));
        assertThat(why.path("source"))
                .isEqualTo(JSON.readTree("{\"source_type\":\"TRACE\",\"source_data\":{\"trace_id\":\"tr-1\"}}"));
        assertThat(why.path("source_id").asString()).isEqualTo("tr-1");
        assertThat(why.path("created_by").asString()).isEqualTo("ann");
        assertThat(all.path(1).has("outputs")).as("said not to be known").isFalse();
        assertThat(all.path(1).path("expectations").path("answer").asDouble()).isEqualTo(1.5);
        JsonNode dataset = get(id);
        assertThat(within(dataset, "profile").path("num_records").asInt()).isEqualTo(3);
        assertThat(within(dataset, "schema")).isEqualTo(JSON.readTree("""
                        {"inputs":{"q":"string","n":"object"},"outputs":"string","expectations":{"answer":"string","more":"array"},
                         "version":"1.0"}"""));
        assertThat(dataset.path("digest").asString()).isNotEqualTo(before);
        assertThat(dataset.path("last_updated_by").asString()).isEqualTo("ann");
    }

    @Test
    void aRecordHasItsLimitAlsoWhenItIsToldAgainAndAgain() {
        String id = id(create("grown", "{}"));
        String text = "x".repeat(600_000);
        upserted(id, "[{\"inputs\":{\"n\":1},\"expectations\":{\"a\":\"%s\"}}]".formatted(text), 1, 0);
        assertThat(upsert(
                                id,
                                "[{\"inputs\":{\"n\":2}},{\"inputs\":{\"n\":1},\"expectations\":{\"b\":\"%s\"}}]"
                                        .formatted(text))
                        .is(400)
                        .text("message"))
                .contains("records[1]")
                .contains("1000000");
        assertThat(records(id, "").size()).as("all of it or nothing").isEqualTo(1);
    }

    @Test
    void manyRecordsThatAreToldAtOnceAreCountedOnceEach() {
        String id = id(create("many", "{}"));
        String records = IntStream.range(0, 100)
                .mapToObj(i -> "{\"inputs\":{\"n\":%d}}".formatted(i % 60))
                .collect(Collectors.joining(",", "[", "]"));
        upserted(id, records, 60, 40);
        upserted(id, records, 0, 100);
        assertThat(within(get(id), "profile").path("num_records").asInt()).isEqualTo(60);
    }

    @Test
    void aPageOfLongRecordsEndsEarly() {
        String id = id(create("long", "{}"));
        String text = "x".repeat(700_000);
        for (int i = 0; i < 20; i++) {
            upserted(id, "[{\"inputs\":{\"n\":%d,\"text\":\"%s\"}}]".formatted(i, text), 1, 0);
        }
        JsonNode page = copy().get(DATASETS + "/" + id + "/records").is(200).body();
        int first = within(page, "records").size();
        assertThat(first).isBetween(1, 19);
        JsonNode rest =
                records(id, "?page_token=" + page.path("next_page_token").asString());
        assertThat(first + rest.size()).isEqualTo(20);
    }

    @Test
    void recordsAreReadPageByPageAndDeleted() {
        String id = id(create("paged", "{}"));
        upserted(id, "[{\"inputs\":{\"n\":1}},{\"inputs\":{\"n\":2}},{\"inputs\":{\"n\":3}}]", 3, 0);
        JsonNode page = copy().get(DATASETS + "/" + id + "/records?max_results=2")
                .is(200)
                .body();
        assertThat(within(page, "records").size()).isEqualTo(2);
        JsonNode rest = records(
                id, "?max_results=2&page_token=" + page.path("next_page_token").asString());
        assertThat(rest.size()).isEqualTo(1);
        assertThat(rest.path(0).path("inputs").path("n").asInt()).isEqualTo(3);
        assertThat(rest.path(0).path("outputs")).isEqualTo(JSON.readTree("{}"));
        String gone = rest.path(0).path("dataset_record_id").asString();
        JsonNode deleted = copy().delete(
                        DATASETS + "/" + id + "/records",
                        Map.of("dataset_record_ids", List.of(gone, "dr-none", "dr-" + "0".repeat(32))))
                .is(200)
                .body();
        assertThat(deleted.path("deleted_count").asInt()).isEqualTo(1);
        assertThat(within(get(id), "profile").path("num_records").asInt()).isEqualTo(2);
        copy().get(DATASETS + "/" + id + "/records?page_token=x").is(400);
        copy().get(DATASETS + "/" + NOBODYS + "/records").is(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{}",
                "null",
                "[null]",
                "[1]",
                "[{\"inputs\":null}]",
                "[{\"inputs\":[1]}]",
                "[{\"inputs\":{},\"expectations\":1}]",
                "[{\"inputs\":{},\"tags\":\"x\"}]",
                "[{\"inputs\":{},\"source\":{\"source_type\":\"ORACLE\"}}]",
                "[{\"inputs\":{\"q\":\"\\u0000\"}}]",
                "[{\"inputs\":{\"q\":\"\\ud800\"}}]"
            })
    void whatIsNoRecordIsRefused(String records) {
        String id = id(create("refusing", "{}"));
        assertThat(upsert(id, records).is(400).text("error_code")).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(records(id, "").size()).isZero();
        assertThat(upsert(NOBODYS, "[]").is(404).text("error_code")).isEqualTo("RESOURCE_DOES_NOT_EXIST");
    }

    @Test
    void recordsAndBatchesHaveALimit() {
        String id = id(create("limited", "{}"));
        assertThat(upsert(id, "[{\"inputs\":{\"q\":\"%s\"}}]".formatted("x".repeat(1_000_000)))
                        .is(400)
                        .text("message"))
                .contains("records[0]", "exceeds the maximum length");
        upsert(id, "[" + "{},".repeat(10_000) + "{}]").is(400);
    }

    @Test
    void experimentsAreAddedAndTakenAwayAsOftenAsOneLikes() {
        String first = experiment("first with it");
        String second = experiment("second with it");
        String id = id(create("given", "{}", first));
        String path = DATASETS + "/" + id;
        for (int i = 0; i < 2; i++) {
            copy().post(path + "/add-experiments", Map.of("experiment_ids", List.of(first, second)))
                    .is(200);
        }
        assertThat(experiments(id)).containsExactlyInAnyOrder(first, second);
        for (int i = 0; i < 2; i++) {
            copy().post(path + "/remove-experiments", Map.of("experiment_ids", List.of(first, "987654")))
                    .is(200);
        }
        assertThat(experiments(id)).containsExactly(second);
        copy().post("/api/3.0/mlflow/experiments/delete", Map.of("experiment_id", second))
                .is(200);
        assertThat(experiments(id)).containsExactly(second);
        copy().post(path + "/add-experiments", Map.of("experiment_ids", List.of("987654")))
                .is(404);
        for (String method : List.of("add", "remove")) {
            assertThat(copy().post(
                                    "%s/%s/%s-experiments".formatted(DATASETS, NOBODYS, method),
                                    Map.of("experiment_ids", List.of(first)))
                            .is(404)
                            .text("message"))
                    .isEqualTo("Dataset '%s' not found".formatted(NOBODYS));
        }
    }

    private static List<String> experiments(String id) {
        return copy().get(DATASETS + "/" + id + "/experiment-ids")
                .is(200)
                .body()
                .path("experiment_ids")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }
}
