package dev.trine.registry;

import dev.trine.experiment.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model. Its files never change.
 *
 * @param digest SHA-256, lower-case hex, over the sorted lines {@code <sha256> <path>} of its files
 * @param format what reads it, such as {@code onnx}; {@code external} when its bytes lie elsewhere
 * @param signature inputs and outputs as its {@code model.json} gives them; empty when unknown
 * @param files its files, with paths relative to the model's folder
 * @param aliases the aliases that point to it now
 * @param source where it comes from, in the words of whoever registered it; null when only the run says so
 * @param runLink an address of the run somewhere else
 */
public record ModelVersion(
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
        String description,
        ModelStage stage,
        Map<String, String> tags,
        @Nullable String source,
        @Nullable String runLink,
        Instant createdAt,
        Instant updatedAt) {

    public ModelVersion {
        signature = Map.copyOf(signature);
        files = List.copyOf(files);
        aliases = List.copyOf(aliases);
        tags = Map.copyOf(tags);
    }

    /**
     * One of its files.
     *
     * @param path relative to the model's folder
     * @param sha256 of its bytes, lower-case hex
     */
    public record ModelFile(String path, long sizeBytes, String sha256) {}
}
