package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.webhook.Webhook;
import dev.trine.webhook.Webhook.Status;
import dev.trine.webhook.WebhookEvent;
import dev.trine.webhook.WebhookId;
import dev.trine.webhook.Webhooks;
import dev.trine.webhook.Webhooks.Trial;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Webhooks on MLflow's wire. */
@Hidden
@RestController
@RequestMapping({"/api/2.0/mlflow/webhooks", "/ajax-api/2.0/mlflow/webhooks"})
class MlflowWebhookController {

    private final Webhooks webhooks;

    MlflowWebhookController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Event(@Nullable String entity, @Nullable String action) {}

    /** What is said of a webhook, be it new or not. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record WiredWebhook(
            @Nullable String name,
            @Nullable String description,
            @Nullable String url,
            @Nullable List<Event> events,
            @Nullable String secret,
            @Nullable String status) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record TestWebhook(@Nullable Event event) {}

    @PostMapping
    @Requires(Permission.WEBHOOKS_WRITE)
    Map<String, Object> create(ProjectScope scope, @RequestBody WiredWebhook asked) {
        MlflowLimits.required("name", asked.name());
        MlflowLimits.required("url", asked.url());
        if (MlflowWire.list(asked.events()).isEmpty()) {
            throw MlflowLimits.lacks("events");
        }
        return told(webhooks.create(scope, change(asked)));
    }

    private static Webhook.Change change(WiredWebhook asked) {
        return new Webhook.Change(
                unlessEmpty(asked.name()),
                asked.description(),
                unlessEmpty(asked.url()),
                MlflowWire.list(asked.events()).isEmpty()
                        ? null
                        : MlflowWire.list(asked.events()).stream()
                                .map(MlflowWebhookController::event)
                                .toList(),
                asked.secret(),
                status(asked.status()));
    }

    private static @Nullable String unlessEmpty(@Nullable String text) {
        return MlflowWire.text(text).isEmpty() ? null : text;
    }

    private static WebhookEvent event(Event told) {
        String entity = MlflowWire.text(told.entity());
        String action = MlflowWire.text(told.action());
        return WebhookEvent.of(entity, action)
                .orElseThrow(() -> MlflowException.invalid("Invalid action '%s' for entity '%s'. Valid events are: %s."
                        .formatted(action, entity, Arrays.toString(WebhookEvent.values()))));
    }

    private static @Nullable Status status(@Nullable String told) {
        if (MlflowWire.text(told).isEmpty()) {
            return null;
        }
        return Arrays.stream(Status.values())
                .filter(status -> status.name().equals(told))
                .findFirst()
                .orElseThrow(() -> MlflowException.invalid("Invalid webhook status '%s'. It must be one of %s."
                        .formatted(told, Arrays.toString(Status.values()))));
    }

    @GetMapping
    @Requires(Permission.WEBHOOKS_READ)
    Map<String, Object> list(
            ProjectScope scope,
            @RequestParam(name = "max_results", required = false) @Nullable Integer maxResults,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        Page<Webhook> page =
                webhooks.list(scope.projectId(), PageRequest.of(MlflowPages.webhooks(maxResults), pageToken));
        return MlflowPages.page(
                "webhooks",
                page.items().stream().map(MlflowWebhookController::json).toList(),
                page.nextPageToken());
    }

    @GetMapping("/{id}")
    @Requires(Permission.WEBHOOKS_READ)
    Map<String, Object> get(ProjectScope scope, @PathVariable String id) {
        return told(one(id, known -> webhooks.find(scope.projectId(), known)));
    }

    @PatchMapping("/{id}")
    @Requires(Permission.WEBHOOKS_WRITE)
    Map<String, Object> update(ProjectScope scope, @PathVariable String id, @RequestBody WiredWebhook asked) {
        return told(one(id, known -> webhooks.change(scope, known, change(asked))));
    }

    @DeleteMapping("/{id}")
    @Requires(Permission.WEBHOOKS_WRITE)
    Map<String, Object> delete(ProjectScope scope, @PathVariable String id) {
        one(id, known -> webhooks.delete(scope, known) ? Optional.of(known) : Optional.empty());
        return Map.of();
    }

    @PostMapping("/{id}/test")
    @Requires(Permission.WEBHOOKS_WRITE)
    Map<String, Object> test(
            ProjectScope scope, @PathVariable String id, @RequestBody(required = false) @Nullable TestWebhook asked) {
        WebhookEvent event = asked == null || asked.event() == null ? null : event(asked.event());
        Trial trial = one(id, known -> webhooks.trial(scope.projectId(), known, event));
        var json = new LinkedHashMap<String, Object>();
        json.put("success", trial.success());
        if (trial.status() != null) {
            json.put("response_status", trial.status());
            json.put("response_body", MlflowWire.text(trial.body()));
        } else {
            json.put("error_message", "Failed to test webhook: " + trial.error());
        }
        return Map.of("result", json);
    }

    /** What an id's webhook is, or became. */
    private static <T> T one(String id, Function<WebhookId, Optional<T>> of) {
        return parsed(id)
                .flatMap(of)
                .orElseThrow(() -> MlflowException.missing("Webhook with ID %s not found.".formatted(id)));
    }

    private static Optional<WebhookId> parsed(String id) {
        try {
            return Optional.of(WebhookId.of(id));
        } catch (TrineException isNone) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> told(Webhook webhook) {
        return Map.of("webhook", json(webhook));
    }

    private static Map<String, Object> json(Webhook webhook) {
        var json = new LinkedHashMap<String, Object>();
        json.put("webhook_id", webhook.id().toString());
        json.put("name", webhook.name());
        if (!webhook.description().isEmpty()) {
            json.put("description", webhook.description());
        }
        json.put("url", webhook.url());
        json.put(
                "events",
                webhook.events().stream()
                        .map(event -> Map.of("entity", event.entity(), "action", event.action()))
                        .toList());
        json.put("status", webhook.status().name());
        json.put("creation_timestamp", webhook.createdAt().toEpochMilli());
        json.put("last_updated_timestamp", webhook.updatedAt().toEpochMilli());
        return json;
    }
}
