package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What {@code api/openapi.json} must say of every operation and schema, so that clients can be generated from it. */
@SuppressWarnings("NullAway.Init") // JUnit fills the field
class ApiContractTest {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");
    private static final Set<String> SAY_WHAT_THEY_ARE = Set.of("type", "$ref", "oneOf", "anyOf", "allOf");

    private ObjectNode api;

    @BeforeEach
    void read() throws IOException {
        api = (ObjectNode) new JsonMapper().readTree(Files.readString(Path.of("..", "api", "openapi.json")));
    }

    @Test
    void theDescriptionLeavesNothingOut() {
        assertThat(gaps(api)).isEmpty();
    }

    @Test
    void everyRuleFailsOnADescriptionThatBreaksIt() {
        broken(list -> list.remove("operationId"), "get /api/v1/datasets: no operationId");
        broken(
                list -> list.put("operationId", "dataset.create"),
                "post /api/v1/datasets: operationId dataset.create is taken");
        broken(list -> list.remove("summary"), "get /api/v1/datasets: no summary");
        broken(list -> list.remove("tags"), "get /api/v1/datasets: no tag");
        broken(
                list -> list.remove("x-trine-permission"),
                "get /api/v1/datasets: neither a permission nor a reason to be public");
        broken(
                list -> ((ObjectNode) list.path("responses")).remove("default"),
                "get /api/v1/datasets: no problem document as its default answer");
        broken(
                list -> list.putObject("requestBody").put("$ref", "#/components/requestBodies/None"),
                "reference to nothing: #/components/requestBodies/None");
        ObjectNode properties = (ObjectNode) api.at("/components/schemas/Dataset/properties");
        properties.putObject("odd").put("description", "anything");
        assertThat(gaps(api)).containsExactly("schema Dataset.odd: no type");
    }

    private void broken(Consumer<ObjectNode> change, String gap) {
        ObjectNode copy = api.deepCopy();
        change.accept((ObjectNode) copy.path("paths").path("/api/v1/datasets").path("get"));
        assertThat(gaps(copy)).containsExactly(gap);
    }

    private static List<String> gaps(JsonNode api) {
        var gaps = new ArrayList<String>();
        var ids = new HashSet<String>();
        api.path("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry((method, operation) -> {
                    if (METHODS.contains(method)) {
                        String name = method + " " + path;
                        String id = operation.path("operationId").asString("");
                        if (id.isEmpty()) {
                            gaps.add(name + ": no operationId");
                        } else if (!ids.add(id)) {
                            gaps.add(name + ": operationId " + id + " is taken");
                        }
                        checkOperation(name, operation, api, gaps);
                    }
                }));
        api.path("components")
                .path("schemas")
                .forEachEntry((name, schema) -> schema.path("properties").forEachEntry((property, of) -> {
                    if (SAY_WHAT_THEY_ARE.stream().noneMatch(of::has)) {
                        gaps.add("schema %s.%s: no type".formatted(name, property));
                    }
                }));
        for (JsonNode reference : api.findValues("$ref")) {
            if (api.at(reference.asString().substring(1)).isMissingNode()) {
                gaps.add("reference to nothing: " + reference.asString());
            }
        }
        return gaps;
    }

    private static void checkOperation(String name, JsonNode operation, JsonNode api, List<String> gaps) {
        if (operation.path("summary").asString("").isBlank()) {
            gaps.add(name + ": no summary");
        }
        if (operation.path("tags").isEmpty()) {
            gaps.add(name + ": no tag");
        }
        if (operation.has("x-trine-permission") == operation.has("x-trine-public")) {
            gaps.add(name + ": neither a permission nor a reason to be public");
        }
        JsonNode problem = api.at(operation
                        .path("responses")
                        .path("default")
                        .path("$ref")
                        .asString("#")
                        .substring(1) + "/content/application~1problem+json/schema/$ref");
        if (!problem.asString("").equals("#/components/schemas/Problem")) {
            gaps.add(name + ": no problem document as its default answer");
        }
    }
}
