package dev.trine.tracing;

import static java.util.stream.Collectors.groupingBy;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Json;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code assessments}. */
@Repository
class AssessmentStore {

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final String SELECT = """
            SELECT id, trace_id, name, kind, value, source_type, source_id, rationale, span_id, metadata, overrides, valid,
                   created_at, updated_at
              FROM assessments WHERE project_id = :project
            """;

    private final JdbcClient jdbc;

    AssessmentStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Of one that is there the first creation stays. The text that is searched is a text as it is, and anything else as JSON. */
    void put(ProjectId project, Assessment assessment) {
        jdbc.sql("""
                        INSERT INTO assessments (project_id, id, trace_id, name, kind, value, value_text, source_type, source_id,
                                                 rationale, span_id, metadata, overrides, valid, created_at, updated_at)
                        VALUES (:project, :id, :trace, :name, :kind, :value::jsonb, :value::jsonb #>> '{value}', :sourceType,
                                :sourceId, :rationale, :span, :metadata::jsonb, :overrides, :valid, :createdAt, :updatedAt)
                        ON CONFLICT (project_id, trace_id, id) DO UPDATE
                           SET name = excluded.name, kind = excluded.kind, value = excluded.value, value_text = excluded.value_text,
                               rationale = excluded.rationale, metadata = excluded.metadata, valid = excluded.valid,
                               updated_at = excluded.updated_at
                        """)
                .param("project", project.value())
                .param("id", assessment.id())
                .param("trace", assessment.traceId())
                .param("name", assessment.name())
                .param("kind", assessment.kind().name())
                .param("value", assessment.value())
                .param("sourceType", assessment.sourceType())
                .param("sourceId", assessment.sourceId())
                .param("rationale", assessment.rationale())
                .param("span", assessment.spanId())
                .param("metadata", Json.write(assessment.metadata()))
                .param("overrides", assessment.overrides())
                .param("valid", assessment.valid())
                .param("createdAt", Rows.utc(assessment.createdAt()))
                .param("updatedAt", Rows.utc(assessment.updatedAt()))
                .update();
    }

    void setValid(ProjectId project, String trace, String id, boolean valid) {
        jdbc.sql("UPDATE assessments SET valid = :valid WHERE project_id = :project AND trace_id = :trace AND id = :id")
                .param("project", project.value())
                .param("trace", trace)
                .param("id", id)
                .param("valid", valid)
                .update();
    }

    Optional<Assessment> find(ProjectId project, String trace, String id) {
        return jdbc.sql(SELECT + "AND trace_id = :trace AND id = :id")
                .param("project", project.value())
                .param("trace", trace)
                .param("id", id)
                .query(AssessmentStore::row)
                .optional();
    }

    /** By trace, in the order in which they were made. */
    Map<String, List<Assessment>> of(ProjectId project, Collection<String> traces) {
        return jdbc
                .sql(SELECT + "AND trace_id = ANY (:traces) ORDER BY created_at, id")
                .param("project", project.value())
                .param("traces", traces.toArray(String[]::new))
                .query(AssessmentStore::row)
                .list()
                .stream()
                .collect(groupingBy(Assessment::traceId));
    }

    void delete(ProjectId project, String trace, String id) {
        jdbc.sql("DELETE FROM assessments WHERE project_id = :project AND trace_id = :trace AND id = :id")
                .param("project", project.value())
                .param("trace", trace)
                .param("id", id)
                .update();
    }

    private static Assessment row(ResultSet row, int number) throws SQLException {
        return new Assessment(
                row.getString("id"),
                row.getString("trace_id"),
                row.getString("name"),
                Assessment.Kind.valueOf(row.getString("kind")),
                row.getString("value"),
                row.getString("source_type"),
                row.getString("source_id"),
                row.getString("rationale"),
                row.getString("span_id"),
                Json.read(row.getString("metadata"), TEXTS),
                row.getString("overrides"),
                row.getBoolean("valid"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"));
    }
}
