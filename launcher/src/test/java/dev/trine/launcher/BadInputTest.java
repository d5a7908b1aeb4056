package dev.trine.launcher;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.cli.Api;
import dev.trine.cli.Upload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Wrong input over HTTP: the code, the field, what would be right, and nothing half-made left behind. */
@ExtendWith(SharedPlatform.class)
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class BadInputTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static Api api;
    private static HttpClient http;
    private static String token;

    @BeforeAll
    static void find() {
        api = SharedPlatform.api();
        http = HttpClient.newHttpClient();
        token = Api.at(api.server())
                .post("/api/v1/auth/login", Map.of("email", "admin@trine.local", "password", SharedPlatform.PASSWORD))
                .path("accessToken")
                .asString();
    }

    @AfterAll
    static void close() {
        http.close();
    }

    private record Answer(int status, JsonNode body) {

        String code() {
            return body.path("code").asString("");
        }

        /** {@code field: message} of each violation. */
        List<String> violations() {
            return body.path("violations")
                    .valueStream()
                    .map(one -> one.path("field").asString() + ": "
                            + one.path("message").asString())
                    .toList();
        }
    }

    private static Answer send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.server() + path))
                .header("Authorization", "Bearer " + token)
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            String text = answer.body();
            return new Answer(answer.statusCode(), text.startsWith("{") ? JSON.readTree(text) : JSON.missingNode());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer post(String path, Object body) {
        return send(
                "POST",
                path,
                BodyPublishers.ofString(JSON.writeValueAsString(body)),
                "Content-Type",
                "application/json");
    }

    /** Tries to make a dataset version of a file, which must fail without a trace; the refusal. */
    private static Answer refusedTable(String name, byte[] bytes, @Nullable String label) throws IOException {
        String upload = Upload.send(api, Files.write(SharedPlatform.folder().resolve(name), bytes), (sent, all) -> {});
        String id = api.post("/api/v1/datasets", Map.of("name", "refused " + name + " " + System.nanoTime()))
                .path("id")
                .asString();
        Set<String> before = objects();
        Answer answer = post(
                "/api/v1/datasets/" + id + "/versions",
                label == null
                        ? Map.of("uploads", List.of(upload))
                        : Map.of("uploads", List.of(upload), "labelColumn", label));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
        assertThat(api.get("/api/v1/datasets/" + id + "/versions").path("items"))
                .isEmpty();
        assertThat(api.get("/api/v1/datasets/" + id).path("latestVersion").asInt())
                .isZero();
        assertThat(objects()).as("no object more than before").isEqualTo(before);
        return answer;
    }

    /** Every file of the object store that is one already. */
    private static Set<String> objects() throws IOException {
        Path root = SharedPlatform.home().objects();
        var found = new HashSet<String>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.endsWith(".incoming") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.add(root.relativize(file).toString());
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            nan        | a,b\\n1,2\\n3,4\\nNaN,5\\n       |   | INVALID_TABLE | row 3, column a: 'NaN' is not a finite number; leave the field empty if the value is missing
            infinite   | a,b\\n1,2\\nInfinity,5\\n       |   | INVALID_TABLE | row 2, column a: 'Infinity' is not a finite number; leave the field empty if the value is missing
            ragged     | a,b\\n1,2\\n3\\n                 |   | INVALID_TABLE | row 2: has 1 fields, but the header names 2 columns
            twice      | a,b,a\\n1,2,3\\n                |   | INVALID_TABLE | column 3: is the second one with the name 'a'
            nameless   | a,,c\\n1,2,3\\n                 |   | INVALID_TABLE | column 2: has no name
            label      | a,b\\n1,2\\n                    | c | INVALID_TABLE | labelColumn: 'c' is not a column; there are [a, b]
            rowless    | a,b\\n                          |   | INVALID_TABLE | rows: there are none below the header
            """)
    void aTableThatCannotBeTrainedOnIsRefusedWithThePlaceAndWhatIsWrong(
            String name, String text, @Nullable String label, String code, String violation) throws IOException {
        Answer answer = refusedTable(name + ".csv", bytes(text.replace("\\n", "\n")), label);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.violations()).contains(violation);
    }

    @Test
    void anEmptyCellIsAMissingValueAndNoError() throws IOException {
        String upload = Upload.send(
                api,
                Files.writeString(SharedPlatform.folder().resolve("gaps.csv"), "a,b\n1,\n,2\n"),
                (sent, all) -> {});
        String id =
                api.post("/api/v1/datasets", Map.of("name", "gaps")).path("id").asString();
        JsonNode version = api.post("/api/v1/datasets/" + id + "/versions", Map.of("uploads", List.of(upload)));
        assertThat(version.path("rowCount").asInt()).isEqualTo(2);
        assertThat(version.path("schema")
                        .valueStream()
                        .map(column -> column.path("nulls").asInt()))
                .containsExactly(1, 1);
    }

    @Test
    void filesOfAnotherKindAndDamagedOnesAreNamed() throws IOException {
        assertThat(refusedTable("archive.csv", bytes("PK\u0003\u0004rest"), null)
                        .code())
                .isEqualTo("UNSUPPORTED_FILE_TYPE");
        byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76};
        Answer truncated = refusedTable("truncated.csv.gz", gzip, null);
        assertThat(truncated.code()).isEqualTo("CORRUPT_FILE");
        assertThat(truncated.body().path("detail").asString())
                .contains("truncated.csv.gz")
                .contains("upload it again");
        assertThat(refusedTable("latin.csv", new byte[] {'a', ',', (byte) 0xe4, '\n', '1', ',', '2'}, null)
                        .body()
                        .path("detail")
                        .asString())
                .contains("not UTF-8");
    }

    @Test
    void bytesThatAreNotThePromisedOnesLeaveNoObject() throws IOException {
        Set<String> before = objects();
        String sha256 = HexFormat.of().formatHex(new byte[32]);
        String metadata = "filename %s,sha256 %s"
                .formatted(
                        Base64.getEncoder().encodeToString(bytes("x.csv")),
                        Base64.getEncoder().encodeToString(bytes(sha256)));
        Answer answer = send(
                "POST",
                "/api/v1/uploads",
                BodyPublishers.ofString("unlike"),
                "Tus-Resumable",
                "1.0.0",
                "Upload-Length",
                "6",
                "Upload-Metadata",
                metadata,
                "Content-Type",
                "application/offset+octet-stream");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("CHECKSUM_MISMATCH");
        assertThat(answer.body().path("detail").asString()).contains(sha256).contains("upload it again");
        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void aJobThatCannotRunIsRefusedBeforeAnythingIsMade() throws IOException {
        String upload = Upload.send(
                api, Files.writeString(SharedPlatform.folder().resolve("one.csv"), "a,b\n1,2\n"), (sent, all) -> {});
        String one = api.post("/api/v1/datasets", Map.of("name", "one version"))
                .path("id")
                .asString();
        api.post("/api/v1/datasets/" + one + "/versions", Map.of("uploads", List.of(upload)));
        int jobs = api.get("/api/v1/training/jobs?pageSize=500").path("items").size();
        int runs = api.get("/api/v1/runs?pageSize=500").path("items").size();
        Map<String, Object> command = Map.of("kind", "command", "command", List.of("true"));
        Answer noVersion = post(
                "/api/v1/training/jobs",
                Map.of("name", "j", "program", command, "data", Map.of("dataset", one, "version", 7)));
        assertThat(noVersion.status()).as(noVersion.body().toString()).isEqualTo(404);
        assertThat(noVersion.body().path("detail").asString())
                .contains("version")
                .contains("7");
        Answer tooLarge = post(
                "/api/v1/training/jobs",
                Map.of("name", "j", "program", command, "resources", Map.of("memoryBytes", 1L << 60)));
        assertThat(tooLarge.code()).isEqualTo("RESOURCES_IMPOSSIBLE");
        assertThat(tooLarge.body().path("detail").asString())
                .contains("1073741824.00 GiB of memory")
                .contains("the largest has");
        Answer negative =
                post("/api/v1/training/jobs", Map.of("name", "j", "program", command, "resources", Map.of("cpus", -1)));
        assertThat(negative.status()).isEqualTo(422);
        assertThat(negative.violations()).anyMatch(told -> told.startsWith("resources.cpus"));
        assertThat(api.get("/api/v1/training/jobs?pageSize=500").path("items")).hasSize(jobs);
        assertThat(api.get("/api/v1/runs?pageSize=500").path("items")).hasSize(runs);
    }

    private static Answer submit(Map<String, Object> program, Map<String, Object> more) {
        Map<String, Object> spec = new java.util.HashMap<>(Map.of("name", "odd", "program", program));
        spec.putAll(more);
        return post("/api/v1/training/jobs", spec);
    }

    private static Map<String, Object> command(@Nullable String... argv) {
        return Map.of("kind", "command", "command", java.util.Arrays.asList(argv));
    }

    @Test
    void argumentsAndVariablesThatNoProcessCanBeGivenAreNamed() {
        String long200 = "x".repeat(200_000);
        assertThat(submit(command("echo", null), Map.of()).violations())
                .containsExactly("program.command[1]: must not be null");
        assertThat(submit(command("echo"), Map.of("env", java.util.Collections.singletonMap("NOTHING", null)))
                        .violations())
                .containsExactly("env.NOTHING: must not be null");
        Answer odd = submit(command("echo", long200), Map.of("env", Map.of("LONG", long200)));
        assertThat(odd.status()).as(odd.body().toString()).isEqualTo(422);
        assertThat(odd.code()).isEqualTo("VALIDATION_FAILED");
        assertThat(odd.violations())
                .containsExactlyInAnyOrder(
                        "program.command[1]: must have at most 131071 bytes in UTF-8, had 200000; put it into a file",
                        "env.LONG: must have at most 131066 bytes in UTF-8, had 200000; put it into a file");
        String much = "y".repeat(100_000);
        assertThat(submit(command("echo", much, much, much, much, much), Map.of())
                        .violations())
                .containsExactly("program.command: command and env must have at most 458752 bytes in all, had 500058;"
                        + " put long texts into files");
        assertThat(submit(command("echo", "a\0b"), Map.of()).violations())
                .containsExactly("program.command[1]: must not have the character NUL (U+0000) in it");
        assertThat(submit(command("echo"), Map.of("env", Map.of("CUT", "a\0b"))).violations())
                .containsExactly("env.CUT: must not have the character NUL (U+0000) in it");
        assertThat(submit(command("echo"), Map.of("experiment", "a\0b")).violations())
                .containsExactly("experiment: must not have the character NUL (U+0000) in it");
        Map<String, Object> builtin = Map.of(
                "kind", "builtin", "algorithm", "logistic-regression", "params", Map.of("a", List.of("c"), "b", much));
        assertThat(submit(builtin, Map.of("data", Map.of("dataset", "none"))).violations())
                .containsExactly("program.params: must have at most 65536 bytes as JSON, had 100018");
        Map<String, Object> cut = Map.of(
                "kind", "builtin", "algorithm", "logistic-regression", "params", Map.of("a", List.of(Map.of("\0", 1))));
        assertThat(submit(cut, Map.of("data", Map.of("dataset", "none"))).violations())
                .containsExactly("program.params: must not have the character NUL (U+0000) in it");
        assertThat(post("/api/v1/training/jobs", java.util.Collections.singletonMap("name", "no program"))
                        .status())
                .isBetween(400, 422);
    }

    /** Registers bytes as a model's version. */
    private static void register(String name, byte[] model) {
        JsonNode run = post(
                        "/api/2.0/mlflow/runs/create", Map.of("experiment_id", "0", "run_name", name, "start_time", 1))
                .body()
                .path("run")
                .path("info");
        String artifacts = run.path("artifact_uri")
                .asString()
                .replace("mlflow-artifacts:/", "/api/2.0/mlflow-artifacts/artifacts/");
        assertThat(send(
                                "PUT",
                                artifacts + "/model/model.onnx",
                                BodyPublishers.ofByteArray(model),
                                "Content-Type",
                                "application/octet-stream")
                        .status())
                .isEqualTo(200);
        api.post("/api/v1/models", Map.of("name", name));
        api.post(
                "/api/v1/models/" + name + "/versions",
                Map.of("runId", "run_" + run.path("run_id").asString()));
    }

    private static JsonNode awaitDeployed(String id) {
        return await("the deployment's end")
                .until(
                        () -> api.get("/api/v1/inference/services/" + id),
                        service -> !service.path("state").asString().equals("DEPLOYING"));
    }

    @Test
    void aServiceThatNoNodeCouldEverRunIsRefusedAtOnce() {
        register("too-large", bytes("whatever it is"));
        Answer refused = post(
                "/api/v1/inference/services",
                Map.of(
                        "name",
                        "too-large",
                        "model",
                        Map.of("name", "too-large", "version", 1),
                        "resources",
                        Map.of("cpus", 500)));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("RESOURCES_IMPOSSIBLE");
        assertThat(refused.violations()).singleElement().asString().startsWith("resources: ");
        assertThat(api.get("/api/v1/inference/services").path("items").valueStream())
                .noneMatch(service -> service.path("name").asString("").equals("too-large"));
    }

    @Test
    void aModelThatCannotBeLoadedFailsItsServiceWithTheReasonAndLeavesNoProcess() throws InterruptedException {
        register("no-onnx", bytes("this is no model"));
        Map<String, Object> small = Map.of("cpus", 0.1, "memoryBytes", 128 << 20);
        String id = api.post(
                        "/api/v1/inference/services",
                        Map.of("name", "no-onnx", "model", Map.of("name", "no-onnx", "version", 1), "resources", small))
                .path("id")
                .asString();
        JsonNode failed = awaitDeployed(id);
        assertThat(failed.path("state").asString()).as(failed.toString()).isEqualTo("FAILED");
        assertThat(failed.path("reason").path("message").asString()).contains("the model cannot be served");
        assertThat(failed.path("replicas").path(0).path("state").asString()).isEqualTo("FAILED");
        await("no process of it")
                .until(() -> ProcessHandle.current()
                        .descendants()
                        .map(process -> process.info().commandLine().orElse(""))
                        .noneMatch(line -> line.contains("--name no-onnx")));
        Answer asked = post("/serve/default/no-onnx/v2/models/no-onnx/infer", Map.of("inputs", List.of()));
        assertThat(asked.status()).isEqualTo(503);
        assertThat(asked.code()).isEqualTo("SERVICE_NOT_READY");
        api.delete("/api/v1/inference/services/" + id);
    }

    @Test
    void aTensorThatDoesNotFitIsRefusedThroughTheGatewayInTheProtocolsWords() throws Exception {
        register(
                "double", Files.readAllBytes(Path.of("..", "model-server", "src", "test", "resources", "double.onnx")));
        JsonNode service = api.post(
                "/api/v1/inference/services",
                Map.of(
                        "name",
                        "double",
                        "model",
                        Map.of("name", "double", "version", 1),
                        "resources",
                        Map.of("cpus", 0.1, "memoryBytes", 256 << 20)));
        JsonNode ready = awaitDeployed(service.path("id").asString());
        assertThat(ready.path("state").asString()).as(ready.toString()).isEqualTo("READY");
        Map<String, String> wrong = Map.of(
                "{'name':'x','datatype':'FP32','shape':[1,4],'data':[1,2,3,4]}",
                "input 'x' has shape [1, 4]; the model takes [-1, 3] (-1: any size)",
                "{'name':'x','datatype':'FP64','shape':[1,3],'data':[1,2,3]}",
                "input 'x' has datatype FP64; the model takes FP32",
                "{'name':'z','datatype':'FP32','shape':[1,3],'data':[1,2,3]}",
                "the model has no input 'z'; it has [x, k]");
        awaitRouted(wrong.keySet().iterator().next());
        wrong.forEach((tensor, told) -> {
            Answer answer = inferDouble(tensor);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body().path("error").asString()).isEqualTo(told);
        });
        assertThat(inferDouble("{'name':'x','datatype':'FP32','shape':[1,3],'data':[1,2,3]}")
                        .status())
                .isEqualTo(200);
    }

    private static Answer inferDouble(String tensor) {
        String body = "{'inputs':[%s,{'name':'k','datatype':'INT64','shape':[1],'data':[7]}]}".formatted(tensor);
        return send(
                "POST",
                "/serve/default/double/v2/models/double/infer",
                BodyPublishers.ofString(body.replace('\'', '"')));
    }

    /** The gateway hears of a ready replica a moment after the control plane knows. */
    private static void awaitRouted(String tensor) {
        await("its route").until(() -> inferDouble(tensor).status() != 503);
    }

    @Test
    void aMemberOfTheWrongKindIsToldInTheWordsOfJson() {
        Answer number = send(
                "POST",
                "/api/v1/datasets",
                BodyPublishers.ofString("{\"name\":{\"of\":\"it\"}}"),
                "Content-Type",
                "application/json");
        assertThat(number.status()).isEqualTo(422);
        assertThat(number.violations()).containsExactly("name: must be text");
        Answer date = post("/api/v1/api-keys", Map.of("name", "k", "scopes", List.of("*"), "expiresAt", "tomorrow"));
        assertThat(date.violations())
                .containsExactly("expiresAt: must be a time of RFC 3339, such as 2030-01-31T12:00:00Z, was 'tomorrow'");
        assertThat(date.body().toString()).doesNotContain("dev.trine").doesNotContain("java.");
    }

    @Test
    void aNullInAListIsRefusedWithItsPlace() {
        Answer answer = send(
                "POST",
                "/api/v1/api-keys",
                BodyPublishers.ofString("{\"name\":\"k\",\"scopes\":[null]}"),
                "Content-Type",
                "application/json");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.violations()).containsExactly("scopes[0]: must not be null");
    }

    @Test
    void textThatCannotBeKeptIsRefusedInABodyAndInAQuery() {
        Answer body = post("/api/v1/api-keys", Map.of("name", "a\u0000b", "scopes", List.of("*")));
        assertThat(body.status()).isEqualTo(422);
        assertThat(body.violations()).containsExactly("name: must not have the character NUL (U+0000) in it");
        Answer half = send(
                "POST",
                "/api/v1/experiments",
                BodyPublishers.ofString("{\"name\":\"x\",\"tags\":{\"k\":\"\\ud800\"}}"),
                "Content-Type",
                "application/json");
        assertThat(half.violations()).containsExactly("tags.k: must not have half a surrogate pair (U+D800) in it");
        Answer query = send("GET", "/api/v1/datasets?q=%00", BodyPublishers.noBody());
        assertThat(query.status()).isEqualTo(400);
        assertThat(query.code()).isEqualTo("MALFORMED_REQUEST");
    }

    @Test
    void anUploadWithoutAnOffsetIsToldWhichHeaderItNeeds() {
        Answer answer = send(
                "PATCH",
                "/api/v1/uploads/upl_00000000000000000000000000000000",
                BodyPublishers.ofString("x"),
                "Tus-Resumable",
                "1.0.0",
                "Content-Type",
                "application/offset+octet-stream");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.violations()).containsExactly("Upload-Offset: is needed, as a header");
    }
}
