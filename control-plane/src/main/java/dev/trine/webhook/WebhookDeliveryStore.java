package dev.trine.webhook;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import dev.trine.webhook.WebhookDelivery.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code webhook_deliveries}: what is to be told, which is claimed for a time, and what was. */
@Repository
class WebhookDeliveryStore {

    private final JdbcClient jdbc;

    WebhookDeliveryStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(
            ProjectId project, WebhookId webhook, WebhookDeliveryId id, WebhookEvent event, String body, Instant now) {
        jdbc.sql("""
                        INSERT INTO webhook_deliveries (id, project_id, webhook_id, event, body, state, attempts, due_at, created_at, updated_at)
                        VALUES (:id, :project, :webhook, :event, :body, 'PENDING', 0, :now, :now, :now)
                        """)
                .param("id", id.value())
                .param("project", project.value())
                .param("webhook", webhook.value())
                .param("event", event.name())
                .param("body", body)
                .param("now", Rows.utc(now))
                .update();
    }

    /** A delivery that is to be sent now, by whoever has claimed it. */
    record Due(
            WebhookDeliveryId id,
            ProjectId project,
            WebhookId webhook,
            String url,
            @Nullable String secret,
            String body,
            int attempt) {}

    /** Webhooks and projects of which as much is under way as may be. */
    record Busy(Collection<WebhookId> webhooks, Collection<ProjectId> projects) {

        static final Busy NOBODY = new Busy(List.of(), List.of());

        Busy {
            webhooks = List.copyOf(webhooks);
            projects = List.copyOf(projects);
        }

        UUID[] webhookIds() {
            return webhooks.stream().map(WebhookId::value).toArray(UUID[]::new);
        }

        UUID[] projectIds() {
            return projects.stream().map(ProjectId::value).toArray(UUID[]::new);
        }
    }

    /**
     * Claims some whose time has come, the longest due first: nobody else does until the claim has run out.
     *
     * @param busy of which none is claimed
     */
    List<Due> claim(Instant now, Instant claimedUntil, int most, Busy busy) {
        return jdbc.sql("""
                        WITH due AS (
                            SELECT id FROM webhook_deliveries
                             WHERE due_at <= :now AND webhook_id <> ALL (:webhooks) AND project_id <> ALL (:projects)
                             ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
                        )
                        UPDATE webhook_deliveries d
                           SET attempts = d.attempts + 1, due_at = :until, updated_at = :now
                          FROM due, webhooks w
                         WHERE d.id = due.id AND w.id = d.webhook_id AND w.status = 'ACTIVE'
                        RETURNING d.id, d.project_id, d.webhook_id, w.url, w.secret, d.body, d.attempts
                        """)
                .param("now", Rows.utc(now))
                .param("until", Rows.utc(claimedUntil))
                .param("most", most)
                .param("webhooks", busy.webhookIds())
                .param("projects", busy.projectIds())
                .query((row, number) -> new Due(
                        new WebhookDeliveryId(row.getObject("id", UUID.class)),
                        new ProjectId(row.getObject("project_id", UUID.class)),
                        new WebhookId(row.getObject("webhook_id", UUID.class)),
                        row.getString("url"),
                        row.getString("secret"),
                        row.getString("body"),
                        row.getInt("attempts")))
                .list();
    }

    /** When the next one is due of those that are not busy; empty if there is none. */
    Optional<Instant> nextDue(Busy busy) {
        return jdbc.sql("""
                        SELECT due_at FROM webhook_deliveries
                         WHERE due_at IS NOT NULL AND webhook_id <> ALL (:webhooks) AND project_id <> ALL (:projects)
                         ORDER BY due_at LIMIT 1
                        """)
                .param("webhooks", busy.webhookIds())
                .param("projects", busy.projectIds())
                .query((row, number) -> Rows.instant(row, "due_at"))
                .optional();
    }

    /**
     * Writes down how an attempt ended, unless another one has begun since.
     *
     * @param again when it is tried again; null if it is over
     */
    void ended(
            Due due,
            State state,
            @Nullable Integer status,
            @Nullable String error,
            @Nullable Instant again,
            Instant now) {
        jdbc.sql("""
                        UPDATE webhook_deliveries
                           SET state = :state, status = :status, error = :error, due_at = :again, updated_at = :now
                         WHERE id = :id AND attempts = :attempt AND state = 'PENDING'
                        """)
                .param("state", state.name())
                .param("status", status)
                .param("error", error)
                .param("again", Rows.utcOrNull(again))
                .param("now", Rows.utc(now))
                .param("id", due.id().value())
                .param("attempt", due.attempt())
                .update();
    }

    /** Forgets what a webhook has not been told yet. */
    void forget(ProjectId project, WebhookId webhook) {
        jdbc.sql(
                        "DELETE FROM webhook_deliveries WHERE project_id = :project AND webhook_id = :webhook AND due_at IS NOT NULL")
                .param("project", project.value())
                .param("webhook", webhook.value())
                .update();
    }

    /** Gives up what has not been told since a time. */
    void giveUpBefore(Instant time, Instant now) {
        jdbc.sql("""
                        UPDATE webhook_deliveries
                           SET state = 'FAILED', error = coalesce(error, 'it could not be told in time'), due_at = NULL, updated_at = :now
                         WHERE due_at IS NOT NULL AND created_at < :time
                        """).param("time", Rows.utc(time)).param("now", Rows.utc(now)).update();
    }

    /** Forgets what was told, or given up, before a time. */
    void forgetBefore(Instant time) {
        jdbc.sql("DELETE FROM webhook_deliveries WHERE due_at IS NULL AND created_at < :time")
                .param("time", Rows.utc(time))
                .update();
    }

    Page<WebhookDelivery> list(ProjectId project, WebhookId webhook, PageRequest page) {
        return Page.of(
                jdbc.sql("""
                        SELECT id, event, state, attempts, status, error, due_at, created_at, updated_at
                          FROM webhook_deliveries
                         WHERE project_id = :project AND webhook_id = :webhook AND (CAST(:after AS uuid) IS NULL OR id < :after)
                         ORDER BY id DESC LIMIT :limit
                        """)
                        .param("project", project.value())
                        .param("webhook", webhook.value())
                        .param("after", page.after())
                        .param("limit", page.limit())
                        .query(WebhookDeliveryStore::row)
                        .list(),
                page,
                delivery -> delivery.id().value());
    }

    private static WebhookDelivery row(ResultSet row, int number) throws SQLException {
        return new WebhookDelivery(
                new WebhookDeliveryId(row.getObject("id", UUID.class)),
                WebhookEvent.valueOf(row.getString("event")),
                State.valueOf(row.getString("state")),
                row.getInt("attempts"),
                row.getObject("status", Integer.class),
                row.getString("error"),
                Rows.instantOrNull(row, "due_at"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"));
    }
}
