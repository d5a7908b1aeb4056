package dev.trine.shared;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An error on the wire: RFC 9457 problem details ({@code application/problem+json}).
 *
 * @param type {@code urn:trine:error:} and the code
 * @param title what kind of error it is; the same for every occurrence
 * @param status the HTTP status again
 * @param detail what was wrong here, and what would be right
 * @param code what went wrong, of a closed set
 * @param requestId finds the request in the logs
 * @param violations the invalid fields, if it is about fields
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        ErrorCode code,
        String requestId,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Violation> violations) {

    static Problem of(ErrorCode code, String detail, List<Violation> violations, String requestId) {
        return new Problem(
                "urn:trine:error:" + code.name(),
                code.title(),
                code.status().value(),
                detail,
                code,
                requestId,
                violations);
    }
}
