package dev.trine.shared;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An error with a place in the closed {@link ErrorCode} set; becomes an RFC 9457 problem on the wire. */
public class TrineException extends RuntimeException {

    private final ErrorCode code;
    private final transient List<Violation> violations;

    /**
     * @param detail what was wrong with which value, and what would be right; shown to the caller
     */
    public TrineException(ErrorCode code, String detail) {
        this(code, detail, List.of(), null);
    }

    public TrineException(ErrorCode code, String detail, List<Violation> violations, @Nullable Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.violations = List.copyOf(violations);
    }

    /** One invalid field. */
    public static TrineException invalid(String field, String message) {
        return invalid(List.of(new Violation(field, message)));
    }

    /** All invalid fields of a request at once. */
    public static TrineException invalid(List<Violation> violations) {
        String detail = violations.size() == 1
                ? violations.getFirst().field() + ": " + violations.getFirst().message()
                : violations.size() + " fields are invalid";
        return new TrineException(ErrorCode.VALIDATION_FAILED, detail, violations, null);
    }

    /** A missing resource and a foreign one: nobody can tell which. */
    public static TrineException notFound(String kind, Object id) {
        return new TrineException(ErrorCode.NOT_FOUND, "there is no %s '%s'".formatted(kind, id));
    }

    public ErrorCode code() {
        return code;
    }

    public List<Violation> violations() {
        return violations;
    }
}
