package dev.trine.shared;

import org.springframework.http.HttpStatus;

/** Every error the API can answer with. The set is closed; the names are part of the API and never change. */
public enum ErrorCode {
    VALIDATION_FAILED(HttpStatus.UNPROCESSABLE_CONTENT, "The request has invalid fields"),
    MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be read"),
    /** The gateway's own word for a body that makes no progress. */
    REQUEST_TIMEOUT(HttpStatus.REQUEST_TIMEOUT, "The request did not come in time"),
    /** The gateway's own word, as the next one. */
    TARGET_TOO_LONG(HttpStatus.URI_TOO_LONG, "The request's target is too long"),
    HEADERS_TOO_LARGE(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's headers are too large"),
    INVALID_PAGE_TOKEN(HttpStatus.BAD_REQUEST, "The page token is not one of ours"),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "Log in first"),
    INVALID_CREDENTIALS(HttpStatus.UNAUTHORIZED, "E-mail or password is wrong"),
    TOKEN_EXPIRED(HttpStatus.UNAUTHORIZED, "The token has expired"),
    PERMISSION_DENIED(HttpStatus.FORBIDDEN, "Your role does not allow this"),
    REGISTRATION_CLOSED(HttpStatus.FORBIDDEN, "Registration is closed"),
    ACCOUNT_LOCKED(HttpStatus.TOO_MANY_REQUESTS, "Too many failed attempts"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such resource"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This resource does not take that method"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "This resource has no such representation"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "This resource does not take that content type"),
    ALREADY_EXISTS(HttpStatus.CONFLICT, "The name is taken"),
    CONFLICT(HttpStatus.CONFLICT, "The resource's state does not allow this"),
    VERSION_CONFLICT(HttpStatus.PRECONDITION_FAILED, "The resource was changed meanwhile"),
    PRECONDITION_REQUIRED(HttpStatus.PRECONDITION_REQUIRED, "An If-Match header is needed"),
    IDEMPOTENCY_CONFLICT(HttpStatus.UNPROCESSABLE_CONTENT, "The idempotency key was used for another request"),
    IN_USE(HttpStatus.CONFLICT, "Something else still needs the resource"),
    UPLOAD_OFFSET_CONFLICT(HttpStatus.CONFLICT, "The upload continues at another offset"),
    UPLOAD_INCOMPLETE(HttpStatus.CONFLICT, "The upload is not complete"),
    UPLOAD_EXPIRED(HttpStatus.GONE, "The upload has expired"),
    UPLOAD_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The upload is larger than allowed"),
    CHECKSUM_MISMATCH(HttpStatus.UNPROCESSABLE_CONTENT, "The bytes do not have the promised hash"),
    UNSUPPORTED_FILE_TYPE(HttpStatus.UNPROCESSABLE_CONTENT, "The file's type is not supported"),
    CORRUPT_FILE(HttpStatus.UNPROCESSABLE_CONTENT, "The file is damaged"),
    INVALID_TABLE(HttpStatus.UNPROCESSABLE_CONTENT, "The table's content is not usable"),
    RESOURCES_IMPOSSIBLE(HttpStatus.UNPROCESSABLE_CONTENT, "No node could ever fit this"),
    MODEL_UNUSABLE(HttpStatus.UNPROCESSABLE_CONTENT, "The model cannot be used for this"),
    SERVICE_NOT_READY(HttpStatus.SERVICE_UNAVAILABLE, "The service has no ready replica"),
    STORAGE_FULL(HttpStatus.INSUFFICIENT_STORAGE, "The object store has no room left"),
    STORAGE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The object store does not answer"),
    DATABASE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The database does not answer"),
    DATABASE_FULL(HttpStatus.INSUFFICIENT_STORAGE, "The database has no room left"),
    /** The gateway's own word for us. */
    CONTROL_PLANE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The control plane does not answer"),
    /** The gateway's own word for a replica, or us. */
    UPSTREAM_FAILED(HttpStatus.BAD_GATEWAY, "The upstream broke off"),
    RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
    INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "Something unexpected went wrong on our side");

    private final HttpStatus status;
    private final String title;

    ErrorCode(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }
}
