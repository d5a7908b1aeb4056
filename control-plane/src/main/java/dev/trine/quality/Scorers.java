package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Scorers: what judges the answers of programs that call models, in versions. */
public interface Scorers {

    /** Makes a version, whose number is one more than the greatest there is, and with the first one the scorer. */
    ScorerVersion register(ProjectId project, ExperimentId experiment, String name, String definition);

    /**
     * The latest version of each scorer, sorted by name.
     *
     * @param experiments whose scorers; null for all of the project
     */
    List<ScorerVersion> latest(ProjectId project, @Nullable Collection<ExperimentId> experiments);

    /** All versions, the first one first. */
    List<ScorerVersion> versions(ProjectId project, ExperimentId experiment, String name);

    /** @param version null for the latest */
    Optional<ScorerVersion> find(ProjectId project, ExperimentId experiment, String name, @Nullable Integer version);

    /**
     * Deletes for ever.
     *
     * @param version null for the scorer with all of them
     * @return whether it was there
     */
    boolean delete(ProjectScope scope, ExperimentId experiment, String name, @Nullable Integer version);
}
