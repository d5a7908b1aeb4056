package dev.trine.webhook;

import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.webhook.Webhook.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/webhooks")
class WebhookController {

    private final Webhooks webhooks;

    WebhookController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    /**
     * A webhook that is to be.
     *
     * @param url where events are posted to
     * @param events what it is told of
     * @param secret with which messages are signed
     * @param status {@code ACTIVE} if it is not said
     */
    record NewWebhook(
            String name,
            @Nullable String description,
            String url,
            List<WebhookEvent> events,
            @Nullable String secret,
            @Nullable Status status) {}

    /**
     * What becomes of a webhook; what is not said stays.
     *
     * @param secret empty for none
     */
    record WebhookChange(
            @Nullable String name,
            @Nullable String description,
            @Nullable String url,
            @Nullable List<WebhookEvent> events,
            @Nullable String secret,
            @Nullable Status status) {}

    /**
     * Which example is sent.
     *
     * @param event the first one that it is told of if it is not said
     */
    record WebhookTrial(@Nullable WebhookEvent event) {}

    /** Makes a webhook: an address that is told of what happens in the project. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.WEBHOOKS_WRITE)
    @Idempotent
    Webhook create(ProjectScope scope, @RequestBody NewWebhook asked) {
        return webhooks.create(
                scope,
                new Webhook.Change(
                        asked.name(),
                        asked.description(),
                        asked.url(),
                        asked.events(),
                        asked.secret(),
                        asked.status()));
    }

    /** The project's webhooks, the newest first. */
    @GetMapping
    @Requires(Permission.WEBHOOKS_READ)
    Page<Webhook> list(ProjectScope scope, PageRequest page) {
        return webhooks.list(scope.projectId(), page);
    }

    /** One webhook. */
    @GetMapping("/{id}")
    @Requires(Permission.WEBHOOKS_READ)
    Webhook get(ProjectScope scope, @PathVariable WebhookId id) {
        return webhooks.find(scope.projectId(), id).orElseThrow(() -> missing(id));
    }

    /** Changes a webhook. What one that becomes disabled has not been told is forgotten. */
    @PatchMapping("/{id}")
    @Requires(Permission.WEBHOOKS_WRITE)
    Webhook change(ProjectScope scope, @PathVariable WebhookId id, @RequestBody WebhookChange asked) {
        return webhooks.change(
                        scope,
                        id,
                        new Webhook.Change(
                                asked.name(),
                                asked.description(),
                                asked.url(),
                                asked.events(),
                                asked.secret(),
                                asked.status()))
                .orElseThrow(() -> missing(id));
    }

    /** Deletes a webhook, with what it has not been told. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.WEBHOOKS_WRITE)
    void delete(ProjectScope scope, @PathVariable WebhookId id) {
        if (!webhooks.delete(scope, id)) {
            throw missing(id);
        }
    }

    /** Sends a webhook an example, now and once, and tells what it answered. */
    @PostMapping("/{id}/test")
    @Requires(Permission.WEBHOOKS_WRITE)
    Webhooks.Trial trial(ProjectScope scope, @PathVariable WebhookId id, @RequestBody WebhookTrial asked) {
        return webhooks.trial(scope.projectId(), id, asked.event()).orElseThrow(() -> missing(id));
    }

    /** What a webhook was told in the last 7 days, or is to be told, the newest first. */
    @GetMapping("/{id}/deliveries")
    @Requires(Permission.WEBHOOKS_READ)
    Page<WebhookDelivery> deliveries(ProjectScope scope, @PathVariable WebhookId id, PageRequest page) {
        return webhooks.deliveries(scope.projectId(), id, page).orElseThrow(() -> missing(id));
    }

    private static TrineException missing(WebhookId id) {
        return TrineException.notFound("webhook", id.toString());
    }
}
