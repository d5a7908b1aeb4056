package dev.trine.modelserver;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The model is {@code y = 2x} over FP32 [-1,3], and hands its INT64 input {@code k} back as {@code k_out}. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class ModelServerTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_BODY = 9 << 10;
    private static final int MOST_IN_FLIGHT = 18 << 10;
    private static final String K = "{\"name\":\"k\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[7]}";

    @TempDir
    static Path folder;

    private static ModelServer server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        model("double", folder);
        server = ModelServer.start(new ServerOptions(
                "double", "3", folder, "127.0.0.1", 0, MOST_BODY, MOST_IN_FLIGHT, folder.resolve("events")));
        client = HttpClient.newHttpClient();
    }

    private static void model(String name, Path to) throws IOException {
        try (var model = Objects.requireNonNull(ModelServerTest.class.getResourceAsStream("/" + name + ".onnx"))) {
            Files.copy(model, to.resolve("model.onnx"));
        }
    }

    private static ServerOptions options(Path at) {
        return new ServerOptions("other", "1", at, "127.0.0.1", 0, MOST_BODY, MOST_IN_FLIGHT, null);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void answersATensorWithADoubledOne() throws Exception {
        JsonNode answer = ok(infer("""
                {"id":"q1","inputs":[{"name":"x","datatype":"FP32","shape":[2,3],"data":[1,2,3,4.5,-5,6e-3]},%s]}
                """.formatted(K)));
        assertThat(answer.path("id").asString()).isEqualTo("q1");
        assertThat(answer.path("model_name").asString()).isEqualTo("double");
        assertThat(answer.path("model_version").asString()).isEqualTo("3");
        assertThat(answer.path("outputs").path(0).path("shape").toString()).isEqualTo("[2,3]");
        assertThat(answer.path("outputs").path(0).path("data").toString()).isEqualTo("[2.0,4.0,6.0,9.0,-10.0,0.012]");
        assertThat(answer.path("outputs").path(1).path("data").toString()).isEqualTo("[7]");
    }

    @Test
    void nestedDataAndDataBeforeItsTypeAreFine() throws Exception {
        JsonNode answer = ok(infer("""
                {"inputs":[{"data":[[1,2,3],[4,5,6]],"name":"x","shape":[2,3],"datatype":"FP32"},%s]}
                """.formatted(K)));
        assertThat(answer.path("outputs").path(0).path("data").toString()).isEqualTo("[2.0,4.0,6.0,8.0,10.0,12.0]");
    }

    @Test
    void onlyTheOutputsThatAreWantedComeBack() throws Exception {
        JsonNode answer = ok(infer("""
                {"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]},%s],"outputs":[{"name":"k_out"}]}
                """.formatted(K)));
        assertThat(answer.path("outputs")).hasSize(1);
    }

    @Test
    void binaryTensorsGoInAndOut() throws Exception {
        String header = """
                {"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"parameters":{"binary_data_size":12}},%s],
                 "outputs":[{"name":"y","parameters":{"binary_data":true}}]}
                """.formatted(K);
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(json.length + 12).order(ByteOrder.LITTLE_ENDIAN);
        body.put(json).putFloat(1).putFloat(2).putFloat(3);
        HttpResponse<byte[]> answer = client.send(
                request("/v2/models/double/infer")
                        .header("Inference-Header-Content-Length", Integer.toString(json.length))
                        .POST(BodyPublishers.ofByteArray(body.array()))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        int length = (int) answer.headers()
                .firstValueAsLong("Inference-Header-Content-Length")
                .orElseThrow();
        ByteBuffer tail = ByteBuffer.wrap(answer.body(), length, answer.body().length - length)
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(new float[] {tail.getFloat(), tail.getFloat(), tail.getFloat()})
                .containsExactly(2, 4, 6);
        assertThat(tail.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]} | takes [-1, 3]",
                "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2]} | has 2 values; the shape needs 3",
                "{\"name\":\"x\",\"datatype\":\"FP64\",\"shape\":[1,3],\"data\":[1,2,3]} | the model takes FP32",
                "{\"name\":\"x\",\"datatype\":\"FP17\",\"shape\":[1,3],\"data\":[1,2,3]} | 'FP17'",
                "{\"name\":\"z\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]} | no input 'z'",
                "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,\"two\",3]} | 'two' is not a number",
                "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,3],\"data\":[]} | not negative",
                "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3]} | has no data",
                "{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[1]} | has no shape",
                "{\"name\":\"x\",\"shape\":[1,3],\"data\":[1,2,3]} | has no datatype",
                "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[9000000000,9000000000],\"data\":[1]} | too large"
            })
    void aTensorThatDoesNotFitIsRefusedNamingWhatWouldBeRight(String input, String told) throws Exception {
        HttpResponse<String> answer = infer("{\"inputs\":[%s,%s]}".formatted(input, K));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).path("error").asString()).contains(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"inputs\":[ | not JSON",
                "[] | must be an object",
                "{} | no inputs",
                "{\"inputs\":3} | must be an array"
            })
    void aRequestThatIsNoneIsRefused(String body, String told) throws Exception {
        HttpResponse<String> answer = infer(body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(told);
    }

    @Test
    void aMissingInputIsNamed() throws Exception {
        assertThat(infer("{\"inputs\":[%s]}".formatted(K)).body()).contains("input 'x' is needed");
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        assertThat(infer(" ".repeat(10_000)).statusCode()).isEqualTo(413);
    }

    @Test
    void anotherModelIsNotFound() throws Exception {
        assertThat(get("/v2/models/other").statusCode()).isEqualTo(404);
        assertThat(get("/v2/models/double/versions/9").statusCode()).isEqualTo(404);
        assertThat(get("/v2/models/double/infer").statusCode()).isEqualTo(405);
    }

    @Test
    void healthAndMetadataAnswer() throws Exception {
        assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/v2/models/double/ready").statusCode()).isEqualTo(200);
        assertThat(get("/v2").body()).contains("binary_tensor_data");
        JsonNode metadata = JSON.readTree(get("/v2/models/double/versions/3").body());
        assertThat(metadata.path("inputs").path(0).path("shape").toString()).isEqualTo("[-1,3]");
        assertThat(get("/metrics").body()).contains("trine_inference_requests_total{model=\"double\"");
    }

    @Test
    void thePortIsToldAsAnEvent() throws Exception {
        assertThat(Files.readString(folder.resolve("events")))
                .isEqualToIgnoringWhitespace("{\"type\":\"listening\",\"port\":%d}".formatted(server.port()));
    }

    @Test
    void aFileThatIsNoModelIsNotServed(@TempDir Path other) throws IOException {
        Files.writeString(other.resolve("model.onnx"), "nonsense");
        assertThatThrownBy(() -> ModelServer.start(options(other))).isInstanceOf(OrtException.class);
    }

    @Test
    void aModelOfTensorsThatNoJsonCarriesIsNotServedAndTheTensorNamed(@TempDir Path other) throws IOException {
        model("words", other);
        assertThatThrownBy(() -> ModelServer.start(options(other)))
                .isInstanceOf(OrtException.class)
                .hasMessageContaining("'words' of the model is a tensor of type STRING");
    }

    @Test
    void theExitCodeTellsAnUnusableModelFromWrongArguments(@TempDir Path other) throws Exception {
        model("words", other);
        assertThat(ModelServer.serve(new String[] {"--name", "words", "--model-dir", other.toString()}, Map.of()))
                .isEqualTo(4);
        assertThat(ModelServer.serve(new String[] {"--model-dir", other.toString()}, Map.of()))
                .isEqualTo(2);
        assertThat(ModelServer.serve(new String[] {"--name", "none", "--model-dir", other + "/none"}, Map.of()))
                .isEqualTo(4);
    }

    @Test
    void aModelThatCannotBeWarmedUpIsServed(@TempDir Path other) throws Exception {
        model("convolution", other); // of 3 × 3 without padding: 1 × 1, the smallest size, is too small for it
        try (ModelServer convolution = ModelServer.start(options(other))) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:%d/v2/models/other/infer".formatted(convolution.port())))
                            .POST(BodyPublishers.ofString("""
                                    {"inputs":[{"name":"image","datatype":"FP32","shape":[1,1,3,4],
                                                "data":[1,2,3,4, 1,2,3,4, 1,2,3,4]}]}
                                    """))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(ok(answer).path("outputs").path(0).path("data").toString())
                    .isEqualTo("[18.0,27.0]");
        }
    }

    @Test
    void anAnswerThatNeverFitsIsRefusedAndLeavesTheRoomFree() throws Exception {
        String many = "1,".repeat(2_999) + "1";
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer =
                    infer("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1000,3],\"data\":[%s]},%s]}"
                            .formatted(many, K));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
            assertThat(answer.body()).contains("answer").contains("binary");
        }
        assertThat(infer("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]},%s]}"
                                .formatted(K))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAnswerOfManyPiecesComesWholeAgainAndAgain() throws Exception {
        int rows = 30_000;
        String data = IntStream.range(0, rows * 3).mapToObj(Integer::toString).collect(Collectors.joining(","));
        // room for one such request with its answer, not for two
        try (var roomy =
                ModelServer.start(new ServerOptions("double", "3", folder, "127.0.0.1", 0, 1 << 20, 1_600_000, null))) {
            for (int i = 0; i < 4; i++) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:%d/v2/models/double/infer".formatted(roomy.port())))
                                .POST(BodyPublishers.ofString(
                                        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[%d,3],\"data\":[%s]},%s]}"
                                                .formatted(rows, data, K)))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                JsonNode values =
                        JSON.readTree(answer.body()).path("outputs").path(0).path("data");
                assertThat(values.size()).isEqualTo(rows * 3);
                for (int at = 0; at < values.size(); at++) {
                    assertThat(values.path(at).asDouble()).isEqualTo(2.0 * at);
                }
            }
        }
    }

    @Test
    void bodiesThatWouldBeTooMuchAtOnceAreTurnedAwayForAMoment() throws Exception {
        String small = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]},%s]}"
                .formatted(K);
        var halves = new ArrayList<Socket>();
        try {
            await("one to be turned away").untilAsserted(() -> {
                // one more each time: one that is refused itself, because a whole one came first, keeps no room
                halves.add(half());
                HttpResponse<String> answer = infer(small);
                assertThat(answer.statusCode()).isEqualTo(429);
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                assertThat(answer.body()).contains("at once");
            });
        } finally {
            for (Socket half : halves) {
                half.close();
            }
        }
        await("what they had is free again when they are gone")
                .untilAsserted(() -> assertThat(infer(small).statusCode()).isEqualTo(200));
    }

    /** A connection on which as much as can be is announced, and does not come. */
    private static Socket half() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream().write("""
                POST /v2/models/double/infer HTTP/1.1\r
                Host: localhost\r
                Content-Length: %d\r
                \r
                {""".formatted(MOST_BODY).getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private static HttpResponse<String> infer(String body) throws IOException, InterruptedException {
        return client.send(
                request("/v2/models/double/infer")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }
}
