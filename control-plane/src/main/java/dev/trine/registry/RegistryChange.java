package dev.trine.registry;

import dev.trine.identity.ProjectId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has changed in the registry, published in the change's transaction: what listens takes part in it.
 */
public sealed interface RegistryChange {

    ProjectId project();

    /** The model's name. */
    String model();

    /** There is a new model. */
    record Created(ProjectId project, String model, String description, Map<String, String> tags)
            implements RegistryChange {
        public Created {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * A model has a tag, or has it no longer.
     *
     * @param value null if it was removed
     */
    record Tagged(
            ProjectId project,
            String model,
            String key,
            @Nullable String value) implements RegistryChange {}

    /**
     * An alias points to a version, or is no more.
     *
     * @param version null if it was removed
     */
    record Aliased(
            ProjectId project,
            String model,
            String alias,
            @Nullable Integer version) implements RegistryChange {}

    /** There is a new version. */
    record VersionRegistered(ProjectId project, ModelVersion version) implements RegistryChange {
        @Override
        public String model() {
            return version.name();
        }
    }

    /**
     * A version has a tag, or has it no longer.
     *
     * @param value null if it was removed
     */
    record VersionTagged(
            ProjectId project,
            String model,
            int version,
            String key,
            @Nullable String value) implements RegistryChange {}
}
