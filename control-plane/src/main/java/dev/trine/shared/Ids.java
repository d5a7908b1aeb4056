package dev.trine.shared;

import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Prefixed UUIDv7 (RFC 9562, 5.7): {@code job_0192f0c1a2b37c4d8e5f60718293a4b5}. They sort by time of making, so they are
 * also the keyset of every list.
 */
public final class Ids {

    private Ids() {}

    /** A new UUIDv7. */
    public static UUID next(long epochMillis, RandomGenerator random) {
        long high = (epochMillis << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** {@code prefix_} and the 32 hex digits of {@code id}. */
    public static String format(String prefix, UUID id) {
        HexFormat hex = HexFormat.of();
        return prefix + "_" + hex.toHexDigits(id.getMostSignificantBits())
                + hex.toHexDigits(id.getLeastSignificantBits());
    }

    /**
     * The inverse of {@link #format}.
     *
     * @throws TrineException {@link ErrorCode#NOT_FOUND} for anything that is not such an id: no resource has that name
     */
    public static UUID parse(String prefix, String text) {
        String start = prefix + "_";
        if (text.length() == start.length() + 32 && text.startsWith(start)) {
            String digits = text.substring(start.length()).toLowerCase(Locale.ROOT);
            try {
                return new UUID(
                        HexFormat.fromHexDigitsToLong(digits, 0, 16), HexFormat.fromHexDigitsToLong(digits, 16, 32));
            } catch (IllegalArgumentException notHex) {
                throw notFound(prefix, text, notHex);
            }
        }
        throw notFound(prefix, text, null);
    }

    private static TrineException notFound(
            String prefix, String text, @org.jspecify.annotations.Nullable Throwable cause) {
        return new TrineException(
                ErrorCode.NOT_FOUND,
                "'%s' is not an id of the form %s_<32 hex digits>".formatted(text, prefix),
                java.util.List.of(),
                cause);
    }
}
