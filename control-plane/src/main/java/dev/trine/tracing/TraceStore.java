package dev.trine.tracing;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Page;
import dev.trine.shared.Rows;
import dev.trine.shared.Search;
import dev.trine.shared.Search.Condition;
import dev.trine.shared.SearchColumns;
import dev.trine.shared.SearchColumns.Among;
import dev.trine.shared.SearchColumns.Parameters;
import dev.trine.shared.SearchColumns.Value;
import dev.trine.shared.SearchStatement;
import dev.trine.shared.SearchStatement.Rowset;
import dev.trine.shared.SearchStatement.Tie;
import dev.trine.shared.SearchStatement.Tie.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code traces}, their tags and metadata. */
@Repository
class TraceStore {

    private static final String COLUMNS =
            "id, experiment_id, client_request_id, request_preview, response_preview, requested_at, duration_ms, state";
    private static final List<Tie> LATEST_FIRST =
            List.of(new Tie("requested_at", Kind.TIME, false), new Tie("id", Kind.TEXT, true));

    private static final Rowset OF_EXPERIMENTS = new Rowset(
            COLUMNS, COLUMNS, "traces", "traces.project_id = :project AND experiment_id = ANY (:experiments)");

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate batches;

    TraceStore(JdbcClient jdbc, NamedParameterJdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /** As a client tells it as a whole. */
    void put(ProjectId project, Trace trace) {
        insert("""
                INSERT INTO traces (project_id, id, experiment_id, client_request_id, request_preview, response_preview, requested_at,
                                    duration_ms, state, told)
                VALUES (:project, :id, :experiment, :clientRequest, :request, :response, :requestedAt, :duration, :state, true)
                ON CONFLICT (project_id, id) DO UPDATE
                   SET experiment_id = excluded.experiment_id, client_request_id = excluded.client_request_id,
                       request_preview = coalesce(excluded.request_preview, traces.request_preview),
                       response_preview = coalesce(excluded.response_preview, traces.response_preview),
                       requested_at = excluded.requested_at, duration_ms = excluded.duration_ms, state = excluded.state, told = true
                """, project, trace);
        putTags(project, trace.id(), trace.tags());
        put("trace_metadata", "DO UPDATE SET value = excluded.value", project, trace.id(), trace.metadata());
    }

    /** As its spans tell it: only what nobody has told yet. */
    void tell(ProjectId project, Trace trace) {
        insert("""
                INSERT INTO traces (project_id, id, experiment_id, client_request_id, request_preview, response_preview, requested_at,
                                    duration_ms, state, told)
                VALUES (:project, :id, :experiment, :clientRequest, :request, :response, :requestedAt, :duration, :state, false)
                ON CONFLICT (project_id, id) DO UPDATE
                   SET request_preview = coalesce(traces.request_preview, excluded.request_preview),
                       response_preview = coalesce(traces.response_preview, excluded.response_preview),
                       requested_at = CASE WHEN traces.told THEN traces.requested_at
                                           ELSE least(traces.requested_at, excluded.requested_at) END,
                       duration_ms = CASE WHEN traces.told THEN traces.duration_ms
                                          ELSE coalesce(excluded.duration_ms, traces.duration_ms) END,
                       state = CASE WHEN traces.told OR excluded.state = 'IN_PROGRESS' THEN traces.state ELSE excluded.state END
                """, project, trace);
        put("trace_tags", "DO NOTHING", project, trace.id(), trace.tags());
    }

    private void insert(String sql, ProjectId project, Trace trace) {
        Duration duration = trace.duration();
        jdbc.sql(sql)
                .param("project", project.value())
                .param("id", trace.id())
                .param("experiment", trace.experimentId().value())
                .param("clientRequest", trace.clientRequestId())
                .param("request", trace.requestPreview())
                .param("response", trace.responsePreview())
                .param("requestedAt", Rows.utc(trace.requestedAt()))
                .param("duration", duration == null ? null : duration.toMillis())
                .param("state", trace.state().name())
                .update();
    }

    /** Whether it is there; nobody changes or deletes it until the transaction ends. */
    boolean lock(ProjectId project, String id) {
        return jdbc.sql("SELECT 1 FROM traces WHERE project_id = :project AND id = :id FOR UPDATE")
                .param("project", project.value())
                .param("id", id)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    void putTags(ProjectId project, String trace, Map<String, String> tags) {
        put("trace_tags", "DO UPDATE SET value = excluded.value", project, trace, tags);
    }

    /** In the order of the keys, so that no two writers wait for each other. */
    private void put(String table, String otherwise, ProjectId project, String trace, Map<String, String> entries) {
        if (!entries.isEmpty()) {
            batches.batchUpdate(
                    "INSERT INTO %s (project_id, trace_id, key, value) VALUES (:project, :trace, :key, :value) ON CONFLICT (project_id, trace_id, key) %s"
                            .formatted(table, otherwise),
                    entries.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(entry -> new MapSqlParameterSource("project", project.value())
                                    .addValue("trace", trace)
                                    .addValue("key", entry.getKey())
                                    .addValue("value", entry.getValue()))
                            .toArray(SqlParameterSource[]::new));
        }
    }

    boolean deleteTag(ProjectId project, String trace, String key) {
        return jdbc.sql("DELETE FROM trace_tags WHERE project_id = :project AND trace_id = :trace AND key = :key")
                        .param("project", project.value())
                        .param("trace", trace)
                        .param("key", key)
                        .update()
                == 1;
    }

    /** Without their tags, metadata and assessments. */
    List<Trace> find(ProjectId project, Collection<String> ids) {
        return jdbc.sql("""
                        SELECT %s FROM traces JOIN unnest(:ids) WITH ORDINALITY AS asked (asked_id, place) ON asked_id = id
                         WHERE project_id = :project
                         ORDER BY place
                        """.formatted(COLUMNS))
                .param("project", project.value())
                .param("ids", ids.stream().distinct().toArray(String[]::new))
                .query(TraceStore::row)
                .list();
    }

    /** The same; the page after {@code token}. */
    Page<Trace> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<TraceColumn> search,
            @Nullable String token,
            int size) {
        var statement = new SearchStatement<>(search, TraceStore::value, LATEST_FIRST, token);
        return statement.page(jdbc, OF_EXPERIMENTS, of(project, experiments), size, TraceStore::row);
    }

    /** How many there are for which all of this holds. */
    long count(ProjectId project, Collection<ExperimentId> experiments, List<Condition<TraceColumn>> where) {
        var search = new Search<>(Search.Stage.ACTIVE, where, List.of());
        return new SearchStatement<>(search, TraceStore::value, LATEST_FIRST, null)
                .count(jdbc, OF_EXPERIMENTS, of(project, experiments));
    }

    private static Map<String, Object> of(ProjectId project, Collection<ExperimentId> experiments) {
        return Map.of(
                "project",
                project.value(),
                "experiments",
                experiments.stream().map(ExperimentId::value).toArray(UUID[]::new));
    }

    private static Value value(TraceColumn column, Parameters parameters) {
        return switch (column) {
            case TraceColumn.Tag(String key) -> SearchColumns.text(valueOf("trace_tags", key, parameters));
            case TraceColumn.Metadata(String key) -> SearchColumns.text(valueOf("trace_metadata", key, parameters));
            case TraceColumn.SpanAttribute(String key) ->
                new Value("(span.attributes ->> %s)".formatted(parameters.add(key)), false, ofSpans());
            case TraceColumn.Assessed(Assessment.Kind kind, String name) ->
                new Value(
                        "said.value_text",
                        false,
                        new Among(
                                "FROM assessments said WHERE said.project_id = traces.project_id AND said.trace_id = traces.id"
                                        + " AND said.kind = '%s' AND said.name = %s"
                                                .formatted(kind, parameters.add(name)),
                                "said.updated_at DESC"));
            case TraceColumn.Span span ->
                new Value(
                        switch (span) {
                            case NAME -> "span.name";
                            case TYPE -> "span.type";
                            case STATUS -> "span.status";
                            case CONTENT ->
                                "(span.name || ' ' || coalesce((SELECT string_agg(value, ' ') FROM jsonb_each_text(span.attributes)), ''))";
                        },
                        false,
                        ofSpans());
            case TraceColumn.Attribute attribute ->
                switch (attribute) {
                    case ID -> SearchColumns.text("id");
                    case CLIENT_REQUEST_ID -> SearchColumns.text("client_request_id");
                    case REQUESTED_AT -> SearchColumns.millis("requested_at");
                    case DURATION -> SearchColumns.number("duration_ms::double precision");
                    case ENDED_AT ->
                        SearchColumns.number(
                                "(floor(extract(epoch FROM requested_at) * 1000) + duration_ms)::double precision");
                    case STATE -> SearchColumns.text("state");
                    case RUN ->
                        new Value(
                                "linked.run",
                                false,
                                new Among(
                                        "FROM trace_runs linked WHERE linked.project_id = traces.project_id AND linked.trace_id = traces.id",
                                        "linked.run"));
                };
        };
    }

    private static Among ofSpans() {
        return new Among(
                "FROM trace_spans span WHERE span.project_id = traces.project_id AND span.trace_id = traces.id",
                "span.start_nanos");
    }

    private static String valueOf(String table, String key, Parameters parameters) {
        return parameters.entry(table, "%1$s.project_id = traces.project_id AND %1$s.trace_id = traces.id", key)
                + ".value";
    }

    int delete(ProjectId project, ExperimentId experiment, Collection<String> ids) {
        return jdbc.sql(
                        "DELETE FROM traces WHERE project_id = :project AND experiment_id = :experiment AND id = ANY (:ids)")
                .param("project", project.value())
                .param("experiment", experiment.value())
                .param("ids", ids.toArray(String[]::new))
                .update();
    }

    int deleteUntil(ProjectId project, ExperimentId experiment, Instant moment, int most) {
        return jdbc.sql("""
                        DELETE FROM traces WHERE project_id = :project AND id IN (
                            SELECT id FROM traces
                             WHERE project_id = :project AND experiment_id = :experiment AND requested_at <= :moment
                             ORDER BY requested_at, id LIMIT :most)
                        """)
                .param("project", project.value())
                .param("experiment", experiment.value())
                .param("moment", Rows.utc(moment))
                .param("most", most)
                .update();
    }

    /** The same traces with their tags and metadata, with one query each, and what is said of them. */
    List<Trace> complete(ProjectId project, List<Trace> bare, Map<String, List<Assessment>> assessments) {
        if (bare.isEmpty()) {
            return bare;
        }
        String[] ids = bare.stream().map(Trace::id).toArray(String[]::new);
        Map<String, Map<String, String>> metadata = texts("trace_metadata", project, ids);
        Map<String, Map<String, String>> tags = texts("trace_tags", project, ids);
        return bare.stream()
                .map(trace -> new Trace(
                        trace.id(),
                        trace.experimentId(),
                        trace.clientRequestId(),
                        trace.requestPreview(),
                        trace.responsePreview(),
                        trace.requestedAt(),
                        trace.duration(),
                        trace.state(),
                        metadata.getOrDefault(trace.id(), Map.of()),
                        tags.getOrDefault(trace.id(), Map.of()),
                        assessments.getOrDefault(trace.id(), List.of())))
                .toList();
    }

    private Map<String, Map<String, String>> texts(String table, ProjectId project, String[] traces) {
        var all = new HashMap<String, Map<String, String>>();
        jdbc.sql("SELECT trace_id, key, value FROM " + table
                        + " WHERE project_id = :project AND trace_id = ANY (:traces)")
                .param("project", project.value())
                .param("traces", traces)
                .query((row, number) -> all.computeIfAbsent(row.getString("trace_id"), trace -> new HashMap<>())
                        .put(row.getString("key"), row.getString("value")))
                .list();
        return all;
    }

    private static Trace row(ResultSet row, int number) throws SQLException {
        long duration = row.getLong("duration_ms");
        boolean over = !row.wasNull();
        return new Trace(
                row.getString("id"),
                new ExperimentId(row.getObject("experiment_id", UUID.class)),
                row.getString("client_request_id"),
                row.getString("request_preview"),
                row.getString("response_preview"),
                Rows.instant(row, "requested_at"),
                over ? Duration.ofMillis(duration) : null,
                Trace.State.valueOf(row.getString("state")),
                Map.of(),
                Map.of(),
                List.of());
    }
}
