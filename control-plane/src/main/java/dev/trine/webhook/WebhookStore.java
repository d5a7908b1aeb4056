package dev.trine.webhook;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import dev.trine.webhook.Webhook.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code webhooks}. */
@Repository
class WebhookStore {

    private static final String COLUMNS =
            "id, name, description, url, events, secret IS NOT NULL AS signed, status, created_at, updated_at";

    private final JdbcClient jdbc;

    WebhookStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(ProjectId project, Webhook webhook, @Nullable String secret) {
        jdbc.sql("""
                        INSERT INTO webhooks (id, project_id, name, description, url, events, secret, status, created_at, updated_at)
                        VALUES (:id, :project, :name, :description, :url, :events, :secret, :status, :createdAt, :updatedAt)
                        """)
                .param("id", webhook.id().value())
                .param("project", project.value())
                .param("name", webhook.name())
                .param("description", webhook.description())
                .param("url", webhook.url())
                .param("events", names(webhook.events()))
                .param("secret", secret)
                .param("status", webhook.status().name())
                .param("createdAt", Rows.utc(webhook.createdAt()))
                .param("updatedAt", Rows.utc(webhook.updatedAt()))
                .update();
    }

    Optional<Webhook> find(ProjectId project, WebhookId id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM webhooks WHERE project_id = :project AND id = :id")
                .param("project", project.value())
                .param("id", id.value())
                .query(WebhookStore::row)
                .optional();
    }

    Page<Webhook> list(ProjectId project, PageRequest page) {
        return Page.of(
                jdbc.sql("SELECT " + COLUMNS + """
                         FROM webhooks
                        WHERE project_id = :project AND (CAST(:after AS uuid) IS NULL OR id < :after)
                        ORDER BY id DESC LIMIT :limit
                        """)
                        .param("project", project.value())
                        .param("after", page.after())
                        .param("limit", page.limit())
                        .query(WebhookStore::row)
                        .list(),
                page,
                webhook -> webhook.id().value());
    }

    /** What is null stays. */
    Optional<Webhook> change(ProjectId project, WebhookId id, Webhook.Change change, Instant now) {
        List<WebhookEvent> events = change.events();
        String secret = change.secret();
        Status status = change.status();
        return jdbc.sql("""
                        UPDATE webhooks
                           SET name = coalesce(:name, name), description = coalesce(:description, description),
                               url = coalesce(:url, url), events = coalesce(CAST(:events AS text[]), events),
                               secret = CASE WHEN :newSecret THEN nullif(:secret, '') ELSE secret END,
                               status = coalesce(:status, status), updated_at = :now
                         WHERE project_id = :project AND id = :id
                        RETURNING\s""" + COLUMNS)
                .param("name", change.name())
                .param("description", change.description())
                .param("url", change.url())
                .param("events", events == null ? null : names(events))
                .param("newSecret", secret != null)
                .param("secret", secret)
                .param("status", status == null ? null : status.name())
                .param("now", Rows.utc(now))
                .param("project", project.value())
                .param("id", id.value())
                .query(WebhookStore::row)
                .optional();
    }

    boolean delete(ProjectId project, WebhookId id) {
        return jdbc.sql("DELETE FROM webhooks WHERE project_id = :project AND id = :id")
                        .param("project", project.value())
                        .param("id", id.value())
                        .update()
                > 0;
    }

    int count(ProjectId project) {
        return jdbc.sql("SELECT count(*) FROM webhooks WHERE project_id = :project")
                .param("project", project.value())
                .query(Integer.class)
                .single();
    }

    /** With what its messages are signed; empty for nothing. */
    Optional<String> secret(ProjectId project, WebhookId id) {
        return jdbc.sql("SELECT secret FROM webhooks WHERE project_id = :project AND id = :id AND secret IS NOT NULL")
                .param("project", project.value())
                .param("id", id.value())
                .query(String.class)
                .optional();
    }

    /** The active ones that are told of an event; they stay as they are until the transaction ends. */
    List<WebhookId> toldOf(ProjectId project, WebhookEvent event) {
        return jdbc.sql(
                        "SELECT id FROM webhooks WHERE project_id = :project AND status = 'ACTIVE' AND :event = ANY (events) FOR SHARE")
                .param("project", project.value())
                .param("event", event.name())
                .query((row, number) -> new WebhookId(row.getObject("id", UUID.class)))
                .list();
    }

    private static String[] names(List<WebhookEvent> events) {
        return events.stream().map(Enum::name).toArray(String[]::new);
    }

    private static Webhook row(ResultSet row, int number) throws SQLException {
        return new Webhook(
                new WebhookId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getString("description"),
                row.getString("url"),
                Stream.of((String[]) row.getArray("events").getArray())
                        .map(WebhookEvent::valueOf)
                        .toList(),
                row.getBoolean("signed"),
                Status.valueOf(row.getString("status")),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"));
    }
}
