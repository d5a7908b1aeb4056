package dev.trine.webhook;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An address that is told of events.
 *
 * @param description empty if there is none
 * @param events what it is told of
 * @param signed whether what it is told is signed with a secret, which nobody is told
 */
public record Webhook(
        WebhookId id,
        String name,
        String description,
        String url,
        List<WebhookEvent> events,
        boolean signed,
        Status status,
        Instant createdAt,
        Instant updatedAt) {

    public Webhook {
        events = List.copyOf(events);
    }

    /** Whether it is told anything. */
    public enum Status {
        ACTIVE,
        DISABLED
    }

    /**
     * What is said of one; null stays as it is, or is what is usual.
     *
     * @param secret empty for none
     */
    public record Change(
            @Nullable String name,
            @Nullable String description,
            @Nullable String url,
            @Nullable List<WebhookEvent> events,
            @Nullable String secret,
            @Nullable Status status) {

        public Change {
            events = events == null ? null : List.copyOf(events);
        }
    }
}
