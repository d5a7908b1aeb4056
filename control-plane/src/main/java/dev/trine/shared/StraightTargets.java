package dev.trine.shared;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses targets that nothing here means: a path with {@code .} or {@code ..} in it, which one library resolves and the next one
 * takes by the letter, and a query with NUL, which no {@linkplain UnkeepableText text that is kept} has.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class StraightTargets extends OncePerRequestFilter {

    private static final String NUL = "%00";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isCrooked(request.getRequestURI()) || hasNul(request.getQueryString())) {
            response.sendError(HttpStatus.BAD_REQUEST.value());
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean isCrooked(String path) {
        return PathContainer.parsePath(path).elements().stream()
                .anyMatch(element -> element instanceof PathSegment segment
                        && (segment.valueToMatch().equals(".")
                                || segment.valueToMatch().equals("..")));
    }

    private static boolean hasNul(@Nullable String query) {
        return query != null && query.contains(NUL);
    }
}
