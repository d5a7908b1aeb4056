package dev.trine.experiment;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    Optional<LoggedModel> find(ProjectId project, LoggedModelId id);

    /**
     * The models of some experiments, newest first.
     *
     * @param name only those of this name
     * @param after only those older than this one
     */
    List<LoggedModel> search(
            ProjectId project,
            List<ExperimentId> experiments,
            @Nullable String name,
            @Nullable LoggedModelId after,
            int limit);

    /** The models of some runs, oldest first. */
    List<LoggedModel> ofRuns(ProjectId project, Collection<RunId> runs);

    /** Sets the status if one is given, and adds params and tags to those it has. */
    void update(
            LoggedModelId id,
            LoggedModel.@Nullable Status status,
            Map<String, String> params,
            Map<String, String> tags);
}
