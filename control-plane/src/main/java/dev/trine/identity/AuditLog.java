package dev.trine.identity;

import dev.trine.shared.IdSource;
import dev.trine.shared.Ids;
import dev.trine.shared.Json;
import dev.trine.shared.Rows;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code audit_events}. */
@Repository
class AuditLog implements Audit {

    private final JdbcClient jdbc;
    private final IdSource ids;
    private final Clock clock;

    AuditLog(JdbcClient jdbc, IdSource ids, Clock clock) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(ProjectScope scope, String action, String subject, Map<String, String> details) {
        record(scope.organizationId(), scope.projectId(), scope.caller(), action, subject, details);
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(
            OrganizationId organization, Caller caller, String action, String subject, Map<String, String> details) {
        record(organization, null, caller, action, subject, details);
    }

    private void record(
            OrganizationId organization,
            @Nullable ProjectId project,
            Caller caller,
            String action,
            String subject,
            Map<String, String> details) {
        ApiKeyId key = caller.apiKeyId();
        String request = MDC.get("requestId");
        jdbc.sql("""
                        INSERT INTO audit_events (id, at, organization_id, project_id, user_id, api_key_id, action, subject,
                                                  details, request_id)
                        VALUES (:id, :at, :organization, :project, :user, :key, :action, :subject, :details::jsonb, :request)
                        """)
                .param("id", ids.next())
                .param("at", Rows.utc(clock.instant()))
                .param("organization", organization.value())
                .param("project", project == null ? null : project.value())
                .param("user", caller.userId().value())
                .param("key", key == null ? null : key.value())
                .param("action", action)
                .param("subject", subject)
                .param("details", Json.write(details))
                .param("request", request == null ? "-" : request)
                .update();
    }

    @Override
    public List<Event> latest(ProjectId project, int limit) {
        return jdbc.sql("""
                        SELECT a.id, a.at, a.action, a.subject, a.details, u.name
                          FROM audit_events a LEFT JOIN users u ON u.id = a.user_id
                         WHERE a.project_id = :project
                         ORDER BY a.id DESC
                         LIMIT :limit
                        """)
                .param("project", project.value())
                .param("limit", limit)
                .query((row, number) -> new Event(
                        Ids.format("aud", row.getObject("id", UUID.class)),
                        Rows.instant(row, "at"),
                        row.getString("action"),
                        row.getString("subject"),
                        Json.read(row.getString("details"), new TypeReference<Map<String, String>>() {}),
                        row.getString("name")))
                .list();
    }
}
