package dev.trine.registry;

import java.time.Instant;
import java.util.Map;

/**
 * A registered model.
 *
 * @param latestVersion number of the newest version, 0 when there is none
 * @param aliases alias to version number
 */
public record Model(
        ModelId id,
        String name,
        String description,
        int latestVersion,
        Map<String, Integer> aliases,
        Map<String, String> tags,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    public Model {
        aliases = Map.copyOf(aliases);
        tags = Map.copyOf(tags);
    }
}
