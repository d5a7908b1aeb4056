package dev.trine.inference;

import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks to be served.
 *
 * @param name lower-case letters, digits and {@code -}; part of the URL
 * @param model a registered model's version
 * @param replicas how many copies, 1 by default
 * @param resources what each copy may use
 */
public record ServiceSpec(
        String name,
        ServedModel model,
        @Nullable Integer replicas,
        @Nullable ServiceResources resources) {

    static final int MAX_REPLICAS = 64;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** A registered model's version by number, or by alias. */
    public record ServedModel(
            String name,
            @Nullable Integer version,
            @Nullable String alias) {}

    /** @param memoryBytes bytes */
    public record ServiceResources(
            @Nullable Double cpus,
            @Nullable Long memoryBytes,
            @Nullable Integer gpus) {}

    /**
     * The spec with its defaults filled in.
     *
     * @throws TrineException {@code VALIDATION_FAILED} with everything that is wrong
     */
    ServiceSpec checked() {
        var found = new ArrayList<Violation>();
        if (!NAME.matcher(name).matches()) {
            found.add(new Violation(
                    "name", "'%s' must have 1 to 63 lower-case letters, digits and inner hyphens".formatted(name)));
        }
        if ((model.version() == null) == (model.alias() == null)) {
            found.add(new Violation("model.version", "give either version or alias"));
        }
        int copies = replicas == null ? 1 : replicas;
        if (copies < 1 || copies > MAX_REPLICAS) {
            found.add(new Violation("replicas", "must be between 1 and %d, was %d".formatted(MAX_REPLICAS, copies)));
        }
        Double cpus = resources == null || resources.cpus() == null ? Double.valueOf(0.25) : resources.cpus();
        Long memory = resources == null || resources.memoryBytes() == null
                ? Long.valueOf(512L << 20)
                : resources.memoryBytes();
        Integer gpus = resources == null || resources.gpus() == null ? Integer.valueOf(0) : resources.gpus();
        if (!(cpus > 0 && cpus <= 4096)) {
            found.add(new Violation("resources.cpus", "must be more than 0 and at most 4096, was " + cpus));
        }
        if (memory < 64L << 20) {
            found.add(new Violation("resources.memoryBytes", "must be at least 67108864 (64 MiB), was " + memory));
        }
        if (gpus < 0) {
            found.add(new Violation("resources.gpus", "must not be negative, was " + gpus));
        }
        if (!found.isEmpty()) {
            throw TrineException.invalid(found);
        }
        return new ServiceSpec(name, model, copies, new ServiceResources(cpus, memory, gpus));
    }
}
