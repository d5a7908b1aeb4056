package dev.trine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.trine.storage.S3Answers.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a store in trouble answers; the contract itself is tested against a real one in {@link S3ObjectStoreIT}. */
class S3ObjectStoreTest {

    private static final byte[] OBJECT = object();

    private static byte[] object() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aFullStoreIsToldAsFullAndTheUploadIsGivenUp() throws Exception {
        Answer fullAfterTheFirstPart = exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (query.startsWith("uploads")) {
                send(
                        exchange,
                        "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
            } else if (exchange.getRequestMethod().equals("DELETE")) {
                exchange.sendResponseHeaders(204, -1);
            } else {
                S3Answers.FULL.give(exchange);
            }
        };
        try (var server = new S3Answers(fullAfterTheFirstPart);
                var store = S3ObjectStore.open(server.settings(), S3ObjectStore.Sizes.USUAL)) {
            assertThatThrownBy(() -> store.put("p1/large", new ByteArrayInputStream(new byte[9 << 20])))
                    .isInstanceOf(StorageFullException.class)
                    .hasMessageContaining("trine");
            assertThat(server.requests().getLast()).isEqualTo("DELETE /trine/p1/large?uploadId=u1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, InvalidAccessKeyId, access-key",
        "403, AccessDenied, access-key",
        "404, NoSuchBucket, create-bucket",
        "301, PermanentRedirect, 301",
        "400, InvalidRequest, InvalidRequest"
    })
    void whatIsWrongWithABucketIsToldAtTheStart(int status, String code, String said) throws Exception {
        try (var server = new S3Answers(exchange -> S3Answers.error(exchange, status, code))) {
            assertThatThrownBy(() -> S3ObjectStore.connect(server.settings()))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("bucket trine at http://127.0.0.1:")
                    .hasMessageContaining(said)
                    .hasMessageNotContaining("trine-secret");
        }
    }

    @Test
    void aStoreThatNobodyRunsIsToldAtTheStart() throws Exception {
        StorageProperties.S3 nobody;
        try (var server = new S3Answers(S3Answers.FULL)) {
            nobody = server.settings();
        }
        assertThatThrownBy(() -> S3ObjectStore.connect(nobody))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContaining("does not answer")
                .hasMessageContaining("refused");
    }

    @Test
    void aSettingThatMissesOrIsWrongIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3ObjectStore.connect(settings("http://127.0.0.1:1", " ", "k", "s")))
                .withMessageContaining("trine.storage.s3.bucket");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3ObjectStore.connect(settings("minio:9000", "trine", "k", "s")))
                .withMessageContaining("minio:9000")
                .withMessageContaining("http://");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3ObjectStore.connect(settings("http://127.0.0.1:1", "trine", "k", null)))
                .withMessageContaining("trine.storage.s3.secret-key");
    }

    private static StorageProperties.S3 settings(
            String endpoint, String bucket, String accessKey, @Nullable String secretKey) {
        return new StorageProperties.S3(endpoint, "us-east-1", bucket, true, false, accessKey, secretKey);
    }

    @Test
    void aMomentOfTroubleIsBridged() throws Exception {
        var asked = new AtomicInteger();
        Answer secondTime = exchange -> {
            if (asked.incrementAndGet() < 3) {
                S3Answers.error(exchange, 503, "SlowDown");
            } else {
                exchange.sendResponseHeaders(200, -1);
            }
        };
        try (var server = new S3Answers(secondTime);
                var store = S3ObjectStore.open(server.settings(), S3ObjectStore.Sizes.USUAL)) {
            assertThat(store.put("p1/o", new ByteArrayInputStream(OBJECT)).sizeBytes())
                    .isEqualTo(OBJECT.length);
            assertThat(asked).hasValue(3);
        }
    }

    @Test
    void aDownloadThatBreaksOffGoesOnWhereItStopped() throws Exception {
        Answer atMostSome = exchange -> giveRange(exchange, 30_000, "\"v1\"");
        try (var server = new S3Answers(atMostSome);
                var store = S3ObjectStore.open(server.settings(), S3ObjectStore.Sizes.USUAL)) {
            assertThat(read(store, 0, -1)).isEqualTo(OBJECT);
            assertThat(server.requests()).hasSize(4);
            assertThat(read(store, 10_000, 50_000)).isEqualTo(Arrays.copyOfRange(OBJECT, 10_000, 60_000));
        }
    }

    @Test
    void aDownloadThatNeverGetsOnIsAnError() throws Exception {
        Answer nothing = exchange -> giveRange(exchange, 0, "\"v1\"");
        try (var server = new S3Answers(nothing);
                var store = S3ObjectStore.open(server.settings(), S3ObjectStore.Sizes.USUAL)) {
            assertThatThrownBy(() -> read(store, 0, -1))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("at byte 0 of 100000");
        }
    }

    @Test
    void aDownloadNeverGoesOnWithAnotherObjectsBytes() throws Exception {
        var asked = new AtomicInteger();
        Answer changing = exchange -> giveRange(exchange, 30_000, "\"v" + asked.incrementAndGet() + '"');
        try (var server = new S3Answers(changing);
                var store = S3ObjectStore.open(server.settings(), S3ObjectStore.Sizes.USUAL)) {
            assertThatThrownBy(() -> read(store, 0, -1)).hasMessageContaining("was replaced while it was read");
        }
    }

    private static byte[] read(ObjectStore store, long offset, long length) throws IOException {
        try (InputStream bytes = store.open("p1/o", offset, length).orElseThrow()) {
            return bytes.readAllBytes();
        }
    }

    /** Promises all that is asked for, gives at most {@code most} bytes, and breaks off. */
    private static void giveRange(HttpExchange exchange, int most, String etag) throws IOException {
        String wanted = exchange.getRequestHeaders().getFirst("If-Match");
        if (wanted != null && !wanted.equals(etag)) {
            S3Answers.error(exchange, 412, "PreconditionFailed");
            return;
        }
        String range = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), "bytes=0-");
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        int from = Integer.parseInt(ends[0]);
        int to = ends[1].isEmpty() ? OBJECT.length : Integer.parseInt(ends[1]) + 1;
        exchange.getResponseHeaders().set("ETag", etag);
        exchange.sendResponseHeaders(range.equals("bytes=0-") ? 200 : 206, to - from);
        OutputStream out = exchange.getResponseBody();
        out.write(OBJECT, from, Math.min(most, to - from));
        out.flush();
    }

    private static void send(HttpExchange exchange, String xml) throws IOException {
        byte[] body = xml.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }
}
