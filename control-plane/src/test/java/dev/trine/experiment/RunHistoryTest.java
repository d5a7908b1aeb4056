package dev.trine.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Plans;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Runs.RunPoint;
import dev.trine.experiment.Runs.Steps;
import dev.trine.identity.ProjectId;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept of metrics, and which points of a long history are read. */
class RunHistoryTest {

    private static final Plans DATABASE = new Plans("""
            INSERT INTO experiments (id, project_id, name, created_at, updated_at)
            SELECT id, id, 'e', now(), now() FROM projects;
            INSERT INTO runs (id, project_id, experiment_id, name, status, created_at, started_at)
            SELECT run, projects.id, projects.id, 'r', 'RUNNING', now(), now()
              FROM projects, unnest(ARRAY['%s'::uuid, '%s'::uuid]) AS run
             WHERE projects.id = '%s';
            """.formatted(new UUID(0, 1), new UUID(0, 2), Plans.PROJECT));
    private static final MetricStore METRICS = new MetricStore(DATABASE.jdbc());
    private static final ProjectId PROJECT = new ProjectId(Plans.PROJECT);
    private static final RunId FIRST = new RunId(new UUID(0, 1));
    private static final RunId SECOND = new RunId(new UUID(0, 2));

    @BeforeAll
    static void tenStepsInOneRunAndTwentyInTheOther() {
        METRICS.add(FIRST, steps(10));
        METRICS.add(SECOND, steps(20));
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    private static List<MetricPoint> steps(int many) {
        return IntStream.range(0, many)
                .mapToObj(step -> new MetricPoint("loss", 1.0 / (step + 1), step, 7))
                .toList();
    }

    private static List<Long> stepsOf(List<RunPoint> points) {
        return points.stream().map(point -> point.point().step()).toList();
    }

    @ParameterizedTest
    @CsvSource({"1, 9", "2, 0 9", "4, 0 3 6 9", "5, 0 2 4 6 9", "10, 0 1 2 3 4 5 6 7 8 9", "100, 0 1 2 3 4 5 6 7 8 9"})
    void aSampleHasTheFirstTheLastAndAsManyPointsAsAskedFor(int most, String expected) {
        assertThat(stepsOf(METRICS.sampled(List.of(FIRST), "loss", null, most)))
                .containsExactlyElementsOf(
                        List.of(expected.split(" ")).stream().map(Long::valueOf).toList());
    }

    @Test
    void eachRunIsSampledByItselfInTheOrderAskedFor() {
        List<RunPoint> sampled = METRICS.sampled(List.of(SECOND, FIRST), "loss", null, 5);

        assertThat(sampled).extracting(RunPoint::run).startsWith(SECOND).endsWith(FIRST);
        assertThat(stepsOf(sampled)).containsExactly(0L, 4L, 8L, 12L, 19L, 0L, 2L, 4L, 6L, 9L);
    }

    @Test
    void aSampleBetweenTwoStepsHasBothEnds() {
        assertThat(stepsOf(METRICS.sampled(List.of(SECOND), "loss", new Steps(5, 14), 3)))
                .containsExactly(5L, 9L, 14L);
    }

    @Test
    void theFirstPointsOfSeveralRunsComeRunByRun() {
        assertThat(stepsOf(METRICS.points(PROJECT, List.of(SECOND, FIRST), "loss", 12)))
                .containsExactlyElementsOf(LongStream.concat(LongStream.range(0, 10), LongStream.range(0, 2))
                        .boxed()
                        .toList());
        assertThat(METRICS.points(new ProjectId(Plans.SOMEWHERE), List.of(FIRST), "loss", 12))
                .isEmpty();
    }

    @Test
    void theLatestPointIsTheOneOfTheGreatestStepHoweverTheyCome() {
        var late = new MetricPoint("late", 3, 5, 1);
        METRICS.add(FIRST, List.of(new MetricPoint("late", 1, 2, 9), late, new MetricPoint("late", 2, 5, 0)));
        METRICS.add(FIRST, List.of(new MetricPoint("late", 7, 1, 100), late));

        assertThat(METRICS.latest(PROJECT, FIRST)).containsEntry("late", new Run.Latest(3, 5, 1));
        assertThat(METRICS.points(FIRST, "late", null, 10)).hasSize(4);
    }

    @Test
    void whatIsNoNumberIsKeptAndIsTheGreatest() {
        METRICS.add(
                FIRST,
                List.of(new MetricPoint("odd", Double.NaN, 0, 0), new MetricPoint("odd", Double.MAX_VALUE, 0, 0)));

        assertThat(METRICS.latest(PROJECT, FIRST).get("odd"))
                .extracting("value")
                .isEqualTo(Double.NaN);
    }
}
