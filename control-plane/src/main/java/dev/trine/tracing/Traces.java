package dev.trine.tracing;

import dev.trine.experiment.ExperimentId;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Traces as programs tell them, and people read and judge them. */
public interface Traces {

    /** Writes down what a client tells of a whole trace; what its spans have told of it before gives way to that. */
    void put(ProjectScope scope, Trace trace);

    /**
     * Adds spans; one that is told again takes the place of what was told. A trace that is not there is made, and what of it has
     * not been told as a whole is what its spans say.
     */
    void addSpans(ProjectId project, ExperimentId experiment, List<TraceSpan> spans);

    /** Writes down what a client tells anew of a trace that it has told before; empty if it is not there any more. */
    Optional<Trace> change(ProjectScope scope, String id, UnaryOperator<Trace> change);

    /** Adds spans to a trace; false if it is not there any more. */
    boolean addSpans(ProjectId project, String id, List<TraceSpan> spans);

    /** Keeps a file whose bytes are a blob already with a trace; one of the same path is replaced. False if the trace is gone. */
    boolean attach(ProjectId project, String id, Artifact file);

    /** A file that is kept with a trace. */
    Optional<Artifact> file(ProjectId project, String id, String path);

    /** The files that are kept with a trace, by their paths. */
    List<Artifact> files(ProjectId project, String id);

    Optional<Trace> find(ProjectId project, String id);

    /** Those of these that there are, in their order. */
    List<Trace> find(ProjectId project, Collection<String> ids);

    /** The spans of some traces by trace, the earliest first. */
    Map<String, List<TraceSpan>> spans(ProjectId project, Collection<String> ids);

    /**
     * A page of the traces of some experiments; without an order the latest first.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<Trace> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<TraceColumn> search,
            @Nullable String token,
            int size);

    /** Deletes for ever; how many there were. */
    int delete(ProjectScope scope, ExperimentId experiment, Collection<String> ids);

    /**
     * The same of those that began until a moment, the oldest first.
     *
     * @param most at most so many
     */
    int deleteUntil(ProjectScope scope, ExperimentId experiment, Instant moment, int most);

    void tag(ProjectId project, String id, String key, String value);

    /** Whether the tag was there. */
    boolean deleteTag(ProjectId project, String id, String key);

    /** Makes traces a run's, too, or some of several. */
    void link(ProjectId project, Collection<String> ids, String run);

    /** The runs that some traces belong to by trace, in the order of their ids. */
    Map<String, List<RunId>> runs(ProjectId project, Collection<String> ids);

    /** Adds an assessment, or changes one of this id. */
    void assess(ProjectId project, Assessment assessment);

    Optional<Assessment> assessment(ProjectId project, String trace, String id);

    /** Whether it was there. */
    boolean deleteAssessment(ProjectId project, String trace, String id);
}
