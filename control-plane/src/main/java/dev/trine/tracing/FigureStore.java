package dev.trine.tracing;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Rows;
import dev.trine.shared.Search.Condition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Figures by SQL that is put together of fixed pieces; whatever a caller says is a parameter. */
@Repository
class FigureStore implements TraceFigures {

    private static final String COST = "mlflow.llm.cost";

    private final JdbcClient jdbc;
    private final TraceStore traces;

    FigureStore(JdbcClient jdbc, TraceStore traces) {
        this.jdbc = jdbc;
        this.traces = traces;
    }

    @Override
    public long count(ProjectId project, Collection<ExperimentId> experiments, List<Condition<TraceColumn>> where) {
        return traces.count(project, experiments, where);
    }

    @Override
    public List<Figure> of(ProjectId project, Collection<ExperimentId> experiments, Question question) {
        var parameters = new HashMap<String, Object>();
        parameters.put("project", project.value());
        parameters.put(
                "experiments", experiments.stream().map(ExperimentId::value).toArray(UUID[]::new));
        parameters.put("most", question.most());
        return jdbc.sql(sql(question, parameters))
                .params(parameters)
                .query((row, number) -> figure(question, row))
                .list();
    }

    private static String sql(Question question, Map<String, Object> parameters) {
        var measured = new StringJoiner(", ");
        var groups = new StringJoiner(", ");
        var order = new StringJoiner(", ");
        var present = new StringBuilder("value IS NOT NULL");
        Duration every = question.every();
        if (every != null) {
            parameters.put("every", every.toMillis());
            measured.add("(floor(%s / :every) * :every)::bigint AS begin"
                    .formatted(millis(question.measure().view())));
            groups.add("begin");
            order.add("begin");
        }
        for (Dimension dimension : question.dimensions()) {
            measured.add(sql(dimension) + " AS " + dimension.label());
            groups.add(dimension.label());
            order.add(dimension.label() + " COLLATE \"C\"");
            present.append(" AND ").append(dimension.label()).append(" IS NOT NULL");
        }
        measured.add(value(question.measure()) + " AS value");
        var selected = new StringJoiner(", ");
        if (groups.length() > 0) {
            selected.add(groups.toString());
        }
        for (int i = 0; i < question.aggregations().size(); i++) {
            selected.add(aggregated(question, i, parameters) + " AS a" + i);
        }
        return """
                SELECT %s
                  FROM (SELECT %s %s
                         WHERE traces.project_id = :project AND traces.experiment_id = ANY (:experiments)%s) AS measured
                 WHERE %s
                %s
                 LIMIT :most
                """.formatted(
                        selected,
                        measured,
                        from(question.measure().view()),
                        conditions(question, parameters),
                        present,
                        groups.length() == 0 ? "" : "GROUP BY %s ORDER BY %s".formatted(groups, order));
    }

    private static String from(View view) {
        return switch (view) {
            case TRACES -> "FROM traces";
            case SPANS ->
                "FROM traces JOIN trace_spans span ON span.project_id = traces.project_id AND span.trace_id = traces.id";
            case ASSESSMENTS ->
                "FROM traces JOIN assessments said"
                        + " ON said.project_id = traces.project_id AND said.trace_id = traces.id AND said.valid";
        };
    }

    /** When it was, in milliseconds since 1970. */
    private static String millis(View view) {
        return switch (view) {
            case SPANS -> "(span.start_nanos / 1000000)::numeric";
            case TRACES, ASSESSMENTS -> "(extract(epoch FROM traces.requested_at) * 1000)";
        };
    }

    private static String sql(Dimension dimension) {
        return switch (dimension) {
            case TRACE_NAME -> ofTrace("trace_tags", "'" + Trace.NAME + "'");
            case TRACE_STATUS -> "traces.state";
            case SPAN_NAME -> "span.name";
            case SPAN_TYPE -> "span.type";
            case SPAN_STATUS -> "span.status";
            case SPAN_MODEL_NAME -> "span.attributes ->> 'mlflow.llm.model'";
            case SPAN_MODEL_PROVIDER -> "span.attributes ->> 'mlflow.llm.provider'";
            case ASSESSMENT_NAME -> "said.name";
            case ASSESSMENT_VALUE -> "(said.value -> 'value')::text";
        };
    }

