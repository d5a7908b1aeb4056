package dev.trine.shared;

import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * What the caller is told of an exception, whichever library it comes from and on whichever wire they are; what is inside stays
 * in the log.
 *
 * @param headers what belongs to the status: {@code Allow}, {@code Accept}, {@code Retry-After}
 */
public record Refusal(ErrorCode code, String detail, List<Violation> violations, HttpHeaders headers) {

    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);

    /** How Jackson tells of a member that is not there or null. */
    private static final Pattern MISSING = Pattern.compile(
            "(?:Missing required creator property|Invalid `null` value encountered for property) [\"'](\\w+)");

    /** What Jackson tells the programmers of a server. */
    private static final Pattern ADVICE =
            Pattern.compile("[:,]? (?:from|enable) `[^`]*`(?: to allow)?| \\(start marker at .*", Pattern.DOTALL);

    /** The refusal of whatever a handler has thrown. */
    public static Refusal of(Exception e) {
        return switch (e) {
            case TrineException ours -> of(ours);
            case HttpMessageNotReadableException body -> of(body);
            case MethodArgumentTypeMismatchException argument -> of(argument);
            case MissingServletRequestParameterException parameter ->
                invalid(parameter.getParameterName(), "is needed");
            case MissingRequestHeaderException header -> invalid(header.getHeaderName(), "is needed, as a header");
            case NoResourceFoundException _ -> plain(ErrorCode.NOT_FOUND, "there is nothing at this path");
            case HttpRequestMethodNotSupportedException method ->
                withItsHeaders(
                        ErrorCode.METHOD_NOT_ALLOWED, "%s is not taken here".formatted(method.getMethod()), method);
            case HttpMediaTypeNotSupportedException type ->
                withItsHeaders(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "%s is not taken here; send one of %s"
                                .formatted(
                                        type.getContentType() == null
                                                ? "this Content-Type"
                                                : "'" + type.getContentType() + "'",
                                        type.getSupportedMediaTypes()),
                        type);
            case HttpMediaTypeNotAcceptableException type ->
                plain(
                        ErrorCode.NOT_ACCEPTABLE,
                        type.getSupportedMediaTypes().isEmpty()
                                ? "the Accept header cannot be read"
                                : "this answer comes as " + type.getSupportedMediaTypes());
            case InvalidParameterException _ ->
                plain(
                        ErrorCode.MALFORMED_REQUEST,
                        "the query is not made of name=value pairs that are percent-encoded UTF-8");
            case ErrorResponse other
            when other.getStatusCode().is4xxClientError() ->
                plain(ErrorCode.MALFORMED_REQUEST, "the request cannot be read as what this resource takes");
            default -> ofFailure(e);
        };
    }

    private static Refusal of(TrineException e) {
        if (e.code().status().is5xxServerError()) {
            LOG.error("{}", e.getMessage(), e);
        }
        return new Refusal(e.code(), String.valueOf(e.getMessage()), e.violations(), HttpHeaders.EMPTY);
    }

    private static Refusal of(HttpMessageNotReadableException e) {
        return switch (rootOf(e)) {
            case TrineException ours -> of(ours);
            case UnrecognizedPropertyException unknown ->
                invalid(path(unknown), "is not a field here; known are " + unknown.getKnownPropertyIds());
            case KeepableInJson.Unkeepable value -> invalid(path(value), value.getOriginalMessage());
            case DatabindException bad ->
                badId(bad).or(() -> missing(bad)).orElseGet(() -> invalid(path(bad), wanted(bad)));
            case JacksonException syntax ->
                plain(
                        ErrorCode.MALFORMED_REQUEST,
                        "the body is not JSON: "
                                + ADVICE.matcher(syntax.getOriginalMessage()).replaceAll(""));
            default -> plain(ErrorCode.MALFORMED_REQUEST, "a JSON body is needed");
        };
    }

    private static Refusal of(MethodArgumentTypeMismatchException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TrineException ours) {
                return of(ours);
            }
        }
        return invalid(e.getName(), "'%s' is not a valid value".formatted(e.getValue()));
    }

    private static Refusal ofFailure(Exception e) {
        Optional<DatabaseFault> fault = DatabaseFault.behind(e);
        if (fault.isPresent()) {
            return of(fault.get(), e);
        }
        if (UnkeepableText.isBehind(e)) {
            return plain(
                    ErrorCode.MALFORMED_REQUEST, "a text in the request has a NUL character, which cannot be kept");
        }
        LOG.error("unexpected", e);
        return plain(ErrorCode.INTERNAL, "this is our mistake; the request id finds it in the logs");
    }

    private static Refusal of(DatabaseFault fault, Exception e) {
        LOG.warn("the database is {}: {}", fault, e.getMessage());
        return switch (fault) {
            case AWAY -> soon("the database does not answer; try again soon");
            case CHOSE_ANOTHER -> soon("too many requests change the same things at once; try again soon");
            case FULL -> plain(ErrorCode.DATABASE_FULL, "the database has no room left; go on when there is room");
        };
    }

    private static Refusal soon(String detail) {
        var headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, "2");
        return new Refusal(ErrorCode.DATABASE_UNAVAILABLE, detail, List.of(), headers);
    }

    private static Refusal plain(ErrorCode code, String detail) {
        return new Refusal(code, detail, List.of(), HttpHeaders.EMPTY);
    }

    private static Refusal invalid(String field, String message) {
        return of(TrineException.invalid(field, message));
    }

    private static Refusal withItsHeaders(ErrorCode code, String detail, ErrorResponse told) {
        return new Refusal(code, detail, List.of(), told.getHeaders());
    }

    /** The refusal of a member that should name something by its id, and has no such form. */
    private static Optional<Refusal> badId(DatabindException e) {
        return e.getCause() instanceof TrineException ours && ours.code() == ErrorCode.NOT_FOUND
                ? Optional.of(invalid(path(e), String.valueOf(ours.getMessage())))
                : Optional.empty();
    }

    /** The refusal of a body in which something is not there, if that is what is wrong. */
    private static Optional<Refusal> missing(DatabindException e) {
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

    /**
     * What an unreadable body comes from: what Jackson says, which knows the place; else a refusal of ours, or the deepest cause.
     * A refusal that names its fields itself goes before.
     */
    private static Throwable rootOf(Throwable e) {
        Throwable found = null;
        Throwable deepest = e;
        for (Throwable next = e; next != null; next = next.getCause()) {
            if (next instanceof TrineException ours && (found == null || ours.code() != ErrorCode.NOT_FOUND)) {
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
