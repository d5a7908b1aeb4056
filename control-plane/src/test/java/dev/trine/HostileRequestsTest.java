package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.EndpointCalls.Endpoint;
import dev.trine.HostileCalls.Spoilt;
import dev.trine.Tenants.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever a request has in it, its answer is one of ours, in the form of its wire, and no failure. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class HostileRequestsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern ON_MLFLOWS_WIRE = Pattern.compile("mlflow|/get-artifact|^/v1/traces");
    private static final Pattern INSIDE =
            Pattern.compile("\\b(?:dev\\.trine|java|org|tools|jakarta)\\.[a-z]+\\.|\\b(?:Json|Stream)Read[A-Z]");

    private static Tenants tenants;
    private static String bobsVersion;

    @BeforeAll
    static void start(@TempDir Path objects) throws InterruptedException {
        tenants = new Tenants(objects);
        bobsVersion = Tenants.body(
                        tenants.sendAs(tenants.bob, "GET", "/api/v1/datasets/" + tenants.dataset + "/versions/1", null))
                .path("id")
                .asString();
    }

    @AfterAll
    static void stop() {
        tenants.close();
    }

    @Test
    void everyEndpointRefusesWhatItCannotReadInTheFormOfItsWire() {
        var mapping = tenants.copy.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        List<Endpoint> endpoints = EndpointCalls.of(mapping.getHandlerMethods());
        var calls = new HostileCalls(new EndpointCalls(tenants), tenants.bob.token(), tenants.bob.project());
        var seen = new HashSet<RequestMappingInfo>();
        var faults = new ArrayList<String>();
        int asked = 0;
        for (Endpoint endpoint : endpoints) {
            if (seen.add(endpoint.mapping())) { // a wire may have several prefixes
                List<Spoilt> spoilt = calls.of(endpoint).toList();
                asked += spoilt.size();
                faults.addAll(spoilt.parallelStream()
                        .flatMap(one -> fault(one).stream())
                        .toList());
            }
        }

        assertThat(faults).isEmpty();
        assertThat(asked).isGreaterThan(1_500);
    }

    private static Optional<String> fault(Spoilt call) {
        Refused answer = tenants.refusal(call.method(), call.path(), call.body(), call.headers());
        boolean ours = answer.status() < 400
                || call.method().equals("HEAD")
                || isProblem(answer)
                || (ON_MLFLOWS_WIRE.matcher(call.path()).find() && hasMember(answer.text(), "error_code"));
        return answer.status() < 500 && ours && !INSIDE.matcher(answer.text()).find()
                ? Optional.empty()
                : Optional.of("%s %s (%s): %d %s"
                        .formatted(call.method(), call.path(), call.fault(), answer.status(), answer.text()));
    }

    private static boolean isProblem(Refused answer) {
        return answer.contentType().equals("application/problem+json") && hasMember(answer.text(), "requestId");
    }

    private static boolean hasMember(String json, String name) {
        return json.startsWith("{") && JSON.readTree(json).has(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/models/%00 HTTP/1.1",
                "GET /api/v1/models/%FF HTTP/1.1",
                "GET /api/v1/models/%zz HTTP/1.1",
                "GET /api/v1/models/a%5Cb HTTP/1.1",
                "GET /api/v1/models?q={} HTTP/1.1",
                "GET /api/v1/datasets?q=%zz HTTP/1.1",
                "GET /api/v1/../../../x HTTP/1.1",
                "GET /health/../x HTTP/1.1",
                "GET /health/%2E%2E/x HTTP/1.1",
                "GET /error HTTP/1.1",
                "TRACE /api/v1/models HTTP/1.1",
                "CONNECT /api/v1/models HTTP/1.1",
                "B@D /api/v1/models HTTP/1.1",
                "GET /api/v1/models HTTP/3.0",
                "GET /api/v1/models HTTP/1.1|X Y: z",
                "GET /api/v1/models HTTP/1.1|no colon",
                "GET /api/v1/models HTTP/1.1|X: a\0b",
                "GET /api/v1/models HTTP/1.1|Host: a b",
                "POST /api/v1/models HTTP/1.1|Content-Length: x",
                "POST /api/v1/models HTTP/1.1|Content-Length: -1",
                "POST /api/v1/models HTTP/1.1|Transfer-Encoding: none",
                "POST /api/v1/models HTTP/1.1|Expect: a miracle|Content-Length: 0"
            })
    void whatTheServerItselfRefusesIsAProblemToo(String lines) throws IOException {
        String told = raw(lines);
        assertThat(told).matches("(?s)HTTP/1.1 40[0-57] .*");
        assertThat(told).containsPattern("(?i)Content-Type: application/problem\\+json\r\n");
        JsonNode problem = JSON.readTree(told.substring(told.indexOf('{'), told.lastIndexOf('}') + 1));
        assertThat(told).startsWith("HTTP/1.1 " + problem.path("status").asString());
        assertThat(told)
                .containsPattern(
                        "(?i)X-Request-Id: " + problem.path("requestId").asString());
        assertThat(problem.path("type").asString())
                .isEqualTo("urn:trine:error:" + problem.path("code").asString());
    }

    @Test
    void headersThatAreTooLargeAreAProblem() throws IOException {
        assertThat(raw("GET /api/v1/models HTTP/1.1|X: " + "a".repeat(70_000))).contains("application/problem+json");
    }

    /** What is answered to a request of these lines. */
    private static String raw(String lines) throws IOException {
        String request = lines.replace("|", "\r\n") + "\r\n"
                + (lines.contains("Host:") ? "" : "Host: localhost\r\n")
                + "Authorization: Bearer " + tenants.bob.token() + "\r\nConnection: close\r\n\r\n";
        try (var socket = new Socket(
                InetAddress.getLoopbackAddress(), tenants.copy.at("/").getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aRefusalTellsWhatWouldBeTaken() {
        Map<String, String> bobs = Map.of(
                "Authorization",
                "Bearer " + tenants.bob.token(),
                "X-Trine-Project",
                tenants.bob.project(),
                "Content-Type",
                "text/csv");
        HttpResponse<String> method = tenants.send("PUT", "/api/v1/models", "{}", bobs);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("Allow").orElse("")).contains("GET", "POST");
        HttpResponse<String> type = tenants.send("POST", "/api/v1/models", "{}", bobs);
        assertThat(type.statusCode()).isEqualTo(415);
        assertThat(type.headers().firstValue("Accept").orElse("")).contains("application/json");
    }

    @Test
    void theDatasetVersionOfAModelIsOneOfTheProjects() {
        HttpResponse<String> own = register(tenants.bob, "bobs-model", tenants.run, bobsVersion);
        assertThat(own.statusCode()).as(own.body()).isEqualTo(201);
        assertThat(own.body()).contains(bobsVersion);
        for (String other : List.of("nope", tenants.dataset, "dsv_" + "0".repeat(32))) {
            assertThat(violation(register(tenants.bob, "bobs-model", tenants.run, other)))
                    .isEqualTo("datasetVersionId");
        }

        Tenants.body(tenants.sendAs(tenants.alice, "POST", "/api/v1/models", Map.of("name", "alices-model")));
        String run = Tenants.body(tenants.sendAs(
                        tenants.alice,
                        "POST",
                        Tenants.MLFLOW + "/runs/create",
                        Map.of("experiment_id", "0", "run_name", "r")))
                .path("run")
                .path("info")
                .path("run_id")
                .asString();
        assertThat(violation(register(tenants.alice, "alices-model", run, bobsVersion)))
                .isEqualTo("datasetVersionId");
    }

    private static HttpResponse<String> register(Tenants.Person who, String model, String run, String datasetVersion) {
        return tenants.sendAs(
                who,
                "POST",
                "/api/v1/models/%s/versions".formatted(model),
                Map.of("runId", "run_" + run, "datasetVersionId", datasetVersion));
    }

    private static String violation(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        return JSON.readTree(answer.body())
                .path("violations")
                .path(0)
                .path("field")
                .asString();
    }
}
