package dev.trine.shared;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Turns every exception into a {@link Problem}; what is inside stays in the log. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public class ProblemHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    /** How Jackson tells of a member that is not there or null. */
    private static final Pattern MISSING = Pattern.compile(
            "(?:Missing required creator property|Invalid `null` value encountered for property) [\"'](\\w+)");

    @ExceptionHandler
    public ResponseEntity<Problem> on(TrineException e) {
        if (e.code().status().is5xxServerError()) {
            LOG.error("{}", e.getMessage(), e);
        }
        return answer(e.code(), String.valueOf(e.getMessage()), e.violations());
    }

    @ExceptionHandler
    ResponseEntity<Problem> on(HttpMessageNotReadableException e) {
        return switch (rootOf(e)) {
            case TrineException ours -> on(ours);
            case UnrecognizedPropertyException unknown ->
                invalid(path(unknown), "is not a field here; known are " + unknown.getKnownPropertyIds());
            case DatabindException bad -> missing(bad).orElseGet(() -> invalid(path(bad), wanted(bad)));
            case JacksonException syntax ->
                answer(ErrorCode.MALFORMED_REQUEST, "the body is not JSON: " + syntax.getOriginalMessage(), List.of());
            default -> answer(ErrorCode.MALFORMED_REQUEST, "a JSON body is needed", List.of());
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> on(MethodArgumentTypeMismatchException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TrineException ours) {
                return on(ours);
            }
        }
        return invalid(e.getName(), "'%s' is not a valid value".formatted(e.getValue()));
    }

    @ExceptionHandler
    ResponseEntity<Problem> on(ServletRequestBindingException e) {
        return switch (e) {
            case MissingServletRequestParameterException parameter ->
                invalid(parameter.getParameterName(), "is needed");
            case MissingRequestHeaderException header -> invalid(header.getHeaderName(), "is needed, as a header");
            default -> answer(ErrorCode.MALFORMED_REQUEST, String.valueOf(e.getMessage()), List.of());
        };
    }

    @ExceptionHandler
    ResponseEntity<Problem> on(NoResourceFoundException e) {
        return answer(ErrorCode.NOT_FOUND, "there is nothing at this path", List.of());
    }

    @ExceptionHandler
    ResponseEntity<Problem> on(HttpRequestMethodNotSupportedException e) {
        return answer(ErrorCode.METHOD_NOT_ALLOWED, String.valueOf(e.getMessage()), List.of());
    }

    @ExceptionHandler
    ResponseEntity<Problem> on(HttpMediaTypeNotSupportedException e) {
        return answer(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                "'%s' is not taken here; send one of %s".formatted(e.getContentType(), e.getSupportedMediaTypes()),
                List.of());
    }

    @ExceptionHandler
    ResponseEntity<Problem> on(HttpMediaTypeNotAcceptableException e) {
        return answer(ErrorCode.NOT_ACCEPTABLE, "this answer comes as " + e.getSupportedMediaTypes(), List.of());
    }

    private static ResponseEntity<Problem> databaseAway(Exception e) {
        LOG.warn("the database does not answer: {}", e.getMessage());
        return ResponseEntity.status(ErrorCode.DATABASE_UNAVAILABLE.status())
                .header(HttpHeaders.RETRY_AFTER, "2")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(
                        ErrorCode.DATABASE_UNAVAILABLE, "the database does not answer; try again soon", List.of()));
    }

    /** The client went away; there is nobody to answer. */
    @ExceptionHandler
    void on(AsyncRequestNotUsableException gone) {
        LOG.debug("client went away: {}", gone.getMessage());
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Problem> on(Exception e, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            LOG.warn("an answer broke off half-way", e);
            return null;
        }
        if (DatabaseAway.isBehind(e)) {
            return databaseAway(e);
        }
        if (UnkeepableText.isBehind(e)) {
            return answer(
                    ErrorCode.MALFORMED_REQUEST,
                    "a text in the request has a NUL character, which cannot be kept",
                    List.of());
        }
        LOG.error("unexpected", e);
        return answer(ErrorCode.INTERNAL, "this is our mistake; the request id finds it in the logs", List.of());
    }

    /** The refusal of a body in which something is not there, if that is what is wrong. */
    private static Optional<ResponseEntity<Problem>> missing(DatabindException e) {
        Matcher missing = MISSING.matcher(e.getOriginalMessage());
        if (!missing.find()) {
            return Optional.empty();
        }
        String path = path(e);
        String name = missing.group(1);
        if (path.matches(".*\\b" + name + "(\\[\\d+]|\\.\\w+)")) {
            return Optional.of(invalid(path, "must not be null"));
        }
        return Optional.of(invalid(join(path, name), "is needed"));
    }

    /** What a member should have been, in the words of JSON. */
    private static String wanted(DatabindException e) {
        if (e instanceof InvalidTypeIdException unknown) {
            return "'%s' is not one of the kinds that are known here".formatted(unknown.getTypeId());
        }
        Class<?> type = e instanceof MismatchedInputException mismatch ? mismatch.getTargetType() : null;
        if (type == null) {
            return "is not valid";
        }
        String was = e instanceof InvalidFormatException bad ? ", was '%s'".formatted(bad.getValue()) : "";
        if (type.isEnum()) {
            return "must be one of %s%s".formatted(List.of(type.getEnumConstants()), was);
        }
        if (type == String.class) {
            return "must be text" + was;
        }
        if (type == Boolean.class || type == boolean.class) {
            return "must be true or false" + was;
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "must be a number that fits" + was;
        }
        if (Temporal.class.isAssignableFrom(type) || TemporalAmount.class.isAssignableFrom(type)) {
            return "must be ISO 8601%s".formatted(was);
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "must be a list" + was;
        }
        return "must be an object" + was;
    }

    private static ResponseEntity<Problem> invalid(String field, String message) {
        TrineException e = TrineException.invalid(field, message);
        return answer(e.code(), String.valueOf(e.getMessage()), e.violations());
    }

    private static ResponseEntity<Problem> answer(ErrorCode code, String detail, List<Violation> violations) {
        return ResponseEntity.status(code.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problem.of(code, detail, violations));
    }

    /** What an unreadable body comes from: a refusal of ours, wherever it is, else what Jackson says, else the deepest cause. */
    private static Throwable rootOf(Throwable e) {
        Throwable found = null;
        Throwable deepest = e;
        for (Throwable next = e; next != null; next = next.getCause()) {
            if (next instanceof TrineException) {
                return next;
            }
            if (found == null && next instanceof JacksonException) {
                found = next;
            }
            deepest = next;
        }
        return found == null ? deepest : found;
    }

    private static String path(DatabindException e) {
        String path = e.getPath().stream()
                .map(step ->
                        step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                .collect(Collectors.joining());
        return path.startsWith(".") ? path.substring(1) : path.isEmpty() ? "body" : path;
    }

    private static String join(String path, String field) {
        return path.isEmpty() || path.endsWith(field) ? (path.isEmpty() ? field : path) : path + "." + field;
    }
}
