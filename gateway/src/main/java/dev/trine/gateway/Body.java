package dev.trine.gateway;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What a message's head says about its body. */
final class Body {

    /** A body that is announced to be no larger is taken whole: one write, and none of the bookkeeping of a stream. */
    private static final int SMALL_BYTES = 64 << 10;

    /** Digits of {@link #SMALL_BYTES}; a longer Content-Length needs no parsing. */
    private static final int SMALL_DIGITS = 5;

    private Body() {}

    /** Whether a body is announced, and to be a small one. */
    static boolean isSmall(HttpServerRequest in) {
        return isSmall(in.getHeader("Content-Length"));
    }

    /** @param length a Content-Length; one that is no number, which is refused, is not small */
    static boolean isSmall(@Nullable String length) {
        if (length == null || length.length() > SMALL_DIGITS) {
            return false;
        }
        int bytes = 0;
        for (int i = 0; i < length.length(); i++) {
            char digit = length.charAt(i);
            if (digit < '0' || digit > '9') {
                return false;
            }
            bytes = 10 * bytes + digit - '0';
        }
        return bytes <= SMALL_BYTES;
    }

    /** Whether a body follows that is not known to be empty. */
    static boolean isAnnounced(HttpServerRequest in) {
        String length = in.getHeader("Content-Length");
        return length == null ? isStreamed(in) : !length.equals("0");
    }

    /**
     * Whether a body follows that is not known to be small. HTTP/1.1 says by a header that one follows; HTTP/2 need not say
     * anything, so there the method must tell.
     */
    static boolean isStreamed(HttpServerRequest in) {
        String length = in.getHeader("Content-Length");
        if (length != null) {
            return !isSmall(length);
        }
        return in.headers().contains("Transfer-Encoding")
                || (in.version() == HttpVersion.HTTP_2
                        && !HttpMethod.GET.equals(in.method())
                        && !HttpMethod.HEAD.equals(in.method()));
    }
}
