package dev.trine.registry;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.ProjectId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a neighbour may ask of the registry. */
public interface Models {

    /**
     * Finds a version by number, or by alias when {@code version} is null.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND}, naming what is missing
     */
    RegisteredVersion resolve(ProjectId project, String model, @Nullable Integer version, @Nullable String alias);

    /** How many models a project has. */
    int count(ProjectId project);

    /**
     * A version with the bytes that make it up.
     *
     * @param digest SHA-256 over its files, lower-case hex
     * @param format {@code onnx}, {@code sklearn}, …
     * @param signature inputs and outputs as the model's {@code model.json} gives them; empty when unknown
     */
    record RegisteredVersion(
            ModelVersionId id,
            String model,
            int version,
            String digest,
            String format,
            Map<String, Object> signature,
            @Nullable RunId runId,
            @Nullable String datasetVersionId,
            List<Artifact> files,
            Instant createdAt) {
        public RegisteredVersion {
            files = List.copyOf(files);
        }
    }
}
