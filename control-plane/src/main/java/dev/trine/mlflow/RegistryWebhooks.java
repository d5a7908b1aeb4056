package dev.trine.mlflow;

import dev.trine.experiment.RunId;
import dev.trine.identity.ProjectId;
import dev.trine.registry.Model;
import dev.trine.registry.ModelVersion;
import dev.trine.registry.RegisteredModels;
import dev.trine.registry.RegistryChange;
import dev.trine.webhook.WebhookEvent;
import dev.trine.webhook.Webhooks;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Tells webhooks of what changes in the registry, whoever changes it, as MLflow's server does. */
@Component
class RegistryWebhooks {

    private final Webhooks webhooks;
    private final RegisteredModels models;

    RegistryWebhooks(Webhooks webhooks, RegisteredModels models) {
        this.webhooks = webhooks;
        this.models = models;
    }

    /** In the transaction of the change. */
    @EventListener
    void tell(RegistryChange change) {
        switch (change) {
            case RegistryChange.Created made -> created(made);
            case RegistryChange.VersionRegistered made -> registered(made.project(), made.version());
            case RegistryChange.Tagged tagged -> {
                if (isPrompt(tagged)) { // MLflow says nothing of other models' tags
                    tell(
                            tagged,
                            "PROMPT_TAG",
                            tagged.value() == null ? "DELETED" : "SET",
                            tag(tagged.key(), tagged.value()));
                }
            }
            case RegistryChange.VersionTagged tagged -> {
                Map<String, Object> data = tag(tagged.key(), tagged.value());
                data.put("version", Integer.toString(tagged.version()));
                tell(
                        tagged,
                        isPrompt(tagged) ? "PROMPT_VERSION_TAG" : "MODEL_VERSION_TAG",
                        tagged.value() == null ? "DELETED" : "SET",
                        data);
            }
            case RegistryChange.Aliased aliased -> {
                var data = new LinkedHashMap<String, Object>();
                data.put("alias", aliased.alias());
                Integer version = aliased.version();
                if (version != null) {
                    data.put("version", version.toString());
                }
                tell(
                        aliased,
                        isPrompt(aliased) ? "PROMPT_ALIAS" : "MODEL_VERSION_ALIAS",
                        version == null ? "DELETED" : "CREATED",
                        data);
            }
        }
    }

    private static Map<String, Object> tag(String key, @Nullable String value) {
        var data = new LinkedHashMap<String, Object>();
        data.put("key", key);
        if (value != null) {
            data.put("value", value);
        }
        return data;
    }

    private void tell(RegistryChange change, String entity, String action, Map<String, Object> data) {
        data.put("name", change.model());
        webhooks.tell(change.project(), WebhookEvent.of(entity, action).orElseThrow(), data);
    }

    private void created(RegistryChange.Created made) {
        boolean prompt = Prompts.are(made.tags());
        var data = new LinkedHashMap<String, @Nullable Object>();
        data.put("name", made.model());
        data.put("tags", prompt ? without(made.tags(), Prompts::isInner) : made.tags());
        data.put("description", made.description().isEmpty() ? null : made.description());
        webhooks.tell(
                made.project(), prompt ? WebhookEvent.PROMPT_CREATED : WebhookEvent.REGISTERED_MODEL_CREATED, data);
    }

    private void registered(ProjectId project, ModelVersion version) {
        boolean prompt = Prompts.are(version.tags());
        var data = new LinkedHashMap<String, @Nullable Object>();
        data.put("name", version.name());
        data.put("version", Integer.toString(version.version()));
        if (prompt) {
            data.put("template", version.tags().get(Prompts.TEXT));
            data.put("tags", without(version.tags(), Prompts::isInner));
        } else {
            RunId run = version.runId();
            data.put("source", RegistryWire.source(version));
            data.put("run_id", run == null ? null : MlflowWire.hex(run.value()));
            data.put("tags", version.tags());
        }
        data.put("description", version.description().isEmpty() ? null : version.description());
        webhooks.tell(project, prompt ? WebhookEvent.PROMPT_VERSION_CREATED : WebhookEvent.MODEL_VERSION_CREATED, data);
    }

    private boolean isPrompt(RegistryChange change) {
        return models.find(change.project(), change.model())
                .map(Model::tags)
                .filter(Prompts::are)
                .isPresent();
    }

    private static Map<String, String> without(Map<String, String> tags, Predicate<String> these) {
        return tags.entrySet().stream()
                .filter(tag -> !these.test(tag.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
