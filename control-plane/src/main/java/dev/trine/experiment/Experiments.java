package dev.trine.experiment;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.UserId;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a neighbour may ask of experiments: find and make them, keep a run for a job. All methods join the caller's transaction. */
public interface Experiments {

    /** The experiment of that name in the project, made if it is not there, restored if it was deleted. */
    ExperimentId ensure(ProjectId project, String name);

    /**
     * Makes an experiment.
     *
     * @throws dev.trine.shared.TrineException {@code ALREADY_EXISTS}
     */
    Experiment create(ProjectScope scope, String name, Map<String, String> tags);

    /** @throws dev.trine.shared.TrineException {@code NOT_FOUND} */
    Experiment experiment(ProjectId project, ExperimentId id);

    /** The experiment of that name, if the project has one; also one that was deleted. */
    Optional<Experiment> named(ProjectId project, String name);

    /** The same by its number. */
    Optional<Experiment> numbered(ProjectId project, long number);

    /** Those of several that there are, by their numbers, in no order. */
    List<Experiment> numbered(ProjectId project, Collection<Long> numbers);

    /** The same by their ids. */
    List<Experiment> known(ProjectId project, Collection<ExperimentId> ids);

    /** The project's own experiment, number {@value Experiment#DEFAULT_NUMBER}; made if it is not there. */
    Experiment usual(ProjectId project);

    /**
     * A page of the project's experiments.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<Experiment> search(ProjectId project, Search<ExperimentColumn> search, @Nullable String token, int size);

    /** @throws dev.trine.shared.TrineException {@code ALREADY_EXISTS} */
    void rename(ProjectScope scope, ExperimentId id, String name);

    /** Takes it and its runs from the users' sight; all can be restored, and the name stays taken. */
    void delete(ProjectScope scope, ExperimentId id);

    /** Brings it back with all its runs. */
    void restore(ProjectScope scope, ExperimentId id);

    void tag(ExperimentId id, String key, String value);

    /** Whether the tag was there. */
    boolean deleteTag(ExperimentId id, String key);

    /** Starts a run in state RUNNING. */
    RunId startRun(
            ProjectId project, ExperimentId experiment, String name, @Nullable UserId user, Map<String, String> tags);

    /**
     * Adds params, metrics and tags that a program has told and that cannot be answered any more, in its order: nothing of it is
     * refused. Of a param with several values the first one stays, and the run's tag {@value #WARNING_TAG} says so.
     */
    void logTold(RunId run, List<Param> params, List<MetricPoint> metrics, Map<String, String> tags);

    /** The tag of a run that tells what of the program's own words was left out. */
    String WARNING_TAG = "trine.warning";

    /** Ends a run. */
    void endRun(RunId run, RunStatus status, Instant at);

    /** Adds files that are in the object store already to a run's artifacts, under {@code path}. */
    void addArtifacts(RunId run, List<Artifact> artifacts);

    /** All artifacts at or below a path, sorted; the empty path for all. */
    List<Artifact> artifacts(ProjectId project, RunId run, String path);

    /** @throws dev.trine.shared.TrineException {@code NOT_FOUND} */
    RunSummary run(ProjectId project, RunId run);

    /** The latest point of each metric, by key; none of a run that the project does not have. */
    List<MetricPoint> latest(ProjectId project, RunId run);

    enum RunStatus {
        RUNNING,
        SCHEDULED,
        FINISHED,
        FAILED,
        KILLED
    }

    record Param(String key, String value) {}

    /** @param timestamp milliseconds since the epoch */
    record MetricPoint(String key, double value, long step, long timestamp) {}

    record Artifact(String path, String objectKey, String sha256, long sizeBytes) {}

    /** @param latest the latest point of each metric, by key */
    record RunSummary(
            RunId id,
            ExperimentId experimentId,
            String name,
            RunStatus status,
            Map<String, String> tags,
            List<MetricPoint> latest) {}
}
