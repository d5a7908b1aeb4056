package dev.trine.webhook;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks of projects. */
public interface Webhooks {

    /** @throws dev.trine.shared.TrineException {@code VALIDATION_FAILED}; a name, an address and an event are needed */
    Webhook create(ProjectScope scope, Webhook.Change asked);

    Optional<Webhook> find(ProjectId project, WebhookId id);

    /** A page of the project's webhooks, the newest first. */
    Page<Webhook> list(ProjectId project, PageRequest page);

    /**
     * The webhook as it is then; empty if it is not there. What one that becomes disabled has not been told is forgotten.
     *
     * @throws dev.trine.shared.TrineException {@code VALIDATION_FAILED}
     */
    Optional<Webhook> change(ProjectScope scope, WebhookId id, Webhook.Change asked);

    /** Deletes it with what it has not been told; whether it was there. */
    boolean delete(ProjectScope scope, WebhookId id);

    /**
     * Sends it an example, now and once.
     *
     * @param event null for the first one that it is told of
     * @return empty if it is not there
     * @throws dev.trine.shared.TrineException {@code RATE_LIMITED} if too many are tried at the same time
     */
    Optional<Trial> trial(ProjectId project, WebhookId id, @Nullable WebhookEvent event);

    /**
     * How sending went.
     *
     * @param status what the address answered, as in HTTP; null if it did not
     * @param body how its answer begins; null if there was none
     * @param error why it could not be told; null if it answered
     */
    record Trial(
            boolean success,
            @Nullable Integer status,
            @Nullable String body,
            @Nullable String error) {}

    /**
     * Tells the project's webhooks what happened, soon after the running transaction has committed, and not if it does not. Each that
     * is active is told at least once, and again if it does not answer; in which order is not said.
     *
     * @param data what is told of it; of JSON's types
     */
    void tell(ProjectId project, WebhookEvent event, Map<String, ? extends @Nullable Object> data);

    /** A page of what a webhook was told or is to be told, the newest first; empty if it is not there. */
    Optional<Page<WebhookDelivery>> deliveries(ProjectId project, WebhookId id, PageRequest page);
}
