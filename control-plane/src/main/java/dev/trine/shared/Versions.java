package dev.trine.shared;

import org.jspecify.annotations.Nullable;

/** Optimistic locking on the wire: {@code ETag: "3"} out, {@code If-Match: "3"} in. */
public final class Versions {

    private Versions() {}

    public static String etag(long version) {
        return "\"" + version + "\"";
    }

    /**
     * Checks that an update was made against the present version.
     *
     * @throws TrineException {@code PRECONDITION_REQUIRED} without the header, {@code VERSION_CONFLICT} with another version
     */
    public static void require(@Nullable String ifMatch, long version) {
        if (ifMatch == null) {
            throw new TrineException(
                    ErrorCode.PRECONDITION_REQUIRED,
                    "send If-Match: %s, the ETag of what you read".formatted(etag(version)));
        }
        if (!ifMatch.equals("*") && !ifMatch.equals(etag(version))) {
            throw new TrineException(
                    ErrorCode.VERSION_CONFLICT,
                    "you changed version %s, but it is %s now; read it again".formatted(ifMatch, etag(version)));
        }
    }
}
