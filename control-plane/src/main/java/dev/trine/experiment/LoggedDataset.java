package dev.trine.experiment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data as a client describes it; of an experiment, its name and digest are one dataset.
 *
 * @param digest tells its content from others of the name
 * @param sourceType what kind of place it comes from, such as {@code http}
 * @param source the place, in the form of its type
 * @param schema its columns, as the client writes them
 * @param profile figures about it, as the client writes them
 */
public record LoggedDataset(
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile) {

    /**
     * That a run was given it.
     *
     * @param tags what for
     */
    @Schema(name = "DatasetInput")
    public record Input(LoggedDataset dataset, Map<String, String> tags) {

        /** The tag that says what a dataset was given for, such as training. */
        public static final String CONTEXT = "mlflow.data.context";

        public Input {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * That one of an experiment's runs was given it.
     *
     * @param context what for, if that was said
     */
    public record Use(
            ExperimentId experiment,
            String name,
            String digest,
            @Nullable String context) {}
}
