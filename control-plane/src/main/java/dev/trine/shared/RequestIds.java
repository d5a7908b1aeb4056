package dev.trine.shared;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request an id, the caller's own ({@code X-Request-Id}) if it is a sane one: on the answer, in every log line and
 * in every problem. Writes one access-log line per request.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestIds extends OncePerRequestFilter {

    static final String HEADER = "X-Request-Id";
    static final String KEY = "requestId";

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{8,128}");
    private static final Logger ACCESS = LoggerFactory.getLogger("trine.access");

    private final IdSource ids;

    RequestIds(IdSource ids) {
        this.ids = ids;
    }

    /** The running request's id; {@code -} outside of one. */
    static String current() {
        String id = MDC.get(KEY);
        return id == null ? "-" : id;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String given = request.getHeader(HEADER);
        String id = given != null && SANE.matcher(given).matches()
                ? given
                : ids.next().toString();
        MDC.put(KEY, id);
        response.setHeader(HEADER, id);
        long start = System.nanoTime();
        try {
            chain.doFilter(request, response);
        } finally {
            ACCESS.atInfo()
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", request.getRequestURI())
                    .addKeyValue("status", response.getStatus())
                    .addKeyValue("micros", (System.nanoTime() - start) / 1_000)
                    .log("request");
            MDC.remove(KEY);
        }
    }
}
