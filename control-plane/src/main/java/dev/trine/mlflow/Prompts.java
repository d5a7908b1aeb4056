package dev.trine.mlflow;

import java.util.Map;

/** Prompts, which MLflow keeps as registered models with tags that say so. */
final class Prompts {

    static final String IS_PROMPT = "mlflow.prompt.is_prompt";

    /** The tag of a version with its template. */
    static final String TEXT = "mlflow.prompt.text";

    private static final String TYPE = "_mlflow_prompt_type";

    private Prompts() {}

    /** Whether what has these tags is a prompt, or a prompt's version. */
    static boolean are(Map<String, String> tags) {
        return tags.getOrDefault(IS_PROMPT, "false").equalsIgnoreCase("true");
    }

    /** Whether a tag is for MLflow's own use. */
    static boolean isInner(String tag) {
        return tag.equals(IS_PROMPT) || tag.equals(TYPE) || tag.equals(TEXT);
    }
}
