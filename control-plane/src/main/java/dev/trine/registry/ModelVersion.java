package dev.trine.registry;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of a model.
 *
 * @param digest SHA-256 over its files, see {@link ModelDigest}
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
        List<Artifact> files,
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
}
