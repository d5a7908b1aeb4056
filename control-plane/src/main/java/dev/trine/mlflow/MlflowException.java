package dev.trine.mlflow;

import org.springframework.http.HttpStatus;

/** An error in MLflow's own words: a code, and the status its clients expect with it. */
final class MlflowException extends RuntimeException {

    private final Code code;

    MlflowException(Code code, String message) {
        super(message);
        this.code = code;
    }

    static MlflowException invalid(String message) {
        return new MlflowException(Code.INVALID_PARAMETER_VALUE, message);
    }

    static MlflowException missing(String message) {
        return new MlflowException(Code.RESOURCE_DOES_NOT_EXIST, message);
    }

    Code code() {
        return code;
    }

    /** The codes of MLflow's {@code databricks.proto} that this part of the wire uses. */
    enum Code {
        INVALID_PARAMETER_VALUE(HttpStatus.BAD_REQUEST),
        RESOURCE_ALREADY_EXISTS(HttpStatus.BAD_REQUEST),
        RESOURCE_DOES_NOT_EXIST(HttpStatus.NOT_FOUND),
        ENDPOINT_NOT_FOUND(HttpStatus.NOT_FOUND),
        REQUEST_LIMIT_EXCEEDED(HttpStatus.TOO_MANY_REQUESTS),
        UNAUTHENTICATED(HttpStatus.UNAUTHORIZED),
        PERMISSION_DENIED(HttpStatus.FORBIDDEN),
        TEMPORARILY_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
        INVALID_STATE(HttpStatus.INTERNAL_SERVER_ERROR),
        INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR);

        private final HttpStatus status;

        Code(HttpStatus status) {
            this.status = status;
        }

        HttpStatus status() {
            return status;
        }
    }
}
