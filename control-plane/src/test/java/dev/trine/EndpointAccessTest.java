package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.EndpointCalls.Endpoint;
import dev.trine.EndpointCalls.Exemption;
import dev.trine.identity.Caller;
import dev.trine.identity.OrganizationId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Public;
import dev.trine.identity.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every endpoint, those of MLflow's and tus' wires too, refuses who is nobody (401), who may not (403), and who asks for what is
 * another tenant's (404). Exceptions stand in {@code endpoint-exceptions.txt}, each with its reason.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class EndpointAccessTest {

    private static Tenants tenants;
    private static EndpointCalls calls;
    private static List<Endpoint> endpoints;

    @BeforeAll
    static void start(@TempDir Path objects) throws InterruptedException {
        tenants = new Tenants(objects);
        calls = new EndpointCalls(tenants);
        endpoints = EndpointCalls.of(mapping().getHandlerMethods());
    }

    @AfterAll
    static void stop() {
        tenants.close();
    }

    private static RequestMappingHandlerMapping mapping() {
        return tenants.copy.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
    }

    private static List<Exemption> exceptions() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(EndpointAccessTest.class.getResourceAsStream("/endpoint-exceptions.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Exemption::of)
                    .toList();
        }
    }

    @Test
    void everyEndpointRefusesNobodysAndStrangersAndAnswersItsOwner() throws IOException {
        assertThat(endpoints).hasSizeGreaterThan(100);
        assertThat(calls.faults(endpoints, exceptions())).isEmpty();

        // only now, for it changes and ends what the others ask for
        var faults = new ArrayList<String>();
        var seen = new HashSet<RequestMappingInfo>();
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.asksNobody() && seen.add(endpoint.mapping())) {
                int status = calls.forBob(endpoint);
                if (status / 100 != 2 && status != 409) {
                    faults.add(endpoint.name() + " answers its owner with " + status);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void theDescriptionOfTheApiSaysWhatEachHandlerTakesAndNeeds() throws IOException {
        JsonNode api = new JsonMapper().readTree(Files.readString(Path.of("..", "api", "openapi.json")));
        assertThat(new DescribedEndpoints(api).differences(endpoints)).isEmpty();

        ObjectNode list =
                (ObjectNode) api.path("paths").path("/api/v1/datasets").path("get");
        list.put("x-trine-permission", "datasets:write")
                .put("x-trine-effect", "write")
                .putArray("parameters");
        ((ObjectNode) api.path("paths")).putObject("/api/v1/none").putObject("get");
        assertThat(new DescribedEndpoints(api).differences(endpoints))
                .containsExactlyInAnyOrder(
                        "GET /api/v1/datasets: the handler's parameters: [header X-Trine-Project, query pageSize, "
                                + "query pageToken, query q, query tag], the description's: []",
                        "GET /api/v1/datasets: the handler's permission: datasets:read, the description's: datasets:write",
                        "GET /api/v1/datasets: the effect is write",
                        "GET /api/v1/none has no handler");
    }

    /** Endpoints that let in whom they should not. */
    static final class Leaks {

        /** Whoever knows an id is told. */
        @ResponseBody
        @Requires(Permission.ORGANIZATIONS_READ)
        public String foreign(Caller caller, @PathVariable OrganizationId id) {
            return caller + " reads " + id;
        }

        @ResponseBody
        @Public("a sample that nobody has excepted")
        public String open() {
            return "hello";
        }

        /** Says the wrong thing to a stranger. */
        @ResponseBody
        @Requires(Permission.PROJECTS_READ)
        public String right(ProjectScope scope) {
            return scope.slug();
        }
    }

    @Test
    void anEndpointThatLetsStrangersInIsFound() throws Exception {
        var leaks = new Leaks();
        Map<String, RequestMappingInfo> mapped = Map.of(
                "foreign",
                        RequestMappingInfo.paths("/leaks/{id}")
                                .methods(RequestMethod.GET)
                                .build(),
                "open",
                        RequestMappingInfo.paths("/leaks")
                                .methods(RequestMethod.GET)
                                .build(),
                "right",
                        RequestMappingInfo.paths("/right")
                                .methods(RequestMethod.GET)
                                .build());
        for (var one : mapped.entrySet()) {
            mapping()
                    .registerMapping(
                            one.getValue(),
                            leaks,
                            Stream.of(Leaks.class.getDeclaredMethods())
                                    .filter(method -> method.getName().equals(one.getKey()))
                                    .findFirst()
                                    .orElseThrow());
        }
        try {
            List<Endpoint> all = EndpointCalls.of(mapping().getHandlerMethods());
            List<Endpoint> ours = all.stream()
                    .filter(one -> one.handler().getBeanType() == Leaks.class)
                    .toList();
            assertThat(ours).hasSize(3);
            assertThat(calls.faults(ours, List.of()))
                    .containsExactlyInAnyOrder(
                            "GET /leaks/{id} | OBJECT: wanted 404, was [200]",
                            "GET /leaks asks nobody who they are: needs `all` among the exceptions");
        } finally {
            mapped.values().forEach(mapping()::unregisterMapping);
        }
    }

    @Test
    void anExceptionThatIsOutOfDateIsFound() {
        List<Endpoint> ours = endpoints.stream()
                .filter(one -> one.name().equals("GET /api/v1/datasets/{id}"))
                .toList();
        assertThat(ours).hasSize(1);
        assertThat(calls.faults(
                        ours,
                        List.of(
                                Exemption.of("GET /api/v1/datasets/{id} | object tenant | it was so once"),
                                Exemption.of("GET /api/v1/gone | anonymous | there was one once"))))
                .containsExactly(
                        "GET /api/v1/datasets/{id} | OBJECT: the exception is out of date",
                        "GET /api/v1/datasets/{id} | tenant: the exception is out of date",
                        "GET /api/v1/gone is among the exceptions, and is no endpoint");
    }

    @Test
    void anExceptionWithoutAReasonIsRefused() {
        assertThatThrownBy(() -> Exemption.of("GET /api/v1/datasets | project |"))
                .hasMessageContaining("METHOD path | cases | reason");
    }
}
