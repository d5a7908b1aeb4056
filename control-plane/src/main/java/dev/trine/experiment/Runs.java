package dev.trine.experiment;

import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Experiments.RunStatus;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs as a person, or a program in a person's name, keeps and reads them. */
public interface Runs {

    /** Begins a run in state RUNNING. */
    RunId open(ProjectScope scope, ExperimentId experiment, String name, Map<String, String> tags, Instant startedAt);

    /** @throws dev.trine.shared.TrineException {@code NOT_FOUND} */
    Run require(ProjectId project, RunId id);

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
