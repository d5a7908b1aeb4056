package dev.trine.tracing;

import static java.util.stream.Collectors.groupingBy;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code trace_spans}. */
@Repository
class SpanStore {

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate batches;

    SpanStore(JdbcClient jdbc, NamedParameterJdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    void put(ProjectId project, List<TraceSpan> spans) {
        batches.batchUpdate(
                """
                INSERT INTO trace_spans (project_id, trace_id, span_id, parent_id, name, type, status, start_nanos, end_nanos,
                                         attributes, content)
                VALUES (:project, :trace, :span, :parent, :name, :type, :status, :start, :end, :attributes::jsonb, :content)
                ON CONFLICT (project_id, trace_id, span_id) DO UPDATE
                   SET parent_id = excluded.parent_id, name = excluded.name, type = excluded.type, status = excluded.status,
                       start_nanos = excluded.start_nanos, end_nanos = excluded.end_nanos, attributes = excluded.attributes,
                       content = excluded.content
                """,
                spans.stream()
                        .sorted(Comparator.comparing(TraceSpan::spanId))
                        .map(span -> new MapSqlParameterSource("project", project.value())
                                .addValue("trace", span.traceId())
                                .addValue("span", span.spanId())
                                .addValue("parent", span.parentId())
                                .addValue("name", span.name())
                                .addValue("type", span.type())
                                .addValue("status", span.status().name())
                                .addValue("start", span.startNanos())
                                .addValue("end", span.endNanos())
                                .addValue("attributes", Json.write(span.attributes()))
                                .addValue("content", span.content()))
                        .toArray(SqlParameterSource[]::new));
    }

    Map<String, List<TraceSpan>> of(ProjectId project, Collection<String> traces) {
        return jdbc
                .sql("""
                        SELECT trace_id, span_id, parent_id, name, type, status, start_nanos, end_nanos, attributes, content
                          FROM trace_spans WHERE project_id = :project AND trace_id = ANY (:traces)
                         ORDER BY start_nanos, span_id
                        """)
                .param("project", project.value())
                .param("traces", traces.toArray(String[]::new))
                .query((row, number) -> new TraceSpan(
                        row.getString("trace_id"),
                        row.getString("span_id"),
                        row.getString("parent_id"),
                        row.getString("name"),
                        row.getString("type"),
                        TraceSpan.Status.valueOf(row.getString("status")),
                        row.getLong("start_nanos"),
                        row.getLong("end_nanos"),
                        Json.read(row.getString("attributes"), TEXTS),
                        row.getBytes("content")))
                .list()
                .stream()
                .collect(groupingBy(TraceSpan::traceId));
    }
}
