package dev.trine.mlflow;

import dev.trine.experiment.Experiments.MetricPoint;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pages of a list: how many of it one answer holds, as MLflow's own server has it, and what names the next one. */
final class MlflowPages {

    private static final int MOST = 50_000;
    private static final int USUAL = 1_000;
    private static final int MOST_TRACES = 500;
    private static final int USUAL_TRACES = 100;
    private static final int MOST_LOGGED_MODELS = 100;
    private static final int MOST_REGISTERED_MODELS = 1_000;
    private static final int MOST_MODEL_VERSIONS = 200_000;
    private static final int MOST_WEBHOOKS = 1_000;
    private static final int USUAL_WEBHOOKS = 100;

    private MlflowPages() {}

    /** @param most what is asked for; null for the usual 1,000 */
    static int size(@Nullable Integer most) {
        if (most == null) {
            return USUAL;
        }
        if (most < 1 || most > MOST) {
            throw MlflowException.invalid("Invalid value %d for parameter 'max_results' supplied. It must be %s"
                    .formatted(most, most < 1 ? "a positive integer" : "at most " + MOST));
        }
        return most;
    }

    static int loggedModels(@Nullable Integer most) {
        return most == null || most == 0 ? MOST_LOGGED_MODELS : registry(most, MOST);
    }

    static int registeredModels(@Nullable Integer most) {
        return most == null ? 100 : registry(most, MOST_REGISTERED_MODELS);
    }

    static int modelVersions(@Nullable Integer most) {
        return most == null ? MOST_MODEL_VERSIONS : registry(most, MOST_MODEL_VERSIONS);
    }

    private static int registry(int asked, int most) {
        if (asked < 1) {
            throw MlflowException.invalid(
                    "Invalid value for max_results. It must be a positive integer, but got " + asked);
        }
        if (asked > most) {
            throw MlflowException.invalid(
                    "Invalid value \"%d\" for parameter 'max_results' supplied: it must be at most %d. See the API docs for more information about request parameters."
                            .formatted(asked, most));
        }
        return asked;
    }

    static int webhooks(@Nullable Integer most) {
        return between(most == null || most == 0 ? USUAL_WEBHOOKS : most, MOST_WEBHOOKS);
    }

    static int traces(@Nullable Integer most) {
        return between(most == null ? USUAL_TRACES : most, MOST_TRACES);
    }

    /** @throws MlflowException if it is not between 1 and this */
    static int between(int asked, int most) {
        if (asked < 1 || asked > most) {
            throw MlflowException.invalid(
                    "Invalid value %d for parameter 'max_results' supplied. It must be between 1 and %d"
                            .formatted(asked, most));
        }
        return asked;
    }

    /**
     * One page of many.
     *
     * @param next the token for the page after it; null for the last one
     */
    static Map<String, Object> page(String member, List<?> items, @Nullable String next) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put(member, items);
        if (next != null) {
            answer.put("next_page_token", next);
        }
        return answer;
    }

    /** Names a place in a metric's history: after this point. */
    static String token(MetricPoint point) {
        String text = "%d,%d,%s".formatted(point.step(), point.timestamp(), point.value());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@link #token} told; null for the beginning. */
    static @Nullable MetricPoint point(String key, @Nullable String pageToken) {
        if (pageToken == null || pageToken.isEmpty()) {
            return null;
        }
        try {
            String[] told = new String(Base64.getUrlDecoder().decode(pageToken), StandardCharsets.UTF_8).split(",", 3);
            if (told.length == 3) {
                return new MetricPoint(
                        key, Double.parseDouble(told[2]), Long.parseLong(told[0]), Long.parseLong(told[1]));
            }
        } catch (IllegalArgumentException notOurs) {
            // told below
        }
        throw MlflowException.invalid("Invalid page_token: '%s'".formatted(pageToken));
    }
}
