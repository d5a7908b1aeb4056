package dev.trine.experiment;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The models that clients logged apart from their run. */
public interface LoggedModels {

    /**
     * Makes one that waits for its files.
     *
     * @param run the run that logs it, if one does
     */
    LoggedModel create(
            ProjectScope scope,
            ExperimentId experiment,
            @Nullable RunId run,
            String name,
            String modelType,
            Map<String, String> params,
            Map<String, String> tags);

    /** The model, also one that was deleted. */
    Optional<LoggedModel> find(ProjectId project, LoggedModelId id);

    /**
     * A page of the models of some experiments; without an order the newest first.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<LoggedModel> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<LoggedModelColumn> search,
            @Nullable String token,
            int size);

    /** Those of these that the project has, the deleted ones, too. */
    Set<LoggedModelId> known(ProjectId project, Collection<LoggedModelId> ids);

    /** Sets the status if one is given, and adds params and tags to those it has. */
    void update(
            LoggedModelId id,
            LoggedModel.@Nullable Status status,
            Map<String, String> params,
            Map<String, String> tags);

    /** Whether the tag was there. */
    boolean deleteTag(LoggedModelId id, String key);

    /** Takes it from the users' sight; its row and files stay. */
    void delete(ProjectScope scope, LoggedModelId id);
}
