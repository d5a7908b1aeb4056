package dev.trine.data;

import dev.trine.identity.ProjectId;
import java.time.Instant;
import java.util.List;

/**
 * A named collection of immutable versions.
 *
 * @param latestVersion number of the newest version; 0 before the first
 */
public record Dataset(
        DatasetId id,
        ProjectId projectId,
        String name,
        String description,
        List<String> tags,
        int latestVersion,
        Instant createdAt,
        Instant updatedAt,
        long version) {
    public Dataset {
        tags = List.copyOf(tags);
    }
}
