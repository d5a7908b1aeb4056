package dev.trine.tracing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.trine.experiment.RunId;
import dev.trine.identity.ProjectId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code trace_runs}: which runs traces belong to. */
@Repository
class TraceRunStore {

    private record Link(String trace, RunId run) {}

    /** Of ids of runs, before the digits that clients know. */
    private static final String PREFIX = "run_";

    private final JdbcClient jdbc;

    TraceRunStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What {@link TraceColumn.Attribute#RUN} has of a run. */
    static String digits(RunId run) {
        return run.toString().substring(PREFIX.length());
    }

    void link(ProjectId project, Collection<String> traces, String run) {
        jdbc.sql("""
                        INSERT INTO trace_runs (project_id, trace_id, run)
                        SELECT project_id, id, :run FROM traces WHERE project_id = :project AND id = ANY (:traces)
                         ORDER BY id
                        ON CONFLICT DO NOTHING
                        """)
                .param("run", run)
                .param("project", project.value())
                .param("traces", traces.toArray(String[]::new))
                .update();
    }

    /** By trace, in the order of their ids; without what a client called a run and that is no id of one. */
    Map<String, List<RunId>> of(ProjectId project, Collection<String> traces) {
        return jdbc
                .sql("""
                        SELECT trace_id, run FROM trace_runs
                         WHERE project_id = :project AND trace_id = ANY (:traces) AND run ~ '^[0-9a-f]{32}$'
                         ORDER BY trace_id, run
                        """)
                .param("project", project.value())
                .param("traces", traces.toArray(String[]::new))
                .query((row, number) -> new Link(row.getString("trace_id"), RunId.of(PREFIX + row.getString("run"))))
                .list()
                .stream()
                .collect(groupingBy(Link::trace, mapping(Link::run, toList())));
    }
}