    private static String value(Measure measure) {
        return switch (measure) {
            case TRACE_COUNT, SPAN_COUNT, ASSESSMENT_COUNT -> "1";
            case SESSION_COUNT -> ofTrace("trace_metadata", "'" + Trace.SESSION + "'");
            case TRACE_LATENCY -> "traces.duration_ms::double precision";
            case INPUT_TOKENS, OUTPUT_TOKENS, TOTAL_TOKENS, CACHE_READ_INPUT_TOKENS, CACHE_CREATION_INPUT_TOKENS ->
                member(ofTrace("trace_metadata", "'" + Trace.TOKENS + "'"), measure.label());
            case SPAN_LATENCY ->
                "CASE WHEN span.end_nanos > 0"
                        + " THEN trunc((span.end_nanos::numeric - span.start_nanos) / 1000000)::double precision END";
            case INPUT_COST, OUTPUT_COST, TOTAL_COST -> member("span.attributes ->> '" + COST + "'", measure.label());
            case ASSESSMENT_VALUE -> """
                    CASE jsonb_typeof(said.value -> 'value')
                      WHEN 'boolean' THEN (said.value_text = 'true')::int::double precision
                      WHEN 'string' THEN CASE lower(said.value_text) WHEN 'yes' THEN 1.0 WHEN 'no' THEN 0.0 END
                      WHEN 'number' THEN %s
                    END""".formatted(small("said.value -> 'value'"));
        };
    }

    private static String ofTrace(String table, String key) {
        return "(SELECT t.value FROM %s t WHERE t.project_id = traces.project_id AND t.trace_id = traces.id AND t.key = %s)"
                .formatted(table, key);
    }

    /** The number that a member of a text's JSON is, if it is one. */
    private static String member(String text, String name) {
        String json = "((%s)::jsonb -> '%s')".formatted(text, name);
        return "CASE WHEN pg_input_is_valid((%s), 'jsonb') THEN CASE WHEN jsonb_typeof(%s) = 'number' THEN %s END END"
                .formatted(text, json, small(json));
    }

    /** A number of JSON's, which may be of any size, if it is one whose square is of 64 bits, too. */
    private static String small(String json) {
        return ("CASE WHEN (%1$s #>> '{}')::numeric = 0 OR abs((%1$s #>> '{}')::numeric) BETWEEN 1e-100 AND 1e100"
                        + " THEN (%1$s #>> '{}')::double precision END")
                .formatted("(" + json + ")");
    }

    private static String aggregated(Question question, int index, Map<String, Object> parameters) {
        Aggregation aggregation = question.aggregations().get(index);
        return switch (aggregation.aggregate()) {
            case COUNT -> question.measure() == Measure.SESSION_COUNT ? "count(DISTINCT value)" : "count(*)";
            case SUM -> "sum(value)";
            case AVG -> "avg(value)";
            case MIN -> "min(value)";
            case MAX -> "max(value)";
            case PERCENTILE -> {
                parameters.put("percent" + index, aggregation.percent() / 100);
                yield "percentile_cont(CAST(:percent%d AS double precision)) WITHIN GROUP (ORDER BY value)"
                        .formatted(index);
            }
        };
    }

    private static String conditions(Question question, Map<String, Object> parameters) {
        var conditions = new StringBuilder();
        for (int i = 0; i < question.only().size(); i++) {
            Only only = question.only().get(i);
            parameters.put("only" + i, only.value());
            String key = "CAST(:key%d AS text)".formatted(i);
            String what = switch (only.by()) {
                case TRACE_STATUS -> "traces.state";
                case TRACE_TAG -> ofTrace("trace_tags", key);
                case TRACE_METADATA -> ofTrace("trace_metadata", key);
                case SPAN_NAME -> "span.name";
                case SPAN_STATUS -> "span.status";
                case SPAN_TYPE -> "span.type";
                case ASSESSMENT_NAME -> "said.name";
                case ASSESSMENT_TYPE -> "lower(said.kind)";
            };
            if (what.contains(key)) {
                parameters.put("key" + i, only.key());
            }
            conditions.append(" AND %s = :only%d".formatted(what, i));
        }
        Instant from = question.from();
        if (from != null) {
            parameters.put("from", Rows.utc(from));
            conditions.append(" AND traces.requested_at >= :from");
        }
        Instant to = question.to();
        if (to != null) {
            parameters.put("to", Rows.utc(to));
            conditions.append(" AND traces.requested_at <= :to");
        }
        return conditions.toString();
    }

    private static Figure figure(Question question, ResultSet row) throws SQLException {
        var dimensions = new EnumMap<Dimension, String>(Dimension.class);
        for (Dimension dimension : question.dimensions()) {
            dimensions.put(dimension, row.getString(dimension.label()));
        }
        var values = new HashMap<String, Double>();
        for (int i = 0; i < question.aggregations().size(); i++) {
            double value = row.getDouble("a" + i);
            if (!row.wasNull()) {
                values.put(question.aggregations().get(i).label(), value);
            }
        }
        return new Figure(begin(question, row), dimensions, values);
    }

    private static @Nullable Instant begin(Question question, ResultSet row) throws SQLException {
        return question.every() == null ? null : Instant.ofEpochMilli(row.getLong("begin"));
    }
}
