package dev.trine.experiment;

import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Runs.RunPoint;
import dev.trine.experiment.Runs.Steps;
import dev.trine.identity.ProjectId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Repository;

/** Rows of {@code run_metrics}, and the latest of each in {@code run_latest_metrics}. */
@Repository
class MetricStore {

    private final JdbcClient jdbc;

    MetricStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds points; of one that is there already nothing changes. */
    void add(RunId run, List<MetricPoint> points) {
        add(run, points, "ON CONFLICT DO NOTHING");
    }

    /**
     * The same in a third of the time, for PostgreSQL need not look whether a point is there before it writes it.
     *
     * @throws org.springframework.dao.DuplicateKeyException if one is there, or is told twice; the transaction has failed then
     */
    void addNew(RunId run, List<MetricPoint> points) {
        add(run, points, "");
    }

    /** In one order whatever the order they came in, so that no two writers wait for each other. */
    private void add(RunId run, List<MetricPoint> points, String onConflict) {
        if (points.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        WITH told AS (
                            SELECT id AS run_id, project_id, key, step, timestamp_ms, value
                              FROM runs,
                                   unnest(:keys::text[], :steps::bigint[], :timestamps::bigint[], :values::double precision[])
                                       AS point (key, step, timestamp_ms, value)
                             WHERE id = :run),
                        added AS (
                            INSERT INTO run_metrics (run_id, project_id, key, step, timestamp_ms, value)
                            SELECT run_id, project_id, key, step, timestamp_ms, value FROM told ORDER BY key, step, timestamp_ms, value
                            %s)
                        INSERT INTO run_latest_metrics AS latest (run_id, project_id, key, step, timestamp_ms, value)
                        SELECT DISTINCT ON (key) run_id, project_id, key, step, timestamp_ms, value FROM told
                         ORDER BY key, step DESC, timestamp_ms DESC, value DESC
                        ON CONFLICT (run_id, key) DO UPDATE
                           SET step = excluded.step, timestamp_ms = excluded.timestamp_ms, value = excluded.value
                         WHERE (excluded.step, excluded.timestamp_ms, excluded.value)
                             > (latest.step, latest.timestamp_ms, latest.value)
                        """.formatted(onConflict))
                .param("run", run.value())
                .param("keys", points.stream().map(MetricPoint::key).toArray(String[]::new))
                .param("steps", points.stream().mapToLong(MetricPoint::step).toArray())
                .param(
                        "timestamps",
                        points.stream().mapToLong(MetricPoint::timestamp).toArray())
                .param("values", points.stream().mapToDouble(MetricPoint::value).toArray())
                .update();
    }

    /** Points of a metric by step, time and value, from after a point on. */
    List<MetricPoint> points(RunId run, String key, @Nullable MetricPoint after, int limit) {
        return jdbc.sql("""
                        SELECT key, value, step, timestamp_ms FROM run_metrics
                         WHERE run_id = :run AND key = :key
                           AND (:step::bigint IS NULL OR (step, timestamp_ms, value) > (:step, :timestamp, :value))
                         ORDER BY step, timestamp_ms, value
                         LIMIT :limit
                        """)
                .param("run", run.value())
                .param("key", key)
                .param("step", after == null ? null : after.step(), Types.BIGINT)
                .param("timestamp", after == null ? null : after.timestamp(), Types.BIGINT)
                .param("value", after == null ? null : after.value(), Types.DOUBLE)
                .param("limit", limit)
                .query(MetricStore::point)
                .list();
    }

    /** The first points of a metric of the project's runs among these, by run, time, step and value. */
    List<RunPoint> points(ProjectId project, Collection<RunId> runs, String key, int limit) {
        return jdbc.sql("""
                        SELECT run_id, key, value, step, timestamp_ms
                          FROM run_metrics
                         WHERE run_id = ANY (:runs) AND key = :key AND project_id = :project
                         ORDER BY run_id, timestamp_ms, step, value
                         LIMIT :limit
                        """)
                .param("runs", values(runs))
                .param("key", key)
                .param("project", project.value())
                .param("limit", limit)
                .query(MetricStore::runPoint)
                .list();
    }

    /**
     * Of the points of a metric of each run the first one of each of {@code most} equal parts, of the last part the last one instead:
     * all points if these are no more.
     *
     * @return by run, in the order asked for, and then by step, time and value
     */
    List<RunPoint> sampled(Collection<RunId> runs, String key, @Nullable Steps steps, int most) {
        return jdbc.sql("""
                        SELECT run_id, key, value, step, timestamp_ms
                          FROM (SELECT DISTINCT ON (run_id, part) *
                                  FROM (SELECT run_id, key, value, step, timestamp_ms,
                                               row_number() OVER in_order AS number, ntile(:most) OVER in_order AS part
                                          FROM run_metrics
                                         WHERE run_id = ANY (:runs) AND key = :key
                                           AND (:from::bigint IS NULL OR step BETWEEN :from AND :to)
                                        WINDOW in_order AS (PARTITION BY run_id ORDER BY step, timestamp_ms, value)) AS numbered
                                 ORDER BY run_id, part, CASE WHEN part = :most THEN -number ELSE number END) AS kept
                         ORDER BY array_position(:runs, run_id), number
                        """)
                .param("runs", values(runs))
                .param("key", key)
                .param("from", steps == null ? null : steps.from(), Types.BIGINT)
                .param("to", steps == null ? null : steps.to(), Types.BIGINT)
                .param("most", most)
                .query(MetricStore::runPoint)
                .list();
    }

    /** The latest point of each metric of a run, if it is the project's. */
    Map<String, Run.Latest> latest(ProjectId project, RunId run) {
        return latest(jdbc.sql("""
                        SELECT m.run_id, m.key, m.value, m.step, m.timestamp_ms
                          FROM run_latest_metrics m JOIN runs r ON r.id = m.run_id
                         WHERE m.run_id = :run AND r.project_id = :project AND r.deleted_at IS NULL
                        """).param("run", run.value()).param("project", project.value()))
                .getOrDefault(run, Map.of());
    }

    /** The same of several runs, whosever they are. */
    Map<RunId, Map<String, Run.Latest>> latest(Collection<RunId> runs) {
        return latest(jdbc.sql(
                        "SELECT run_id, key, value, step, timestamp_ms FROM run_latest_metrics WHERE run_id = ANY (:runs)")
                .param("runs", values(runs)));
    }

    private static Map<RunId, Map<String, Run.Latest>> latest(StatementSpec statement) {
        var all = new HashMap<RunId, Map<String, Run.Latest>>();
        statement
                .query(MetricStore::runPoint)
                .list()
                .forEach(found -> all.computeIfAbsent(found.run(), run -> new HashMap<>())
                        .put(
                                found.point().key(),
                                new Run.Latest(
                                        found.point().value(),
                                        found.point().step(),
                                        found.point().timestamp())));
        return all;
    }

    private static UUID[] values(Collection<RunId> runs) {
        return runs.stream().map(RunId::value).toArray(UUID[]::new);
    }

    private static RunPoint runPoint(ResultSet row, int number) throws SQLException {
        return new RunPoint(new RunId(row.getObject("run_id", UUID.class)), point(row, number));
    }

    private static MetricPoint point(ResultSet row, int number) throws SQLException {
        return new MetricPoint(
                row.getString("key"), row.getDouble("value"), row.getLong("step"), row.getLong("timestamp_ms"));
    }
}
