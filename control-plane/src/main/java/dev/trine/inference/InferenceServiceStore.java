package dev.trine.inference;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Json;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code inference_services}. */
@Repository
class InferenceServiceStore {

    private static final String SELECT = """
            SELECT s.id, s.name, s.state, s.reason_code, s.reason_message, s.spec, s.model_version, s.created_at,
                   s.updated_at, s.version, p.slug
              FROM inference_services s JOIN projects p ON p.id = s.project_id
            """;

    private final JdbcClient jdbc;

    InferenceServiceStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** False when the name is taken. */
    boolean insert(InferenceServiceId id, ProjectScope scope, ServiceSpec spec, int modelVersion, Instant now) {
        return jdbc.sql("""
                        INSERT INTO inference_services (id, project_id, name, spec, model_version, state,
                                                        created_by, created_at, updated_at)
                        VALUES (:id, :project, :name, :spec::jsonb, :modelVersion, 'DEPLOYING', :by, :now, :now)
                        ON CONFLICT (project_id, name) WHERE deleted_at IS NULL DO NOTHING
                        """)
                        .param("id", id.value())
                        .param("project", scope.projectId().value())
                        .param("name", spec.name())
                        .param("spec", Json.write(spec))
                        .param("modelVersion", modelVersion)
                        .param("by", scope.caller().userId().value())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    Optional<InferenceService> find(ProjectId project, InferenceServiceId id) {
        return jdbc.sql(SELECT + "WHERE s.id = :id AND s.project_id = :project AND s.deleted_at IS NULL")
                .param("id", id.value())
                .param("project", project.value())
                .query(InferenceServiceStore::row)
                .optional();
    }

    List<InferenceService> list(ProjectId project, PageRequest page) {
        return jdbc.sql(SELECT + """
                        WHERE s.project_id = :project AND s.deleted_at IS NULL
                          AND (:after::uuid IS NULL OR s.id < :after)
                        ORDER BY s.id DESC
                        LIMIT :limit
                        """)
                .param("project", project.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(InferenceServiceStore::row)
                .list();
    }

    /** Locks a service's row until the transaction ends; false when it is deleted. */
    boolean lock(InferenceServiceId id) {
        return jdbc.sql("SELECT deleted_at IS NULL FROM inference_services WHERE id = :id FOR UPDATE")
                .param("id", id.value())
                .query(Boolean.class)
                .single();
    }

    void state(InferenceServiceId id, ServiceState state, @Nullable Reason reason, Instant now) {
        jdbc.sql("""
                        UPDATE inference_services
                           SET state = :state, reason_code = :code, reason_message = :message, updated_at = :now,
                               version = version + 1
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("state", state.name())
                .param("code", reason == null ? null : reason.code())
                .param("message", reason == null ? null : reason.message())
                .param("now", Rows.utc(now))
                .update();
    }

    void delete(InferenceServiceId id, Instant now) {
        jdbc.sql("""
                        UPDATE inference_services
                           SET state = 'STOPPED', deleted_at = :now, updated_at = :now, version = version + 1
                         WHERE id = :id
                        """).param("id", id.value()).param("now", Rows.utc(now)).update();
    }

    static @Nullable Reason reason(ResultSet row) throws SQLException {
        String code = row.getString("reason_code");
        return code == null ? null : new Reason(code, row.getString("reason_message"));
    }

    static WorkloadId workload(ResultSet row) throws SQLException {
        return new WorkloadId(row.getObject("workload_id", UUID.class));
    }

    private static InferenceService row(ResultSet row, int number) throws SQLException {
        ServiceSpec spec = Json.read(row.getString("spec"), ServiceSpec.class);
        return new InferenceService(
                new InferenceServiceId(row.getObject("id", UUID.class)),
                row.getString("name"),
                ServiceState.valueOf(row.getString("state")),
                reason(row),
                spec,
                spec.model().name(),
                row.getInt("model_version"),
                List.of(),
                "/serve/%s/%s".formatted(row.getString("slug"), row.getString("name")),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                row.getLong("version"));
    }

    Map<ServiceState, Integer> countByState(ProjectId project) {
        var counts = new EnumMap<ServiceState, Integer>(ServiceState.class);
        jdbc.sql("""
                        SELECT state, count(*) AS services FROM inference_services
                         WHERE project_id = :project AND deleted_at IS NULL GROUP BY state
                        """).param("project", project.value()).query((ResultSet row) -> {
            counts.put(ServiceState.valueOf(row.getString("state")), row.getInt("services"));
        });
        return counts;
    }
}
