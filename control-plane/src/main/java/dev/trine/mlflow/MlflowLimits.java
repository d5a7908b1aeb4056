package dev.trine.mlflow;

import dev.trine.experiment.LoggedDataset;
import dev.trine.mlflow.MlflowWire.Pair;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What MLflow's own server refuses, and what it cuts, in its words. Lengths are characters. */
final class MlflowLimits {

    private static final int LONGEST_KEY = 250;
    private static final int LONGEST_PARAM = 6_000;
    private static final int LONGEST_TAG = 8_000;
    private static final int LONGEST_EXPERIMENT_TAG = 20_000;
    private static final int LONGEST_EXPERIMENT_NAME = 500;
    private static final int MOST_METRICS = 1_000;
    private static final int MOST_PAIRS = 100;
    private static final int MOST_IN_ALL = 1_000;
    private static final int LONGEST_MODEL_NAME = 256;
    private static final int LONGEST_DESCRIPTION = 5_000;
    private static final int LONGEST_REGISTRY_TAG = 100_000;
    private static final int LONGEST_ALIAS = 255;
    private static final int LONGEST_DATASET_NAME = 500;
    private static final int LONGEST_DATASET_DIGEST = 36;
    private static final int LONGEST_DATASET_SOURCE = 65_535;
    private static final int LONGEST_DATASET_SCHEMA = 1_048_575;
    private static final int LONGEST_DATASET_PROFILE = 16_777_215;
    private static final int LONGEST_INPUT_KEY = 255;
    private static final int LONGEST_INPUT_VALUE = 500;
    private static final Pattern ALIAS = Pattern.compile("[\\p{L}\\p{N}_-]*");
    private static final Pattern RESERVED_ALIAS = Pattern.compile("[vV]\\d+");
    private static final Pattern NAME = Pattern.compile("[/\\p{L}\\p{N}_.\\- :]*");
    /** What a path would be read as another one for. */
    private static final Pattern CROOKED = Pattern.compile("|/.*|.*/|.*//.*|(.*/)?\\.{1,2}(/.*)?|\\.\\..*");

    private MlflowLimits() {}

