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
import org.jspecify.annotations.Nullable;

/** Runs as a person, or a program in a person's name, keeps and reads them. */
public interface Runs {

    /** Begins a run in state RUNNING. */
    RunId open(ProjectScope scope, ExperimentId experiment, String name, Map<String, String> tags, Instant startedAt);

    /** The run, also one that was deleted. */
    Optional<Run> find(ProjectId project, RunId id);

    /**
     * A page of the runs of some experiments.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<Run> search(
            ProjectId project, Collection<ExperimentId> experiments, Search search, @Nullable String token, int size);

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

    /** Whether the tag was there. */
    boolean deleteTag(RunId run, String key);

    /** Points of a metric by step, time and value, from after a point on. */
    List<MetricPoint> history(RunId run, String key, @Nullable MetricPoint after, int limit);
}
