package dev.trine.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Objects in a bucket of Amazon S3, or of a store that speaks its protocol such as MinIO. S3 shows an object only when all of it
 * is there, so nothing here has to care for that; a crash may leave parts of an unfinished upload behind, which the bucket's
 * own rule for incomplete multipart uploads removes.
 */
final class S3ObjectStore implements ObjectStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(S3ObjectStore.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 5;
    private static final int MOST_PARTS = 10_000;
    private static final int MOST_KEYS = 1_000;
    private static final int PART_NUMBERS_PER_DOUBLING = 2_500;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int INSUFFICIENT_STORAGE = 507;
    private static final Set<String> FULL =
            Set.of("XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded");

    private final S3Client client;
    private final String bucket;
    private final String where;
    private final Sizes sizes;

    /**
     * Where requests are cut.
     *
     * @param partBytes of an upload's first parts; so much memory a running upload takes. Later ones are larger, up to eight
     *     times so, because there may be 10,000 only: the largest object has 37,500 times this
     * @param copyBytes of an object that is copied by one request; a larger one by several of this size
     */
    record Sizes(int partBytes, long copyBytes) {
        static final Sizes USUAL = new Sizes(8 << 20, 256 << 20);
    }

    private S3ObjectStore(S3Client client, String bucket, String where, Sizes sizes) {
        this.client = client;
        this.bucket = bucket;
        this.where = where;
        this.sizes = sizes;
    }

    /**
     * Connects to a bucket, and tries once whether it can be written.
     *
     * @throws IllegalArgumentException naming the setting that is missing or wrong
     * @throws IOException saying why the bucket cannot be used
     */
    static S3ObjectStore connect(StorageProperties.S3 settings) throws IOException {
        S3ObjectStore store = open(settings, Sizes.USUAL);
        try {
            store.check(settings.createBucket());
        } catch (IOException e) {
            store.close();
            throw e;
        }
        return store;
    }

    /** A store that has not been tried. */
    static S3ObjectStore open(StorageProperties.S3 settings, Sizes sizes) {
        String bucket = settings.requiredBucket();
        URI endpoint = settings.endpointUrl();
        var builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(SILENCE_TIMEOUT))
                .overrideConfiguration(
                        override -> override.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build()));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        if (settings.accessKey() != null && settings.secretKey() != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())));
        }
        return new S3ObjectStore(builder.build(), bucket, settings.toString(), sizes);
    }

    private void check(boolean createBucket) throws IOException {
        try {
            // not HEAD: its answer cannot say what is wrong
            client.listObjectsV2(request -> request.bucket(bucket).maxKeys(1));
        } catch (S3Exception e) {
            if (e.statusCode() != NOT_FOUND || !createBucket) {
                throw told(e);
            }
            call(() -> client.createBucket(request -> request.bucket(bucket)));
            LOG.info("made the object store's {}", where);
        } catch (SdkException e) {
            throw told(e);
        }
        String trial = "start-up-check/" + UUID.randomUUID();
        put(trial, InputStream.nullInputStream());
        delete(trial);
    }

    @Override
    public Stored put(String key, InputStream bytes) throws IOException {
        ObjectKeys.check(key);
        var part = new Part();
        part.fill(bytes, sizes.partBytes());
        if (part.length() < sizes.partBytes()) {
            call(() -> client.putObject(
                    request -> request.bucket(bucket).key(key).contentLength((long) part.length()), part.body()));
            return new Stored(key, part.length());
        }
        return new Stored(key, putParts(key, bytes, part));
    }

    /** @param part the first one, filled; it is used for the others too */
    private long putParts(String key, InputStream bytes, Part part) throws IOException {
        return multipart(key, (upload, parts) -> {
            long size = 0;
            while (part.length() > 0) {
                int number = parts.size() + 1;
                if (number > MOST_PARTS) {
                    throw new IllegalArgumentException(
                            "the object '%s' has more than the %d bytes that this store takes".formatted(key, size));
                }
                UploadPartResponse sent = call(() -> client.uploadPart(
                        request -> request.bucket(bucket)
                                .key(key)
                                .uploadId(upload)
                                .partNumber(number)
                                .contentLength((long) part.length()),
                        part.body()));
                parts.add(CompletedPart.builder()
                        .partNumber(number)
                        .eTag(sent.eTag())
                        .checksumCRC32(sent.checksumCRC32())
                        .build());
                size += part.length();
                part.fill(bytes, sizes.partBytes() << (number / PART_NUMBERS_PER_DOUBLING));
            }
            return size;
        });
    }

    /** Makes the parts of an upload; nothing of it stays when it fails. */
    @FunctionalInterface
    private interface PartSource {
        long send(String upload, List<CompletedPart> parts) throws IOException;
    }

    private long multipart(String key, PartSource source) throws IOException {
        String upload = call(() -> client.createMultipartUpload(
                        request -> request.bucket(bucket).key(key)))
                .uploadId();
        boolean complete = false;
        try {
            var parts = new ArrayList<CompletedPart>();
            long size = source.send(upload, parts);
            call(() -> client.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts))));
            complete = true;
            return size;
        } finally {
            if (!complete) {
                abort(key, upload);
            }
        }
    }

    private void abort(String key, String upload) {
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            LOG.warn("the parts of upload {} of {} stay in {} until its own rules remove them", upload, key, where, e);
        }
    }

    @Override
    public Optional<InputStream> open(String key, long offset, long length) throws IOException {
        ObjectKeys.check(key);
        if (offset < 0) {
            throw new IllegalArgumentException("an offset cannot be negative, was " + offset);
        }
        if (length == 0) {
            return stat(key).map(there -> InputStream.nullInputStream());
        }
        long end = length < 0 || length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
        try {
            var first = get(key, offset, end, null);
            return Optional.of(first == null ? InputStream.nullInputStream() : new ObjectStream(key, offset, first));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /**
     * Asks for the bytes from {@code offset} until before {@code end}.
     *
     * @param etag the object's state that is wanted; null for any
     * @return null if the object ends before {@code offset}
     */
    private @Nullable ResponseInputStream<GetObjectResponse> get(
            String key, long offset, long end, @Nullable String etag) throws IOException {
        boolean whole = offset == 0 && end == Long.MAX_VALUE;
        String range = "bytes=%d-%s".formatted(offset, end == Long.MAX_VALUE ? "" : Long.toString(end - 1));
        try {
            return client.getObject(request ->
                    request.bucket(bucket).key(key).range(whole ? null : range).ifMatch(etag));
        } catch (S3Exception e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                return null;
            }
            if (e.statusCode() == PRECONDITION_FAILED) {
                throw new IOException("'%s' was replaced while it was read".formatted(key), e);
            }
            throw told(e, key);
        } catch (SdkException e) {
            throw told(e);
        }
    }

    @Override
    public Optional<Stored> stat(String key) throws IOException {
        ObjectKeys.check(key);
        try {
            return Optional.of(new Stored(key, size(key)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private long size(String key) throws IOException {
        try {
            return client.headObject(request -> request.bucket(bucket).key(key)).contentLength();
        } catch (SdkException e) {
            throw told(e, key);
        }
    }

    @Override
    public void delete(String key) throws IOException {
        ObjectKeys.check(key);
        call(() -> client.deleteObject(request -> request.bucket(bucket).key(key)));
    }

    @Override
    public void move(String from, String to) throws IOException {
        ObjectKeys.check(from);
        ObjectKeys.check(to);
        long size = size(from);
        if (size <= sizes.copyBytes()) {
            call(() -> client.copyObject(request -> request.sourceBucket(bucket)
                    .sourceKey(from)
                    .destinationBucket(bucket)
                    .destinationKey(to)));
        } else {
            copyParts(from, to, size);
        }
        delete(from);
    }

    private void copyParts(String from, String to, long size) throws IOException {
        multipart(to, (upload, parts) -> {
            for (long offset = 0; offset < size; offset += sizes.copyBytes()) {
                int number = parts.size() + 1;
                String range = "bytes=%d-%d".formatted(offset, Math.min(size, offset + sizes.copyBytes()) - 1);
                UploadPartCopyResponse copied = call(() -> client.uploadPartCopy(request -> request.sourceBucket(bucket)
                        .sourceKey(from)
                        .copySourceRange(range)
                        .destinationBucket(bucket)
                        .destinationKey(to)
                        .uploadId(upload)
                        .partNumber(number)));
                parts.add(CompletedPart.builder()
                        .partNumber(number)
                        .eTag(copied.copyPartResult().eTag())
                        .checksumCRC32(copied.copyPartResult().checksumCRC32())
                        .build());
            }
            return size;
        });
    }

    @Override
    public List<String> list(String prefix, String after, int limit) throws IOException {
        ObjectKeys.checkPrefix(prefix);
        var found = new ArrayList<String>();
        boolean more = limit > 0;
        while (more) {
            String from = found.isEmpty() ? after : found.getLast();
            int wanted = Math.min(MOST_KEYS, limit - found.size());
            ListObjectsV2Response page = call(() -> client.listObjectsV2(request -> request.bucket(bucket)
                    .prefix(prefix)
                    .startAfter(from.isEmpty() ? null : from)
                    .maxKeys(wanted)));
            page.contents().stream().map(S3Object::key).forEach(found::add);
            more = Boolean.TRUE.equals(page.isTruncated()) && found.size() < limit;
        }
        return found;
    }

    @Override
    public void close() {
        client.close();
    }

    private <T> T call(Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (SdkException e) {
            throw told(e);
        }
    }

    private IOException told(SdkException e, String key) {
        boolean noObject = e instanceof NoSuchKeyException;
        return noObject ? new NoSuchFileException(key) : told(e);
    }

    /** A failure of the store as what it is to callers. */
    private IOException told(SdkException e) {
        if (!(e instanceof S3Exception answer)) {
            return new StorageUnavailableException("%s does not answer: %s".formatted(where, rootOf(e)), e);
        }
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        if (answer.statusCode() == INSUFFICIENT_STORAGE || FULL.contains(code)) {
            return new StorageFullException("%s has no room left".formatted(where), e);
        }
        if (e instanceof NoSuchKeyException) {
            return new NoSuchFileException(where, null, "an object is gone");
        }
        if (e instanceof NoSuchBucketException || answer.statusCode() == NOT_FOUND) {
            return new StorageUnavailableException(
                    "%s does not exist; make it, or set trine.storage.s3.create-bucket".formatted(where), e);
        }
        if (answer.statusCode() == FORBIDDEN) {
            return new StorageUnavailableException(
                    "%s refuses us (%s); look at trine.storage.s3.access-key and secret-key and at what they may do"
                            .formatted(where, code.isEmpty() ? "403" : code),
                    e);
        }
        return new StorageUnavailableException(
                "%s answers %d %s".formatted(where, answer.statusCode(), code).strip(), e);
    }

    private static String rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    /** The bytes of one request; the memory grows with them, and serves the next one again. */
    private static final class Part {

        private static final int FIRST = 16 << 10;

        private byte[] bytes = new byte[FIRST];
        private int length;

        /** Takes at most {@code most} bytes; fewer only if the stream ends. */
        void fill(InputStream source, int most) throws IOException {
            length = 0;
            while (length < most) {
                if (length == bytes.length) {
                    bytes = java.util.Arrays.copyOf(bytes, Math.min(most, bytes.length * 2));
                }
                int count = source.readNBytes(bytes, length, Math.min(bytes.length, most) - length);
                if (count == 0) {
                    return;
                }
                length += count;
            }
        }

        int length() {
            return length;
        }

        /** Can be sent again and again. */
        RequestBody body() {
            return RequestBody.fromContentProvider(
                    () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
        }
    }

    /** The bytes of an object as it was when opened. A connection that breaks is replaced by one that goes on from there. */
    private final class ObjectStream extends InputStream {

        private final String key;
        private final String etag;
        private final long end;
        private ResponseInputStream<GetObjectResponse> connection;
        private long position;
        private int breaksInARow;
        private boolean closed;

        ObjectStream(String key, long offset, ResponseInputStream<GetObjectResponse> first) {
            this.key = key;
            this.etag = first.response().eTag();
            this.position = offset;
            this.end = offset + first.response().contentLength();
            this.connection = first;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            if (closed) {
                throw new IOException("closed");
            }
            if (length == 0) {
                return 0;
            }
            while (true) {
                try {
                    // at the end it is asked once more: only then does the SDK compare the checksum
                    int count = connection.read(buffer, from, length);
                    if (count > 0) {
                        position += count;
                        breaksInARow = 0;
                        return count;
                    }
                    if (position == end) {
                        return -1;
                    }
                    goOn(null);
                } catch (IOException | SdkException broken) {
                    goOn(broken);
                }
            }
        }

        private void goOn(@Nullable Exception broken) throws IOException {
            breaksInARow++;
            if (position == end || breaksInARow == ATTEMPTS) {
                throw new StorageUnavailableException(
                        "%s broke off '%s' at byte %d of %d".formatted(where, key, position, end),
                        broken == null ? new java.io.EOFException() : broken);
            }
            connection.abort();
            var next = get(key, position, end, etag);
            if (next == null) {
                throw new IOException("'%s' was replaced while it was read".formatted(key));
            }
            connection = next;
        }

        @Override
        public int available() throws IOException {
            return connection.available();
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                if (position == end) {
                    connection.close();
                } else {
                    connection.abort();
                }
            }
        }
    }
}
