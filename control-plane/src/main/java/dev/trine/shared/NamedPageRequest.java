package dev.trine.shared;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * As {@link PageRequest}, for lists that are sorted by a name: {@code WHERE (:after::text IS NULL OR name > :after) ORDER BY name
 * LIMIT :limit}.
 *
 * @param size how many items at most
 * @param after the last name of the page before; null for the first page
 */
public record NamedPageRequest(int size, @Nullable String after) {

    /** One more than {@link #size}, so that the query shows whether there is a next page. */
    public int limit() {
        return size + 1;
    }

    static NamedPageRequest parse(@Nullable String size, @Nullable String token) {
        return new NamedPageRequest(PageRequest.size(size), token == null || token.isEmpty() ? null : decode(token));
    }

    static String tokenAfter(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String token) {
        try {
            byte[] name = Base64.getUrlDecoder().decode(token);
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
            if (decoded.indexOf('\0') < 0) {
                return decoded;
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw PageRequest.invalidToken(e);
        }
        throw PageRequest.invalidToken(null);
    }
}
