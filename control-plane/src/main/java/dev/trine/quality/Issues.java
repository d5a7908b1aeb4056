package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Issues, as people and judges tell and settle them. */
public interface Issues {

    void create(ProjectId project, Issue issue);

    Optional<Issue> find(ProjectId project, IssueId id);

    /** The issue as it is then; empty if it is not there. */
    Optional<Issue> change(ProjectId project, IssueId id, Issue.Change change);

    /**
     * A page of the project's issues: the severest first, of these the latest.
     *
     * @param experiments whose issues; null for all of the project
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<Issue> search(
            ProjectId project,
            @Nullable Collection<ExperimentId> experiments,
            Search<IssueColumn> search,
            @Nullable String token,
            int size);
}
