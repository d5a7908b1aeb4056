package dev.trine.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract against a real MinIO, whose executable {@code TRINE_MINIO} names; {@code make interop} builds it. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class S3ObjectStoreIT extends AbstractObjectStoreContract {

    @TempDir
    static java.nio.file.Path folder;

    private static @Nullable Minio minio;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private StorageProperties.S3 settings;

    @BeforeAll
    static void start() throws Exception {
        String executable = System.getenv("TRINE_MINIO");
        assumeTrue(executable != null && !executable.isBlank(), "TRINE_MINIO names no MinIO; run make interop");
        minio = Minio.start(executable, folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (minio != null) {
            minio.close();
        }
    }

    private static Minio minio() {
        return java.util.Objects.requireNonNull(minio);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closedLater(T each) {
        opened.add(each);
        return each;
    }

    /** A new bucket, made as a first start makes it; small sizes, so that copies in parts are seen too. */
    @Override
    protected ObjectStore open() throws IOException {
        settings = minio().bucket("trine-" + UUID.randomUUID());
        closedLater(S3ObjectStore.connect(settings));
        return closedLater(S3ObjectStore.open(settings, new S3ObjectStore.Sizes(5 << 20, 6 << 20)));
    }

    @Override
    protected ObjectStore full() throws IOException {
        var server = closedLater(new S3Answers(exchange -> {
            if (exchange.getRequestMethod().matches("PUT|POST")) {
                S3Answers.FULL.give(exchange);
            } else {
                S3Answers.error(exchange, 404, "NoSuchKey");
            }
        }));
        return closedLater(S3ObjectStore.open(server.settings(), S3ObjectStore.Sizes.USUAL));
    }

    /** A MinIO of its own, stopped after an object was put. */
    @Override
    protected ObjectStore away() throws IOException {
        try (var other = Minio.start(minio().executable(), folder)) {
            var store = closedLater(S3ObjectStore.connect(other.bucket("trine")));
            store.put("p1/o", new ByteArrayInputStream(new byte[] {1}));
            return store;
        }
    }

    @Override
    protected int unfinished() {
        try (S3Client client = S3Client.builder()
                .endpointOverride(URI.create(String.valueOf(settings.endpoint())))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(Minio.ACCESS_KEY, Minio.SECRET_KEY)))
                .build()) {
            // MinIO lists unfinished uploads by the whole key only
            return List.of("p1/large", "p1/half", "p1/o", "p1/blobs/ab/abcd", "p1/contended").stream()
                    .mapToInt(key -> client.listMultipartUploads(request ->
                                    request.bucket(settings.requiredBucket()).prefix(key))
                            .uploads()
                            .size())
                    .sum();
        }
    }
}