    /** @throws MlflowException if it is null or empty */
    static String required(String parameter, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw lacks(parameter);
        }
        return value;
    }

    static MlflowException lacks(String parameter) {
        return MlflowException.invalid(
                "Missing value for required parameter '%s'. See the API docs for more information about request parameters."
                        .formatted(parameter));
    }

    static String experimentName(String parameter, @Nullable String name) {
        return shortEnough("name", required(parameter, name), LONGEST_EXPERIMENT_NAME);
    }

    static String modelName(String parameter, @Nullable String name) {
        if (name == null || name.isBlank()) {
            throw MlflowException.invalid("Missing value for required parameter '%s'.".formatted(parameter));
        }
        if (name.contains("/") || name.contains(":")) {
            throw MlflowException.invalid("Invalid model name '%s'. Names cannot contain '/' or ':'.".formatted(name));
        }
        if (CROOKED.matcher(name).matches()) {
            throw crooked("name", name);
        }
        return shortEnough("name", name, LONGEST_MODEL_NAME);
    }

    static String description(@Nullable String description) {
        return shortEnough("description", MlflowWire.text(description), LONGEST_DESCRIPTION);
    }

    static String alias(String alias) {
        if (!ALIAS.matcher(alias).matches()) {
            throw MlflowException.invalid(
                    "Invalid alias name: '%s'. Names may only contain alphanumerics, underscores (_), and dashes (-)."
                            .formatted(alias));
        }
        return shortEnough("Registered model alias name", alias, LONGEST_ALIAS);
    }

    /** One that means nothing already. */
    static String newAlias(String alias) {
        alias(alias);
        if (alias.equalsIgnoreCase("latest")) {
            throw MlflowException.invalid("'latest' alias name (case insensitive) is reserved.");
        }
        if (RESERVED_ALIAS.matcher(alias).matches()) {
            throw MlflowException.invalid("Version alias name '%s' is reserved.".formatted(alias));
        }
        return alias;
    }

    static Map.Entry<String, String> registryTag(@Nullable String key, @Nullable String value) {
        return Map.entry(
                shortEnough("key", name("key", key), LONGEST_KEY),
                shortEnough("value", MlflowWire.text(value), LONGEST_REGISTRY_TAG));
    }

    static Map<String, String> registryTags(List<Pair> pairs) {
        var all = new LinkedHashMap<String, String>();
        pairs.forEach(pair -> put(all, registryTag(pair.key(), pair.value())));
        return all;
    }

    /** @throws MlflowException if it is null */
    static <T> T given(String what, @Nullable T value) {
        if (value == null) {
            throw MlflowException.invalid(what + " cannot be None");
        }
        return value;
    }

    static LoggedDataset dataset(LoggedDataset dataset) {
        shortEnough("name", dataset.name(), LONGEST_DATASET_NAME);
        shortEnough("digest", dataset.digest(), LONGEST_DATASET_DIGEST);
        shortEnough("source", dataset.source(), LONGEST_DATASET_SOURCE);
        shortEnough("schema", MlflowWire.text(dataset.schema()), LONGEST_DATASET_SCHEMA);
        shortEnough("profile", MlflowWire.text(dataset.profile()), LONGEST_DATASET_PROFILE);
        return dataset;
    }

    /** What a dataset was given to a run for. */
    static Map<String, String> inputTags(List<Pair> pairs) {
        var all = new LinkedHashMap<String, String>();
        for (Pair pair : pairs) {
            all.put(
                    shortEnough("key", given("InputTag key", pair.key()), LONGEST_INPUT_KEY),
                    shortEnough("value", given("InputTag value", pair.value()), LONGEST_INPUT_VALUE));
        }
        return all;
    }

    static String metric(String path, @Nullable String key) {
        return shortEnough("Metric name", name(path + "name", key), LONGEST_KEY);
    }

    static Map.Entry<String, String> param(String path, @Nullable String key, @Nullable String value) {
        return Map.entry(
                shortEnough("Param key", name(path + "key", key), LONGEST_KEY),
                cut(MlflowWire.text(value), LONGEST_PARAM));
    }

    static Map.Entry<String, String> tag(String path, @Nullable String key, @Nullable String value) {
        return Map.entry(
                shortEnough(path + "key", name(path + "key", key), LONGEST_KEY),
                cut(MlflowWire.text(value), LONGEST_TAG));
    }

    static Map.Entry<String, String> experimentTag(@Nullable String key, @Nullable String value) {
        return Map.entry(
                shortEnough("key", name("key", key), LONGEST_KEY),
                shortEnough("value", MlflowWire.text(value), LONGEST_EXPERIMENT_TAG));
    }

    /** The params of one request, each of which MLflow takes once, even with the same value. */
    static Map<String, String> params(List<Pair> pairs) {
        var all = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.size(); i++) {
            put(
                    all,
                    param(
                            "params[%d].".formatted(i),
                            pairs.get(i).key(),
                            pairs.get(i).value()));
        }
        if (all.size() < pairs.size()) {
            var seen = new HashSet<String>();
            List<String> twice = pairs.stream()
                    .map(pair -> String.valueOf(pair.key()))
                    .filter(key -> !seen.add(key))
                    .toList();
            throw MlflowException.invalid(
                    "Duplicate parameter keys have been submitted: %s. Please ensure the request contains only one param value per param key."
                            .formatted(twice));
        }
        return all;
    }

    /** The tags of one request, of which the last one counts. */
    static Map<String, String> tags(List<Pair> pairs) {
        var all = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.size(); i++) {
            put(
                    all,
                    tag(
                            "tags[%d].".formatted(i),
                            pairs.get(i).key(),
                            pairs.get(i).value()));
        }
        return all;
    }

    static Map<String, String> experimentTags(List<Pair> pairs) {
        var all = new LinkedHashMap<String, String>();
        pairs.forEach(pair -> put(all, experimentTag(pair.key(), pair.value())));
        return all;
    }

    private static void put(Map<String, String> to, Map.Entry<String, String> entry) {
        to.put(entry.getKey(), entry.getValue());
    }

    static void batch(int metrics, int params, int tags) {
        atMost("metrics", metrics, MOST_METRICS);
        atMost("params", params, MOST_PAIRS);
        atMost("tags", tags, MOST_PAIRS);
        atMost("metrics, params, and tags", metrics + params + tags, MOST_IN_ALL);
    }

    private static void atMost(String what, int given, int most) {
        if (given > most) {
            throw MlflowException.invalid(
                    "A batch logging request can contain at most %1$d %3$s. Got %2$d %3$s. Please split up %3$s across multiple requests and try again."
                            .formatted(most, given, what));
        }
    }

    private static String name(String path, @Nullable String name) {
        if (name == null) {
            throw MlflowException.invalid("Missing value for required parameter '%s'.".formatted(path));
        }
        if (!NAME.matcher(name).matches()) {
            throw wrongName(
                    path,
                    name,
                    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).");
        }
        if (CROOKED.matcher(name).matches()) {
            throw crooked(path, name);
        }
        return name;
    }

    private static MlflowException crooked(String path, String name) {
        return wrongName(
                path,
                name,
                "Names may be treated as files in certain cases, and must not resolve to other names when treated as such.");
    }

    private static MlflowException wrongName(String path, String name, String why) {
        return MlflowException.invalid(
                "Invalid value \"%s\" for parameter '%s' supplied: %s".formatted(name, path, why));
    }

    static String shortEnough(String what, String text, int longest) {
        if (text.codePointCount(0, text.length()) > longest) {
            throw MlflowException.invalid("'%s' exceeds the maximum length of %d characters".formatted(what, longest));
        }
        return text;
    }

    private static String cut(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest));
    }
}
