package dev.trine.runner;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to train.
 *
 * @param algorithm {@code logistic-regression} or {@code factorization-machine}
 * @param params {@code epochs}, {@code learning_rate}, {@code seed}; of logistic regression also {@code batch_size}, of the
 *     factorization machine {@code factors}
 * @param trainFile below {@code $TRINE_INPUTS}
 * @param testFile likewise, for an accuracy after every epoch; may be absent
 */
record TrainSpec(
        String algorithm,
        @Nullable Map<String, Object> params,
        String labelColumn,
        String trainFile,
        @Nullable String testFile) {

    private static final Map<String, Set<String>> KNOWN = Map.of(
            "logistic-regression", Set.of("epochs", "learning_rate", "seed", "batch_size"),
            "factorization-machine", Set.of("epochs", "learning_rate", "seed", "factors"));

    /** The parameters with defaults filled in and limits checked. */
    record Params(int epochs, double learningRate, int batchSize, long seed, int factors) {}

    Params complete() {
        Map<String, Object> given = params == null ? Map.of() : params;
        Set<String> known = KNOWN.getOrDefault(algorithm, Set.of());
        for (String key : given.keySet()) {
            if (!known.contains(key)) {
                throw new WrongInputException("%s has no parameter '%s'; it has %s"
                        .formatted(algorithm, key, known.stream().sorted().toList()));
            }
        }
        return new Params(
                (int) number(given, "epochs", 30, 1, 100_000),
                number(given, "learning_rate", 0.1, 1e-9, 1e3),
                (int) number(given, "batch_size", 16, 1, 1_000_000),
                (long) number(given, "seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
                (int) number(given, "factors", 8, 1, 1_024));
    }

    private static double number(Map<String, Object> given, String key, double fallback, double least, double most) {
        Object value = given.getOrDefault(key, fallback);
        if (!(value instanceof Number number) || !(number.doubleValue() >= least && number.doubleValue() <= most)) {
            throw new WrongInputException(
                    "parameter '%s' must be a number between %s and %s, was %s".formatted(key, least, most, value));
        }
        return number.doubleValue();
    }
}
