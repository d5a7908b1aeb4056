package dev.trine.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.trine.data.Datasets;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks to be trained. Every member but {@code name} and {@code program} may be left out of a request; the
 * defaults are filled in, and the job shows them.
 *
 * @param name for people; need not be unique
 * @param program what trains
 * @param data what it reads; none for a command that needs no dataset
 * @param resources what it may use
 * @param timeout wall time after which it is stopped, ISO 8601
 * @param retries how often it is started again after a failure, 0 to 10
 * @param env environment variables of the user's own
 * @param experiment name of the experiment its run belongs to; the job's name by default
 */
public record TrainingSpec(
        String name,
        TrainingProgram program,
        @Nullable TrainingSet data,
        @Nullable TrainingResources resources,
        @Nullable Duration timeout,
        @Nullable Integer retries,
        @Nullable Map<String, String> env,
        @Nullable String experiment) {

    /** What trains: one of the platform's own trainers, or any command. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = TrainingProgram.Builtin.class, name = "builtin"),
        @JsonSubTypes.Type(value = TrainingProgram.Command.class, name = "command")
    })
    public sealed interface TrainingProgram {

        /**
         * The built-in trainer.
         *
         * @param algorithm {@code logistic-regression} or {@code factorization-machine}
         * @param params the algorithm's parameters; those left out have the trainer's defaults
         */
        @Schema(name = "BuiltinProgram")
        record Builtin(String algorithm, @Nullable Map<String, Object> params) implements TrainingProgram {}

        /**
         * A command, run in an empty folder. Its data lies in {@code $TRINE_INPUTS/<part>}, its code in {@code
         * $TRINE_INPUTS/code}; MLflow's clients find their server, token and run in the environment.
         *
         * @param command the executable and its arguments
         * @param code completed uploads to put into {@code $TRINE_INPUTS/code}
         * @param network what it may reach, {@code platform} by default; {@code internet} where the project allows it
         */
        @Schema(name = "CommandProgram")
        record Command(
                List<String> command,
                @Nullable List<String> code,
                @Nullable TrainingNetwork network) implements TrainingProgram {}
    }

    /** What a command may reach over the network. */
    public enum TrainingNetwork {
        /** Nothing. */
        @JsonProperty("none")
        NONE,
        /** The platform. */
        @JsonProperty("platform")
        PLATFORM,
        /** The platform, and by an HTTP proxy the public internet. */
        @JsonProperty("internet")
        INTERNET
    }

    /**
     * A dataset version, or the parts of one of its splits.
     *
     * @param dataset name or id
     * @param version number; the latest by default
     * @param split name of a split; its parts {@code train} and {@code test} are what the built-in trainer reads
     * @param labelColumn the column to predict; the version's own by default
     */
    public record TrainingSet(
            String dataset,
            @Nullable Integer version,
            @Nullable String split,
            @Nullable String labelColumn) {

        Datasets.Reference reference() {
            return new Datasets.Reference(dataset, version, split, null);
        }
    }

    /**
     * @param cpus cores, fractions allowed
     * @param memoryBytes bytes
     * @param gpus whole GPUs
     */
    public record TrainingResources(
            @Nullable Double cpus,
            @Nullable Long memoryBytes,
            @Nullable Integer gpus) {}
}
