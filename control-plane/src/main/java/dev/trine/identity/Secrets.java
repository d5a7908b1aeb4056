package dev.trine.identity;

import dev.trine.shared.Ids;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Secrets of 256 random bits, and what is kept of them. */
final class Secrets {

    private Secrets() {}

    static String random(RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).replace('_', '.');
    }

    static String sha256(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Equality that takes the same time wherever the first difference is. */
    static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code trine_<32 hex digits of the key's id>_}. */
    static String keyPrefix(ApiKeyId id) {
        return Ids.format("trine", id.value()) + "_";
    }

    /** The id inside a whole key; empty when it does not have the form of one. */
    static Optional<ApiKeyId> keyId(String wholeKey) {
        int end = wholeKey.indexOf('_', "trine_".length());
        if (!wholeKey.startsWith("trine_") || end != "trine_".length() + 32) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ApiKeyId(Ids.parse("trine", wholeKey.substring(0, end))));
        } catch (dev.trine.shared.TrineException malformed) {
            return Optional.empty();
        }
    }
}
