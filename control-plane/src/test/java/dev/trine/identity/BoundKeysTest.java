package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Copy;
import dev.trine.Copy.Answer;
import dev.trine.MemoryExecutor;
import dev.trine.Schema;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import tools.jackson.databind.JsonNode;

/** A key with every scope, but of one project: what each endpoint that is about no project gives it. */
class BoundKeysTest {

    @TempDir
    private Path folder;

    private static Set<String> withoutProject(Map<RequestMappingInfo, HandlerMethod> endpoints) {
        var found = new TreeSet<String>();
        for (Map.Entry<RequestMappingInfo, HandlerMethod> entry : endpoints.entrySet()) {
            HandlerMethod method = entry.getValue();
            if (method.hasMethodAnnotation(Requires.class)
                    && Arrays.stream(method.getMethodParameters())
                            .noneMatch(parameter -> parameter.getParameterType() == ProjectScope.class)) {
                entry.getKey()
                        .getMethodsCondition()
                        .getMethods()
                        .forEach(verb ->
                                entry.getKey().getPatternValues().forEach(path -> found.add(verb + " " + path)));
            }
        }
        return found;
    }

    private static List<String> ids(JsonNode list) {
        return list.valueStream().map(one -> one.path("id").asString()).toList();
    }

    @Test
    void noEndpointLetsItOutOfItsProject() {
        try (var copy = new Copy(Schema.freshDatabase(), folder, new MemoryExecutor("a", 1))) {
            JsonNode home = copy.get("/api/v1/auth/me").is(200).body().at("/memberships/0");
            String organization = home.at("/organization/id").asString();
            String project = home.at("/projects/0/id").asString();
            String sibling = copy.post("/api/v1/orgs/" + organization + "/projects", Map.of("name", "Sibling"))
                    .is(201)
                    .text("id");
            String foreign =
                    copy.post("/api/v1/orgs", Map.of("name", "Another")).is(201).text("id");
            String key = copy.post("/api/v1/api-keys", Map.of("name", "bound", "scopes", List.of("*")))
                    .is(201)
                    .text("secret");

            var table = new LinkedHashMap<String, Consumer<String>>();
            table.put("GET /api/v1/auth/me", path -> {
                JsonNode memberships =
                        copy.send("GET", path, null, key).is(200).body().path("memberships");
                assertThat(memberships).hasSize(1);
                assertThat(ids(memberships.at("/0/projects"))).containsExactly(project);
            });
            table.put("GET /api/v1/orgs", path -> only(copy.send("GET", path, null, key), organization));
            table.put(
                    "POST /api/v1/orgs",
                    path -> copy.send("POST", path, Map.of("name", "Mine"), key).is(403));
            table.put("GET /api/v1/orgs/{id}", path -> {
                copy.send("GET", path.replace("{id}", organization), null, key).is(200);
                copy.send("GET", path.replace("{id}", foreign), null, key).is(404);
            });
            table.put("GET /api/v1/orgs/{id}/projects", path -> {
                only(copy.send("GET", path.replace("{id}", organization), null, key), project);
                copy.send("GET", path.replace("{id}", foreign), null, key).is(404);
            });
            table.put("POST /api/v1/orgs/{id}/projects", path -> {
                for (String where : List.of(organization, foreign)) {
                    copy.send("POST", path.replace("{id}", where), Map.of("name", "Mine"), key)
                            .is(403);
                }
            });
            table.put("PATCH /api/v1/orgs/{id}/projects/{project}", path -> {
                for (String where : List.of(organization, foreign)) {
                    for (String which : List.of(project, sibling)) {
                        copy.send(
                                        "PATCH",
                                        path.replace("{id}", where).replace("{project}", which),
                                        Map.of("internetAccess", true),
                                        key)
                                .is(403);
                    }
                }
            });
            table.put("GET /api/v1/projects", path -> only(copy.send("GET", path, null, key), project));

            assertThat(withoutProject(copy.bean(EndpointsDeclareAccess.class).endpoints()))
                    .as("an endpoint that is about no project has a line in this table")
                    .isEqualTo(table.keySet());
            table.forEach((endpoint, check) -> check.accept(endpoint.substring(endpoint.indexOf(' ') + 1)));

            assertThat(ids(copy.get("/api/v1/projects").body().path("items"))).contains(sibling);
        }
    }

    private static void only(Answer answer, String id) {
        assertThat(ids(answer.is(200).body().path("items"))).containsExactly(id);
    }
}
