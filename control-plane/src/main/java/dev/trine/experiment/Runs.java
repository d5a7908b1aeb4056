package dev.trine.experiment;

import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs as a person, or a program in a person's name, keeps and reads them. */
public interface Runs {

    /** Begins a run in state RUNNING; the run as it is then. */
    Run open(ProjectScope scope, ExperimentId experiment, String name, Map<String, String> tags, Instant startedAt);

    /** The run, also one that was deleted. */
    Optional<Run> find(ProjectId project, RunId id);

    /** The same without what was logged. */
    Optional<RunPlace> place(ProjectId project, RunId id);

    /**
     * A page of the runs of some experiments.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<Run> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<RunColumn> search,
            @Nullable String token,
            int size);

    /** Takes it from the users' sight; its rows and files stay. */
    void delete(ProjectScope scope, RunId run);

    void restore(ProjectScope scope, RunId run);

    /** Changes what is given of a run, and leaves the rest as it is. */
    void update(
            ProjectScope scope,
            RunId run,
            @Nullable RunStatus status,
            @Nullable Instant endedAt,
            @Nullable String name);

    /**
     * Adds what a client logs at once, all of it or nothing.
     *
     * @throws dev.trine.shared.TrineException {@code CONFLICT} of a param that is there with another value
     */
    void log(ProjectScope scope, RunId run, Batch batch);

    /**
     * What a client logs at once.
     *
     * @param name a new name for the run, if it gets one
     * @param measures what of {@code metrics} is told of logged models
     */
    record Batch(
            @Nullable String name,
            Map<String, String> params,
            List<MetricPoint> metrics,
            List<Measure> measures,
            Map<String, String> tags) {}

    /**
     * A metric of a logged model that a run measured.
     *
     * @param on what it was measured on, if that was said
     */
    record Measure(
            LoggedModelId model,
            MetricPoint point,
            @Nullable DatasetName on) {}

    /**
     * Adds to a tag that is a list in JSON; one that is something else is replaced.
     *
     * @param json a list
     */
    void appendToTag(RunId run, String key, String json);

    /** Whether the tag was there. */
    boolean deleteTag(RunId run, String key);

    /** Points of a metric by step, time and value, from after a point on. */
    List<MetricPoint> history(RunId run, String key, @Nullable MetricPoint after, int limit);

    /** The first points of a metric of several runs, by run, time, step and value; none of runs that the project does not have. */
    List<RunPoint> history(ProjectId project, Collection<RunId> runs, String key, int limit);

    /**
     * Points of a metric that stand for all between two steps, at most so many of each run: the first and the last one, and others
     * evenly between.
     *
     * @param steps null for all
     * @return by run, in the order asked for, and then by step, time and value
     */
    List<RunPoint> sampled(Collection<RunId> runs, String key, @Nullable Steps steps, int most);

    /** Those of the runs that the project has, deleted ones too. */
    Set<RunId> known(ProjectId project, Collection<RunId> runs);

    record RunPoint(RunId run, MetricPoint point) {}

    /** From one step to another, both included. */
    record Steps(long from, long to) {}

    /** Adds to what a run was given; of what it has already nothing changes. */
    void addInputs(
            ProjectScope scope, RunPlace run, List<LoggedDataset.Input> datasets, Collection<LoggedModelId> models);

    /** Adds logged models to what came of a run, each with the run's own count when it made the model. */
    void addOutputs(RunId run, Map<LoggedModelId, Long> steps);

    /** What some runs were given, and what came of them. */
    Map<RunId, RunLineage> lineage(ProjectId project, Collection<RunId> runs);

    /** The datasets that some experiments' runs were given, at most so many. */
    List<LoggedDataset.Use> usedDatasets(ProjectId project, Collection<ExperimentId> experiments, int most);
}
