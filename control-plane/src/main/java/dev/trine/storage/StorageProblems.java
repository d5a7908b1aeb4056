package dev.trine.storage;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.Problem;
import dev.trine.shared.ProblemHandler;
import dev.trine.shared.TrineException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Tells a caller what ails the object store, whichever endpoint found out. */
@RestControllerAdvice
@Order(0)
class StorageProblems {

    private final ProblemHandler problems;

    StorageProblems(ProblemHandler problems) {
        this.problems = problems;
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Problem> on(StorageFullException e, HttpServletResponse response) {
        return answer(ErrorCode.STORAGE_FULL, "the object store is full; go on when there is room", e, response);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Problem> on(StorageUnavailableException e, HttpServletResponse response) {
        return answer(ErrorCode.STORAGE_UNAVAILABLE, "the object store does not answer; try again soon", e, response);
    }

    private @Nullable ResponseEntity<Problem> answer(
            ErrorCode code, String detail, IOException cause, HttpServletResponse response) {
        return problems.on(new TrineException(code, detail, List.of(), cause), response);
    }
}
