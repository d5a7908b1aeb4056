package dev.trine.storage;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where objects lie.
 *
 * @param kind in which kind of store
 * @param root the folder that holds them, for {@code filesystem}
 * @param s3 the bucket that holds them, for {@code s3}
 */
@ConfigurationProperties("trine.storage")
record StorageProperties(
        @DefaultValue("filesystem") Kind kind,
        @DefaultValue("objects") Path root,
        @DefaultValue S3 s3) {

    enum Kind {
        FILESYSTEM,
        S3
    }

    /**
     * A bucket.
     *
     * @param endpoint where the store answers, e.g. {@code http://minio:9000}; without one it is Amazon's in the region
     * @param region the store's region
     * @param bucket the bucket's name
     * @param pathStyle whether the bucket stands in the path instead of the host's name, as MinIO wants it
     * @param createBucket whether a bucket that is not there is made at the start
     * @param accessKey without one, what the AWS SDK finds: environment, profile, container or instance role
     * @param secretKey belongs to the access key
     */
    record S3(
            @Nullable String endpoint,
            @DefaultValue("us-east-1") String region,
            @Nullable String bucket,
            @DefaultValue("false") boolean pathStyle,
            @DefaultValue("false") boolean createBucket,
            @Nullable String accessKey,
            @Nullable String secretKey) {

        S3 {
            endpoint = given(endpoint);
            bucket = given(bucket);
            accessKey = given(accessKey);
            secretKey = given(secretKey);
        }

        private static @Nullable String given(@Nullable String text) {
            return text == null || text.isBlank() ? null : text.strip();
        }

        /** The bucket's name; an {@link IllegalArgumentException} says which setting it is that misses. */
        String requiredBucket() {
            if (bucket == null) {
                throw new IllegalArgumentException("trine.storage.s3.bucket is needed for trine.storage.kind=s3");
            }
            if ((accessKey == null) != (secretKey == null)) {
                throw new IllegalArgumentException(
                        "trine.storage.s3.access-key and trine.storage.s3.secret-key are needed together");
            }
            return bucket;
        }

        /** The endpoint as a URL; null for Amazon's. */
        @Nullable
        URI endpointUrl() {
            if (endpoint == null) {
                return null;
            }
            if (!endpoint.matches("https?://[^/?#\\s]+/?")) {
                throw new IllegalArgumentException(
                        "trine.storage.s3.endpoint is '%s', which is not a URL like http://minio:9000"
                                .formatted(endpoint));
            }
            return URI.create(endpoint);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "bucket %s at %s".formatted(bucket, endpoint == null ? "Amazon S3 in " + region : endpoint);
        }
    }
}
