package dev.trine.webhook;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a webhook can be told of: an entity and what was done with it, named as MLflow has them. */
public enum WebhookEvent {
    REGISTERED_MODEL_CREATED(Shape.OF_A_MODEL),
    MODEL_VERSION_CREATED(Shape.OF_A_VERSION),
    MODEL_VERSION_TAG_SET(Shape.OF_A_VERSION_TAG),
    MODEL_VERSION_TAG_DELETED(Shape.OF_A_VERSION_TAG_KEY),
    MODEL_VERSION_ALIAS_CREATED(Shape.OF_AN_ALIAS),
    MODEL_VERSION_ALIAS_DELETED(Shape.OF_AN_ALIAS_NAME),
    PROMPT_CREATED(Shape.OF_A_MODEL),
    PROMPT_VERSION_CREATED(Shape.OF_A_PROMPT_VERSION),
    PROMPT_TAG_SET(Shape.OF_A_TAG),
    PROMPT_TAG_DELETED(Shape.OF_A_TAG_KEY),
    PROMPT_VERSION_TAG_SET(Shape.OF_A_VERSION_TAG),
    PROMPT_VERSION_TAG_DELETED(Shape.OF_A_VERSION_TAG_KEY),
    PROMPT_ALIAS_CREATED(Shape.OF_AN_ALIAS),
    PROMPT_ALIAS_DELETED(Shape.OF_AN_ALIAS_NAME);

    @SuppressWarnings("ImmutableEnumChecker") // made by Map.copyOf
    private final Map<String, Object> example;

    WebhookEvent(Map<String, Object> example) {
        this.example = example;
    }

    /** The data that events of a kind carry, with values that stand for any. */
    private static final class Shape {

        private static final Map<String, Object> OF_A_MODEL =
                Map.of("name", "example", "tags", Map.of("key", "value"), "description", "An example");
        private static final Map<String, Object> OF_A_VERSION =
                with(OF_A_MODEL, Map.of("version", "1", "source", "models:/example/1", "run_id", "abcd1234abcd5678"));
        private static final Map<String, Object> OF_A_PROMPT_VERSION =
                with(OF_A_MODEL, Map.of("version", "1", "template", "Hello {{name}}!"));
        private static final Map<String, Object> OF_A_TAG_KEY = Map.of("name", "example", "key", "key");
        private static final Map<String, Object> OF_A_TAG = with(OF_A_TAG_KEY, Map.of("value", "value"));
        private static final Map<String, Object> OF_A_VERSION_TAG_KEY = with(OF_A_TAG_KEY, Map.of("version", "1"));
        private static final Map<String, Object> OF_A_VERSION_TAG = with(OF_A_TAG, Map.of("version", "1"));
        private static final Map<String, Object> OF_AN_ALIAS_NAME = Map.of("name", "example", "alias", "champion");
        private static final Map<String, Object> OF_AN_ALIAS = with(OF_AN_ALIAS_NAME, Map.of("version", "1"));

        private static Map<String, Object> with(Map<String, Object> these, Map<String, Object> more) {
            var all = new TreeMap<>(these);
            all.putAll(more);
            return Map.copyOf(all);
        }
    }

    /** Such as {@code MODEL_VERSION}. */
    public String entity() {
        return name().substring(0, name().lastIndexOf('_'));
    }

    /** {@code CREATED}, {@code SET} or {@code DELETED}. */
    public String action() {
        return name().substring(name().lastIndexOf('_') + 1);
    }

    /** Empty if there is no such event. */
    public static Optional<WebhookEvent> of(String entity, String action) {
        String name = (entity + "_" + action).toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(one -> one.name().equals(name)).findFirst();
    }

    /** Data such as it carries. */
    Map<String, Object> example() {
        return example;
    }
}
