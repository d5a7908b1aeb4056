package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.IdSource;
import dev.trine.shared.TrineException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Scorers, and who deleted them. */
@Service
class ScorerService implements Scorers {

    private final ScorerStore scorers;
    private final Audit audit;
    private final IdSource ids;
    /** Characters; lists of them come whole. */
    private static final long LONGEST_IN_ALL = 16_000_000;

    private final Clock clock;

    ScorerService(ScorerStore scorers, Audit audit, IdSource ids, Clock clock) {
        this.scorers = scorers;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public ScorerVersion register(ProjectId project, ExperimentId experiment, String name, String definition) {
        Instant now = clock.instant();
        ScorerId scorer = scorers.ensure(project, new ScorerId(ids.next()), experiment, name);
        if (scorers.length(project) + definition.length() > LONGEST_IN_ALL) {
            throw TrineException.invalid(
                    "serialized_scorer",
                    "the scorers of a project have at most %d characters in all; delete versions that nobody uses"
                            .formatted(LONGEST_IN_ALL));
        }
        int version = scorers.addVersion(project, scorer, definition, now);
        return new ScorerVersion(scorer, experiment, name, version, definition, now);
    }

    @Override
    public List<ScorerVersion> latest(ProjectId project, @Nullable Collection<ExperimentId> experiments) {
        return scorers.latest(project, experiments);
    }

    @Override
    public List<ScorerVersion> versions(ProjectId project, ExperimentId experiment, String name) {
        return scorers.versions(project, experiment, name);
    }

    @Override
    public Optional<ScorerVersion> find(
            ProjectId project, ExperimentId experiment, String name, @Nullable Integer version) {
        return scorers.find(project, experiment, name, version);
    }

    @Override
    @Transactional
    public boolean delete(ProjectScope scope, ExperimentId experiment, String name, @Nullable Integer version) {
        boolean deleted = version == null
                ? scorers.delete(scope.projectId(), experiment, name)
                : scorers.deleteVersion(scope.projectId(), experiment, name, version);
        if (deleted) {
            audit.record(
                    scope,
                    "scorer.delete",
                    experiment.toString(),
                    Map.of("name", name, "version", version == null ? "all" : version.toString()));
        }
        return deleted;
    }
}
