package dev.trine.registry;

import dev.trine.experiment.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of a model.
 *
 * @param digest SHA-256, lower-case hex, over the sorted lines {@code <sha256> <path>} of its files
 * @param signature inputs and outputs as its {@code model.json} gives them; empty when unknown
 * @param files its files, with paths relative to the model's folder
 * @param aliases the aliases that point to it now
 */
record ModelVersion(
        ModelVersionId id,
        String name,
        int version,
        String digest,
        String format,
        Map<String, Object> signature,
        List<ModelFile> files,
        @Nullable RunId runId,
        @Nullable String jobId,
        @Nullable String datasetVersionId,
        List<String> aliases,
        Instant createdAt) {
    ModelVersion {
        signature = Map.copyOf(signature);
        files = List.copyOf(files);
        aliases = List.copyOf(aliases);
    }

    /**
     * One of its files.
     *
     * @param path relative to the model's folder
     * @param sha256 of its bytes, lower-case hex
     */
    record ModelFile(String path, long sizeBytes, String sha256) {}
}
