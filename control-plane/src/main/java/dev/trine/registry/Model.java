package dev.trine.registry;

import java.time.Instant;
import java.util.Map;

/**
 * A registered model.
 *
 * @param latestVersion number of the newest version, 0 before the first
 * @param aliases alias to version number
 */
record Model(
        ModelId id,
        String name,
        String description,
        int latestVersion,
        Map<String, Integer> aliases,
        Instant createdAt,
        Instant updatedAt,
        long version) {
    Model {
        aliases = Map.copyOf(aliases);
    }
}
