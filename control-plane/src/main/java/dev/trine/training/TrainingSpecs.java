package dev.trine.training;

import dev.trine.data.Datasets;
import dev.trine.lib.workload.ProcessArguments;
import dev.trine.lib.workload.Resources;
import dev.trine.shared.Json;
import dev.trine.shared.TrineException;
import dev.trine.shared.UnkeepableText;
import dev.trine.shared.Violation;
import dev.trine.training.TrainingSpec.TrainingNetwork;
import dev.trine.training.TrainingSpec.TrainingProgram;
import dev.trine.training.TrainingSpec.TrainingResources;
import dev.trine.training.TrainingSpec.TrainingSet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Defaults and checks of a {@link TrainingSpec}; pure. */
final class TrainingSpecs {

    static final List<String> ALGORITHMS = List.of("logistic-regression", "factorization-machine");
    static final Duration DEFAULT_TIMEOUT = Duration.ofHours(1);
    static final Duration MAX_TIMEOUT = Duration.ofDays(30);
    static final int MAX_RETRIES = 10;
    private static final int MOST_EXPERIMENT_NAME = 250;
    private static final TrainingResources DEFAULT_RESOURCES = new TrainingResources(1.0, 1L << 30, 0);
    private static final Pattern ENV_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    /** The platform's own variables come on top of the user's. */
    private static final int MOST_BYTES_IN_ALL = ProcessArguments.MOST_BYTES_IN_ALL - (64 << 10);
    /** As JSON. A built-in program gets them in a variable, together with a little of the platform's. */
    private static final int MOST_BYTES_OF_PARAMS = 64 << 10;

    private TrainingSpecs() {}

    /** The spec with a value for everything that has a default. */
    static TrainingSpec complete(TrainingSpec asked) {
        TrainingResources resources = asked.resources() == null ? DEFAULT_RESOURCES : asked.resources();
        return new TrainingSpec(
                asked.name(),
                complete(asked.program()),
                asked.data(),
                new TrainingResources(
                        orElse(resources.cpus(), 1.0),
                        orElse(resources.memoryBytes(), 1L << 30),
                        orElse(resources.gpus(), 0)),
                orElse(asked.timeout(), DEFAULT_TIMEOUT),
                orElse(asked.retries(), 0),
                orElse(asked.env(), Map.of()),
                orElse(asked.experiment(), asked.name()));
    }

    private static TrainingProgram complete(TrainingProgram asked) {
        return switch (asked) {
            case TrainingProgram.Builtin builtin -> builtin;
            case TrainingProgram.Command command ->
                new TrainingProgram.Command(
                        command.command(), command.code(), orElse(command.network(), TrainingNetwork.PLATFORM));
        };
    }

    /** Everything that is wrong with a completed spec by itself, all at once. */
    static List<Violation> violations(TrainingSpec spec) {
        var found = new ArrayList<Violation>();
        if (spec.name().isBlank() || spec.name().length() > 200) {
            found.add(new Violation("name", "must have 1 to 200 characters"));
        }
        if (spec.experiment() != null
                && (spec.experiment().isBlank() || spec.experiment().length() > MOST_EXPERIMENT_NAME)) {
            found.add(new Violation("experiment", "must have 1 to %d characters".formatted(MOST_EXPERIMENT_NAME)));
        }
        programViolations(spec, found);
        resourceViolations(spec.resources(), found);
        Duration timeout = spec.timeout();
        if (timeout != null && (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0)) {
            found.add(new Violation(
                    "timeout", "must be longer than PT0S and at most %s, was %s".formatted(MAX_TIMEOUT, timeout)));
        }
        if (spec.retries() != null && (spec.retries() < 0 || spec.retries() > MAX_RETRIES)) {
            found.add(new Violation(
                    "retries", "must be between 0 and %d, was %d".formatted(MAX_RETRIES, spec.retries())));
        }
        orElse(spec.env(), Map.<String, String>of()).forEach((key, value) -> variable(key, value, found));
        if (found.isEmpty()) {
            sizeViolations(spec, found);
        }
        return found;
    }

    private static void variable(String name, String value, List<Violation> found) {
        String field = "env." + name;
        if (!ENV_NAME.matcher(name).matches()) {
            found.add(new Violation(field, "is not a name of an environment variable"));
        } else if (name.startsWith("TRINE_")) {
            found.add(new Violation(field, "names beginning with TRINE_ are the platform's own"));
        } else {
            ProcessArguments.problem(name, value).ifPresent(why -> found.add(new Violation(field, why)));
        }
    }

