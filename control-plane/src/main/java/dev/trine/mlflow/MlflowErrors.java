package dev.trine.mlflow;

import dev.trine.mlflow.MlflowException.Code;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.Json;
import dev.trine.shared.Refusal;
import dev.trine.shared.WireErrors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Errors of the MLflow wire as {@code {"error_code", "message"}}, which is what its clients read: below its paths for whatever
 * is asked, whether there is such an endpoint or not.
 */
@Component
class MlflowErrors implements HandlerExceptionResolver, WireErrors, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(MlflowErrors.class);
    private static final Pattern PATHS = Pattern.compile(
            "/(ajax-)?api/(2\\.0/mlflow(-artifacts)?|3\\.0/mlflow)(/.*)?|/(model-versions/)?get-artifact|/v1/traces",
            Pattern.DOTALL);

    /** The body, in MLflow's spelling. */
    @SuppressWarnings("RecordComponentName") // the wire's own name
    record Body(String error_code, String message) {}

    /** Before those that know nothing of MLflow. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public boolean speaksAt(String path) {
        return PATHS.matcher(path).matches();
    }

    @Override
    public Told of(Refusal refusal) {
        Code code = refusal.code() == ErrorCode.NOT_FOUND ? Code.ENDPOINT_NOT_FOUND : code(refusal.code());
        HttpStatus status =
                refusal.code() == ErrorCode.METHOD_NOT_ALLOWED ? HttpStatus.METHOD_NOT_ALLOWED : code.status();
        return new Told(status, new Body(code.name(), refusal.detail()));
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception e) {
        if (!speaksAt(request.getRequestURI()) || e instanceof AsyncRequestNotUsableException) {
            return null;
        }
        if (response.isCommitted()) {
            LOG.warn("an answer broke off half-way", e);
            return new ModelAndView();
        }
        switch (e) {
            case MlflowException ours -> answer(response, told(ours.code(), String.valueOf(ours.getMessage())));
            case MissingServletRequestParameterException lacking -> {
                MlflowException told = MlflowLimits.lacks(lacking.getParameterName());
                answer(response, told(told.code(), String.valueOf(told.getMessage())));
            }
            case IOException _ -> {
                LOG.error("artifact bytes could not be moved", e);
                answer(response, told(Code.TEMPORARILY_UNAVAILABLE, "the artifact's bytes could not be moved"));
            }
            default -> {
                Refusal refusal = Refusal.of(e);
                refusal.headers().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
                answer(
                        response,
                        handler instanceof HandlerMethod ? told(code(refusal.code()), refusal.detail()) : of(refusal));
            }
        }
        return new ModelAndView();
    }

    private static Code code(ErrorCode ours) {
        return switch (ours) {
            case NOT_FOUND -> Code.RESOURCE_DOES_NOT_EXIST;
            case METHOD_NOT_ALLOWED -> Code.ENDPOINT_NOT_FOUND;
            case ALREADY_EXISTS -> Code.RESOURCE_ALREADY_EXISTS;
            case UNAUTHENTICATED, INVALID_CREDENTIALS, TOKEN_EXPIRED -> Code.UNAUTHENTICATED;
            case PERMISSION_DENIED -> Code.PERMISSION_DENIED;
            case ACCOUNT_LOCKED, RATE_LIMITED -> Code.REQUEST_LIMIT_EXCEEDED;
            case STORAGE_FULL, STORAGE_UNAVAILABLE, DATABASE_UNAVAILABLE, DATABASE_FULL -> Code.TEMPORARILY_UNAVAILABLE;
            case INTERNAL -> Code.INTERNAL_ERROR;
            default -> Code.INVALID_PARAMETER_VALUE;
        };
    }

    private static Told told(Code code, String message) {
        return new Told(code.status(), new Body(code.name(), message));
    }

    private static void answer(HttpServletResponse response, Told told) {
        byte[] body = Json.write(told.body()).getBytes(StandardCharsets.UTF_8);
        response.setStatus(told.status().value());
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
        } catch (IOException gone) {
            LOG.debug("nobody was there to be refused", gone);
        }
    }
}
