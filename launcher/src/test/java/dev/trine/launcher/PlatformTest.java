package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.cli.Api;
import dev.trine.cli.LogStream;
import dev.trine.cli.Upload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole platform as a user meets it: embedded engines, real processes, the API at the gateway's port. */
@ExtendWith(SharedPlatform.class)
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class PlatformTest {

    private static final Path EXAMPLES = Path.of("..", "examples", "digits");
    private static final String PASSWORD = SharedPlatform.PASSWORD;

    private static Path folder;
    private static Api api;

    @BeforeAll
    static void find() {
        folder = SharedPlatform.folder();
        api = SharedPlatform.api();
    }

    @Test
    void theMainJobRunsFromADatasetToAnswersOverHttp() throws Exception {
        new MainJob(Api.at(api.server()), PASSWORD, EXAMPLES, "no-python-here").run();
    }

    @Test
    void aSecondPlatformInTheSameHomeIsRefused() {
        Home home = SharedPlatform.home();
        assertThatThrownBy(() -> Platform.start(home, "127.0.0.1", 0, null, PASSWORD))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("already");
    }

    @Test
    void aFileOfTheWrongTypeIsRefusedAndLeavesNoVersion() throws IOException {
        refusedData(
                "picture.csv",
                new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0},
                null,
                "UNSUPPORTED_FILE_TYPE");
    }

    @Test
    void aTruncatedGzipIsRefused() throws IOException {
        var whole = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(whole)) {
            zip.write("a,b\n1,2\n".repeat(500).getBytes(StandardCharsets.UTF_8));
        }
        byte[] half = java.util.Arrays.copyOf(whole.toByteArray(), whole.size() / 2);
        refusedData("half.csv.gz", half, null, "CORRUPT_FILE");
    }

    @Test
    void raggedRowsDuplicateHeadersAndUnknownLabelsAreRefusedWithTheirPlace() throws IOException {
        assertThat(refusedData("ragged.csv", bytes("a,b\n1,2\n3\n"), null, "INVALID_TABLE"))
                .contains("row 2");
        assertThat(refusedData("twice.csv", bytes("a,a\n1,2\n"), null, "INVALID_TABLE"))
                .contains("a");
        assertThat(refusedData("label.csv", bytes("a,b\n1,2\n"), "c", "INVALID_TABLE"))
                .contains("'c'");
    }

    @Test
    void anUploadWhoseHashDiffersIsRefused() throws Exception {
        String wrong =
                java.util.Base64.getEncoder().encodeToString("0".repeat(64).getBytes(StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newHttpClient()) {
            var created = http.send(
                    tus("/api/v1/uploads")
                            .header("Upload-Length", "4")
                            .header("Upload-Metadata", "filename YS5jc3Y=,sha256 " + wrong)
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
            assertThat(created.statusCode()).isEqualTo(201);
            String location = URI.create(
                            created.headers().firstValue("Location").orElseThrow())
                    .getPath();
            var sent = http.send(
                    tus(location)
                            .header("Upload-Offset", "0")
                            .header("Content-Type", "application/offset+octet-stream")
                            .method("PATCH", HttpRequest.BodyPublishers.ofString("data"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(sent.statusCode()).isEqualTo(422);
            assertThat(sent.body()).contains("CHECKSUM_MISMATCH");
        }
    }

    @Test
    void whileTheObjectStoreIsAwayAnUploadIsToldSoAndGoesOnLater() throws Exception {
        Path objects = folder.resolve("home/objects");
        Path elsewhere = folder.resolve("home/objects-away");
        try (HttpClient http = HttpClient.newHttpClient()) {
            String location = URI.create(http.send(
                                    tus("/api/v1/uploads")
                                            .header("Upload-Length", "4")
                                            .POST(HttpRequest.BodyPublishers.noBody())
                                            .build(),
                                    BodyHandlers.discarding())
                            .headers()
                            .firstValue("Location")
                            .orElseThrow())
                    .getPath();
            HttpRequest patch = tus(location)
                    .header("Upload-Offset", "0")
                    .header("Content-Type", "application/offset+octet-stream")
                    .method("PATCH", HttpRequest.BodyPublishers.ofString("data"))
                    .build();
            Files.move(objects, elsewhere);
            try {
                var refused = http.send(patch, BodyHandlers.ofString());
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("\"STORAGE_UNAVAILABLE\"").doesNotContain(objects.toString());
            } finally {
                Files.move(elsewhere, objects);
            }
            assertThat(http.send(patch, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
        }
    }

    private static HttpRequest.Builder tus(String path) {
        return HttpRequest.newBuilder(URI.create(api.server() + path))
                .header("Authorization", "Bearer " + accessToken())
                .header("Tus-Resumable", "1.0.0");
    }

    private static String accessToken() {
        return Api.at(api.server())
                .post("/api/v1/auth/login", Map.of("email", "admin@trine.local", "password", PASSWORD))
                .path("accessToken")
                .asString();
    }

    @Test
    void aJobThatNamesWhatIsNotThereIsRefused() {
        refused(job(Map.of("data", Map.of("dataset", "nothing-here"))), "NOT_FOUND", "nothing-here");
        refused(
                job(Map.of("program", Map.of("kind", "builtin", "algorithm", "magic", "params", Map.of()))),
                "VALIDATION_FAILED",
                "magic");
    }

    @Test
    void resourcesThatNoNodeCouldEverHaveAreRefused() {
        refused(job(Map.of("resources", Map.of("cpus", 4000))), "RESOURCES_IMPOSSIBLE", "4000");
    }

    @Test
    void aProgramThatIsKilledFailsWithTheReasonAndTheExitCode() {
        JsonNode ended = runToEnd(List.of("/bin/sh", "-c", "echo before; kill -KILL $$"), "PT1M");
        assertThat(ended.path("state").asString()).isEqualTo("FAILED");
        assertThat(ended.path("reason").path("code").asString()).isEqualTo("KILLED");
        assertThat(ended.path("attempts").path(0).path("exitCode").asInt()).isEqualTo(137);
        assertThat(ended.path("startedAt").asString(""))
                .as("it ran, however short")
                .isEqualTo(ended.path("attempts").path(0).path("startedAt").asString());
    }

    @Test
    void aProgramThatHangsFailsAtItsTimeout() {
        JsonNode ended = runToEnd(List.of("/bin/sh", "-c", "sleep 600"), "PT0.5S");
        assertThat(ended.path("reason").path("code").asString()).isEqualTo("TIMED_OUT");
    }

    @Test
    void aProgramThatIsNotThereFailsNamingIt() {
        JsonNode ended = runToEnd(List.of("no-such-program"), "PT1M");
        assertThat(ended.path("reason").path("code").asString()).isEqualTo("PROGRAM_NOT_FOUND");
        assertThat(ended.path("reason").path("message").asString()).contains("no-such-program");
    }

    @Test
    void anotherTenantsIdsAreAsAbsentAsMissingOnes() {
        JsonNode other = Api.at(api.server())
                .post(
                        "/api/v1/auth/register",
                        Map.of("email", "eve@example.org", "password", "a long enough password", "name", "Eve"));
        Api eve = Api.at(api.server()).as(other.path("accessToken").asString());
        JsonNode job = runToEnd(List.of("true"), "PT1M");
        assertThatThrownBy(
                        () -> eve.get("/api/v1/training/jobs/" + job.path("id").asString()))
                .hasMessageContaining("NOT_FOUND");
    }

    @Test
    void theApiDescriptionIsTheOneThatIsCheckedIn() throws IOException {
        JsonMapper json = JsonMapper.builder()
                .enable(tools.jackson.databind.SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build();
        @SuppressWarnings("unchecked")
        Map<String, Object> served = json.treeToValue(api.get("/openapi.json"), Map.class);
        served.remove("servers");
        String text = json.writerWithDefaultPrettyPrinter().writeValueAsString(served) + "\n";
        Path kept = Path.of("..", "api", "openapi.json");
        if (System.getenv("TRINE_UPDATE_SNAPSHOTS") != null) {
            Files.createDirectories(Path.of("..", "api"));
            Files.writeString(kept, text);
        }
        assertThat(text)
                .as("the API changed: run make snapshots and look at the difference")
                .isEqualTo(Files.readString(kept));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Tries to make a version of these bytes; the refusal's text. */
    private String refusedData(String name, byte[] bytes, @org.jspecify.annotations.Nullable String label, String code)
            throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        String upload = Upload.send(api, file, (sent, all) -> {});
        String id = api.post("/api/v1/datasets", Map.of("name", "bad " + name))
                .path("id")
                .asString();
        var body = new HashMap<String, Object>(Map.of("uploads", List.of(upload)));
        if (label != null) {
            body.put("labelColumn", label);
        }
        String told = "";
        try {
            api.post("/api/v1/datasets/" + id + "/versions", body);
        } catch (RuntimeException e) {
            told = String.valueOf(e.getMessage());
        }
        assertThat(told).contains(code);
        assertThat(api.get("/api/v1/datasets/" + id + "/versions").path("items"))
                .isEmpty();
        return told;
    }

    private static Map<String, Object> job(Map<String, Object> over) {
        var spec = new HashMap<String, Object>(
                Map.of("name", "j", "program", Map.of("kind", "command", "command", List.of("true"))));
        spec.putAll(over);
        return spec;
    }

    private static Map<String, Object> command(List<String> command, String timeout) {
        return job(Map.of("program", Map.of("kind", "command", "command", command), "timeout", timeout));
    }

    private static void refused(Map<String, Object> spec, String... told) {
        assertThatThrownBy(() -> api.post("/api/v1/training/jobs", spec)).hasMessageContainingAll(told);
    }

    private static JsonNode runToEnd(List<String> command, String timeout) {
        JsonNode job = api.post("/api/v1/training/jobs", command(command, timeout));
        String path = "/api/v1/training/jobs/" + job.path("id").asString();
        LogStream.follow(api, path + "/logs/stream", (stream, text) -> {});
        return api.get(path);
    }
}
