package dev.trine.experiment;

import dev.trine.Plans;
import dev.trine.identity.ProjectId;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Search;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The lists of this module read their page from an index. */
class ExperimentPlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO experiments (id, project_id, name, created_at, updated_at)
            SELECT uuidv7(), p.id, 'e' || n, now(), now() FROM projects p, generate_series(1, 100) n;
            INSERT INTO experiments (id, project_id, name, created_at, updated_at)
            SELECT u.id, u.id, 'with runs', now(), now() FROM users u;
            INSERT INTO runs (id, project_id, experiment_id, name, status, created_at, started_at)
            SELECT uuidv7(), e.project_id, e.id, 'r', 'FINISHED', now(), now()
              FROM experiments e, generate_series(1, CASE e.name WHEN 'with runs' THEN 100 ELSE 1 END);
            INSERT INTO artifacts (owner_id, path, object_key, sha256, size_bytes, created_at)
            SELECT u.id, 'images/' || n, '', '', 0, now() FROM users u, generate_series(1, 100) n;
            """);
    private static final PageRequest FIRST = new PageRequest(50, null);
    private static final PageRequest NEXT = new PageRequest(50, Plans.SOMEWHERE);
    private static final ProjectId PROJECT = new ProjectId(Plans.PROJECT);
    private static final ExperimentStore EXPERIMENTS = new ExperimentStore(PLANS.jdbc());
    private static final RunStore RUNS = new RunStore(PLANS.jdbc(), new MetricStore(PLANS.jdbc()));
    private static final ArtifactStore ARTIFACTS = new ArtifactStore(PLANS.jdbc(), PLANS.named());
    private static final ExperimentId EXPERIMENT = new ExperimentId(Plans.PROJECT);

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void experimentsOfAProject() {
        PLANS.of(() -> EXPERIMENTS.list(PROJECT, FIRST)).uses("experiments_by_project", "project_id =");
        PLANS.of(() -> EXPERIMENTS.list(PROJECT, NEXT)).uses("experiments_by_project", "id <");
    }

    @Test
    void runsOfAProject() {
        PLANS.of(() -> RUNS.list(PROJECT, null, FIRST)).uses("runs_by_project", "project_id =");
        PLANS.of(() -> RUNS.list(PROJECT, null, NEXT)).uses("runs_by_project", "id <");
    }

    @Test
    void runsOfAnExperiment() {
        PLANS.of(() -> RUNS.list(PROJECT, EXPERIMENT, FIRST)).uses("runs_by_experiment", "experiment_id =");
        PLANS.of(() -> RUNS.list(PROJECT, EXPERIMENT, NEXT)).uses("runs_by_experiment", "id <");
    }

    @Test
    void runsOfAnExperimentByTheirStart() {
        var latest = new Search<RunColumn>(Search.Stage.ACTIVE, List.of(), List.of());
        List<ExperimentId> within = List.of(EXPERIMENT);
        String token = RUNS.search(PROJECT, within, latest, null, 50).nextPageToken();
        PLANS.of(() -> RUNS.search(PROJECT, within, latest, null, 50)).uses("runs_by_start", "experiment_id =");
        PLANS.of(() -> RUNS.search(PROJECT, within, latest, token, 50)).uses("runs_by_start", "started_at <=");
    }

    @Test
    void anExperimentByItsNumber() {
        PLANS.of(() -> EXPERIMENTS.byNumber(PROJECT, 1)).uses("experiments_by_number", "number =");
    }

    @Test
    void artifactsOfARun() {
        PLANS.of(() -> ARTIFACTS.below(new RunId(Plans.PROJECT), "", new NamedPageRequest(50, null)))
                .uses("artifacts_pkey", "owner_id =");
        PLANS.of(() -> ARTIFACTS.below(new RunId(Plans.PROJECT), "images", new NamedPageRequest(50, "images/5")))
                .uses("artifacts_pkey", "path >");
    }
}