    /** Each one may fit, and all together may not. */
    private static void sizeViolations(TrainingSpec spec, List<Violation> found) {
        List<String> arguments =
                spec.program() instanceof TrainingProgram.Command command ? command.command() : List.of();
        long bytes = ProcessArguments.bytes(arguments, orElse(spec.env(), Map.of()));
        if (bytes > MOST_BYTES_IN_ALL) {
            found.add(new Violation(
                    arguments.isEmpty() ? "env" : "program.command",
                    "command and env must have at most %d bytes in all, had %d; put long texts into files"
                            .formatted(MOST_BYTES_IN_ALL, bytes)));
        }
    }

    private static void programViolations(TrainingSpec spec, List<Violation> found) {
        switch (spec.program()) {
            case TrainingProgram.Builtin builtin -> {
                if (!ALGORITHMS.contains(builtin.algorithm())) {
                    found.add(new Violation(
                            "program.algorithm",
                            "must be one of %s, was '%s'".formatted(ALGORITHMS, builtin.algorithm())));
                }
                if (spec.data() == null) {
                    found.add(new Violation("data", "the built-in trainer needs a dataset"));
                }
                int bytes = Json.write(orElse(builtin.params(), Map.of())).getBytes(StandardCharsets.UTF_8).length;
                if (bytes > MOST_BYTES_OF_PARAMS) {
                    found.add(new Violation(
                            "program.params",
                            "must have at most %d bytes as JSON, had %d".formatted(MOST_BYTES_OF_PARAMS, bytes)));
                }
                UnkeepableText.problemWithin(builtin.params())
                        .ifPresent(why -> found.add(new Violation("program.params", why)));
            }
            case TrainingProgram.Command command -> {
                argumentViolations(command.command(), found);
                orElse(command.code(), List.<String>of()).forEach(upload -> argument("program.code", upload, found));
            }
        }
    }

    private static void argumentViolations(List<String> command, List<Violation> found) {
        int before = found.size();
        for (int i = 0; i < command.size(); i++) {
            argument("program.command[%d]".formatted(i), command.get(i), found);
        }
        if (found.size() == before && (command.isEmpty() || command.getFirst().isBlank())) {
            found.add(new Violation("program.command", "needs at least the name of an executable"));
        }
    }

    private static void argument(String field, String text, List<Violation> found) {
        ProcessArguments.problem(text).ifPresent(why -> found.add(new Violation(field, why)));
    }

    private static void resourceViolations(@Nullable TrainingResources resources, List<Violation> found) {
        if (resources == null) {
            return;
        }
        if (resources.cpus() != null && !(resources.cpus() > 0 && resources.cpus() <= 4096)) {
            found.add(new Violation("resources.cpus", "must be more than 0 and at most 4096, was " + resources.cpus()));
        }
        if (resources.memoryBytes() != null && resources.memoryBytes() < 16L << 20) {
            found.add(new Violation(
                    "resources.memoryBytes", "must be at least 16777216 (16 MiB), was " + resources.memoryBytes()));
        }
        if (resources.gpus() != null && (resources.gpus() < 0 || resources.gpus() > 1024)) {
            found.add(new Violation("resources.gpus", "must be between 0 and 1024, was " + resources.gpus()));
        }
    }

    /**
     * The column to predict in the data that was found.
     *
     * @throws TrineException {@code VALIDATION_FAILED} when none is named, or it is not there
     */
    static String labelColumn(TrainingSet data, Datasets.Reading reading) {
        String label = data.labelColumn() == null ? reading.labelColumn() : data.labelColumn();
        if (label == null) {
            throw TrineException.invalid(
                    "data.labelColumn",
                    "version %d of '%s' names no label column; name one of %s"
                            .formatted(reading.version(), reading.datasetName(), shortened(reading.columns())));
        }
        if (!reading.columns().contains(label)) {
            throw TrineException.invalid(
                    "data.labelColumn",
                    "'%s' is not a column of version %d of '%s'; it has %s"
                            .formatted(label, reading.version(), reading.datasetName(), shortened(reading.columns())));
        }
        return label;
    }

    static Resources resources(TrainingSpec complete) {
        TrainingResources asked = orElse(complete.resources(), DEFAULT_RESOURCES);
        return new Resources(orElse(asked.cpus(), 1.0), orElse(asked.memoryBytes(), 1L << 30), orElse(asked.gpus(), 0));
    }

    private static String shortened(List<String> columns) {
        return columns.size() <= 8
                ? columns.toString()
                : columns.subList(0, 4) + " … " + columns.subList(columns.size() - 2, columns.size());
    }

    static <T> T orElse(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }
}
