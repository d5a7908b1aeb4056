package dev.trine.quality;

import dev.trine.shared.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** By what inputs, and the states of a dataset, are told apart: SHA-256 in lower-case hex. */
final class Fingerprint {

    private static final int DIGITS_OF_DATASET = 8;

    private Fingerprint() {}

    /** The same for the same inputs, in whichever order they are told. */
    static String ofInputs(Map<String, @Nullable Object> inputs) {
        return sha256(Json.write(sorted(inputs)));
    }

    /** The first 8 digits of that of {@code <name>:<milliseconds since 1970>}, as MLflow's own server has it. */
    static String ofDataset(String name, Instant updatedAt) {
        return sha256(name + ":" + updatedAt.toEpochMilli()).substring(0, DIGITS_OF_DATASET);
    }

    private static Map<String, @Nullable Object> sorted(Map<?, ?> object) {
        var all = new TreeMap<String, @Nullable Object>();
        object.forEach((key, value) -> all.put(String.valueOf(key), ordered(value)));
        return all;
    }

    private static @Nullable Object ordered(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> object -> sorted(object);
            case List<?> array -> array.stream().map(Fingerprint::ordered).toList();
            case null, default -> value;
        };
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
