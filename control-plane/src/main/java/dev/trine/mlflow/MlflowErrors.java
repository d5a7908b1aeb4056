package dev.trine.mlflow;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.Refusal;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Errors of the MLflow wire as {@code {"error_code", "message"}}, which is what its clients read. */
@RestControllerAdvice(basePackageClasses = MlflowErrors.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class MlflowErrors {

    private static final Logger LOG = LoggerFactory.getLogger(MlflowErrors.class);

    /** The body, in MLflow's spelling. */
    @SuppressWarnings("RecordComponentName") // the wire's own name
    record Body(String error_code, String message) {}

    @ExceptionHandler
    ResponseEntity<Body> on(MlflowException e) {
        return answer(e.code(), String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<Body> on(IOException e) {
        LOG.error("artifact bytes could not be moved", e);
        return answer(MlflowException.Code.TEMPORARILY_UNAVAILABLE, "the artifact's bytes could not be moved");
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Body> on(Exception e, HttpServletResponse response) {
        if (response.isCommitted()) {
            LOG.warn("an answer broke off half-way", e);
            return null;
        }
        Refusal refusal = Refusal.of(e);
        MlflowException.Code code = code(refusal.code());
        return ResponseEntity.status(code.status())
                .headers(refusal.headers())
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Body(code.name(), refusal.detail()));
    }

    private static MlflowException.Code code(ErrorCode ours) {
        return switch (ours) {
            case NOT_FOUND -> MlflowException.Code.RESOURCE_DOES_NOT_EXIST;
            case ALREADY_EXISTS -> MlflowException.Code.RESOURCE_ALREADY_EXISTS;
            case UNAUTHENTICATED, INVALID_CREDENTIALS, TOKEN_EXPIRED -> MlflowException.Code.UNAUTHENTICATED;
            case PERMISSION_DENIED -> MlflowException.Code.PERMISSION_DENIED;
            case STORAGE_FULL, STORAGE_UNAVAILABLE, DATABASE_UNAVAILABLE, DATABASE_FULL ->
                MlflowException.Code.TEMPORARILY_UNAVAILABLE;
            case INTERNAL -> MlflowException.Code.INTERNAL_ERROR;
            default -> MlflowException.Code.INVALID_PARAMETER_VALUE;
        };
    }

    private static ResponseEntity<Body> answer(MlflowException.Code code, String message) {
        return ResponseEntity.status(code.status())
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Body(code.name(), message));
    }
}
