package dev.trine.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Plans;
import dev.trine.experiment.Experiments.MetricPoint;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Of a long history some points are read. */
class RunHistoryTest {

    @Test
    void aSampleHasTheFirstTheLastAndAboutAsManyPointsAsAskedFor() {
        var run = new RunId(Plans.PROJECT);
        try (var database = new Plans("""
                INSERT INTO experiments (id, project_id, name, created_at, updated_at)
                SELECT id, id, 'e', now(), now() FROM projects;
                INSERT INTO runs (id, project_id, experiment_id, name, status, created_at, started_at)
                SELECT id, id, id, 'r', 'RUNNING', now(), now() FROM projects;
                """)) {
            var runs = new RunStore(database.jdbc(), database.named());
            runs.addMetrics(
                    run,
                    IntStream.range(0, 10)
                            .mapToObj(step -> new MetricPoint("loss", 1.0 / (step + 1), step, 7))
                            .toList());

            assertThat(runs.sampled(run, "loss", 4))
                    .hasSizeBetween(3, 6)
                    .extracting(MetricPoint::step)
                    .startsWith(0L)
                    .endsWith(9L);
            assertThat(runs.sampled(run, "loss", 100)).hasSize(10);
        }
    }
}
