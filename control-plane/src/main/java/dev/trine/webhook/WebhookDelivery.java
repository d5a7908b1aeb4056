package dev.trine.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event that a webhook is told of.
 *
 * @param attempts how often it was sent
 * @param status what the address answered last, as in HTTP; null if it has not answered
 * @param error why the last attempt failed; null if it did not
 * @param nextAttemptAt null when it is over
 */
public record WebhookDelivery(
        WebhookDeliveryId id,
        WebhookEvent event,
        State state,
        int attempts,
        @Nullable Integer status,
        @Nullable String error,
        @Nullable Instant nextAttemptAt,
        Instant createdAt,
        Instant updatedAt) {

    /** How it stands. */
    public enum State {
        PENDING,
        DELIVERED,
        FAILED
    }
}
