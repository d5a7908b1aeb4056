package dev.trine.data;

import dev.trine.identity.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a dataset was at one time; never changed.
 *
 * @param digest SHA-256 over the sorted lines {@code <sha256> <path>} of its files
 * @param schema its columns, as inferred
 */
public record DatasetVersion(
        DatasetVersionId id,
        DatasetId datasetId,
        int number,
        String digest,
        long rowCount,
        long sizeBytes,
        List<Column> schema,
        @Nullable String labelColumn,
        List<DatasetFile> files,
        Instant createdAt,
        UserId createdBy) {

    public DatasetVersion {
        schema = List.copyOf(schema);
        files = List.copyOf(files);
    }

    /** One file of a version. */
    public record DatasetFile(String path, long sizeBytes, String sha256) {}
}
