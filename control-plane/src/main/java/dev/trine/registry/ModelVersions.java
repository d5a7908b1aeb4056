package dev.trine.registry;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Versions of registered models as a person, or a program in a person's name, keeps and reads them. What changes one is
 * {@code NOT_FOUND} where there is none.
 */
public interface ModelVersions {

    /** Makes the next version of a model. */
    ModelVersion register(ProjectScope scope, String name, Registration asked);

    Optional<ModelVersion> find(ProjectId project, String name, int number);

    Optional<ModelVersion> find(ProjectId project, ModelVersionId id);

    Optional<ModelVersion> aliased(ProjectId project, String name, String alias);

    /** The newest version in each stage of each of these models, oldest first. */
    List<ModelVersion> latest(ProjectId project, Collection<ModelId> models);

    /**
     * A page of the versions of the project's models, the last changed first where the search says no order.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<ModelVersion> search(ProjectId project, Search<ModelVersionColumn> search, @Nullable String token, int size);

    /** Its files with the objects that hold their bytes. */
    List<Artifact> files(ModelVersionId version);

    void describe(ProjectScope scope, String name, int number, String description);

    void tag(ProjectScope scope, String name, int number, String key, String value);

    /** Removes a tag, if it was there. */
    void deleteTag(ProjectScope scope, String name, int number, String key);

    /**
     * Moves a version to a stage.
     *
     * @param archiveOthers whether those that are there go to the archive
     */
    void move(ProjectScope scope, String name, int number, ModelStage stage, boolean archiveOthers);

    /** Deletes it, and the aliases that point to it; what serves it goes on. */
    void delete(ProjectScope scope, String name, int number);
}
