package dev.trine.shared;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Turns every exception into a {@link Problem}. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class ProblemHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    /** The client went away; there is nobody to answer. */
    @ExceptionHandler
    void on(AsyncRequestNotUsableException gone) {
        LOG.debug("client went away: {}", gone.getMessage());
    }

    /** Null when the answer has begun already. */
    @ExceptionHandler
    public @Nullable ResponseEntity<Problem> on(Exception e, HttpServletResponse response) {
        if (response.isCommitted()) {
            LOG.warn("an answer broke off half-way", e);
            return null;
        }
        Refusal refusal = Refusal.of(e);
        return ResponseEntity.status(refusal.code().status())
                .headers(refusal.headers())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(refusal.code(), refusal.detail(), refusal.violations(), RequestIds.current()));
    }
}
