package dev.trine.registry;

import dev.trine.data.DatasetVersionId;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes the next version of a model.
 *
 * @param run the run that it comes from
 * @param files with paths relative to the model's folder; none when the bytes lie elsewhere
 * @param datasetVersion what it was trained on; what the run's tags say when null
 * @param source where it comes from, in the words of whoever registers it; null when only the run says so
 * @param runLink an address of the run somewhere else
 */
public record Registration(
        @Nullable RunId run,
        List<Artifact> files,
        @Nullable DatasetVersionId datasetVersion,
        @Nullable String source,
        @Nullable String runLink,
        String description,
        Map<String, String> tags) {

    public Registration {
        files = List.copyOf(files);
        tags = Map.copyOf(tags);
    }
}
