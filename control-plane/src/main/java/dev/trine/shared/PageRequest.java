package dev.trine.shared;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is wanted; a controller takes it as a plain argument, resolved from {@code pageSize} (1 to 500, 50 by
 * default) and {@code pageToken}. Ids are UUIDv7, so {@code WHERE (:after::uuid IS NULL OR id < :after) ORDER BY id DESC
 * LIMIT :limit} is keyset paging by time.
 *
 * @param size how many items at most
 * @param after the last id of the page before; null for the first page
 */
public record PageRequest(int size, @Nullable UUID after) {

    static final int DEFAULT_SIZE = 50;
    static final int MAX_SIZE = 500;

    /** One more than {@link #size}, so that the query shows whether there is a next page. */
    public int limit() {
        return size + 1;
    }

    /**
     * A page of another wire than our own.
     *
     * @param token of the page before; null or empty for the first one
     * @throws TrineException {@code INVALID_PAGE_TOKEN}
     */
    public static PageRequest of(int size, @Nullable String token) {
        return new PageRequest(size, token == null || token.isEmpty() ? null : decode(token));
    }

    static PageRequest parse(@Nullable String size, @Nullable String token) {
        return of(size(size), token);
    }

    static int size(@Nullable String size) {
        int wanted = DEFAULT_SIZE;
        if (size != null) {
            try {
                wanted = Integer.parseInt(size);
            } catch (NumberFormatException e) {
                throw TrineException.invalid("pageSize", "'%s' is not a number".formatted(size));
            }
            if (wanted < 1 || wanted > MAX_SIZE) {
                throw TrineException.invalid(
                        "pageSize", "must be between 1 and %d, was %d".formatted(MAX_SIZE, wanted));
            }
        }
        return wanted;
    }

    static String tokenAfter(UUID id) {
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static UUID decode(String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            if (bytes.length == 16) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                return new UUID(buffer.getLong(), buffer.getLong());
            }
        } catch (IllegalArgumentException e) {
            throw invalidToken(e);
        }
        throw invalidToken(null);
    }

    static TrineException invalidToken(@Nullable Throwable cause) {
        return new TrineException(
                ErrorCode.INVALID_PAGE_TOKEN,
                "pageToken must be the nextPageToken of an earlier answer, unchanged",
                java.util.List.of(),
                cause);
    }
}
