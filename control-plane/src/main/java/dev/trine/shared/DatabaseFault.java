package dev.trine.shared;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * What can be wrong with the database that is no fault of the statement, and may be over the next time. A connection can break at
 * any statement, at the commit, or while it is given back, and each place wraps it differently; so the whole chain of causes counts.
 */
public enum DatabaseFault {
    /** It does not answer. */
    AWAY,
    /** Its disk has no room. */
    FULL,
    /** It ended the transaction for the sake of another: a deadlock, or an order that could not be. */
    CHOSE_ANOTHER;

    private static final int DEEPEST = 20;

    /**
     * Which of them is behind this error, or what it came from. Where the database has said what is wrong, that decides; the
     * classes that wrap it are broader. Where a transaction could not even be rolled back, what that was for counts.
     */
    public static Optional<DatabaseFault> behind(@Nullable Throwable error) {
        boolean wrapped = false;
        int depth = 0;
        for (Throwable cause = error; cause != null && depth < DEEPEST; cause = cause.getCause(), depth++) {
            if (cause instanceof TransactionSystemException rolledBack) {
                Optional<DatabaseFault> before = behind(rolledBack.getApplicationException());
                if (before.isPresent()) {
                    return before;
                }
                // when it was for a commit that failed, which nobody tells then: its connection is gone
                wrapped |= rolledBack.getCause() instanceof SQLException;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return said(sql.getSQLState());
            }
            wrapped |= cause instanceof DataAccessResourceFailureException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof SQLTransientConnectionException;
        }
        return wrapped ? Optional.of(AWAY) : Optional.empty();
    }

    /** Whether any of them is behind this error. */
    public static boolean isBehind(@Nullable Throwable error) {
        return behind(error).isPresent();
    }

    /** By its SQLSTATE; see PostgreSQL's manual, appendix A. */
    private static Optional<DatabaseFault> said(String state) {
        return switch (state) {
            // shut down, crashed, starting, its database dropped, the session idle for too long; too many connections
            case "57P01", "57P02", "57P03", "57P04", "57P05", "53300" -> Optional.of(AWAY);
            case "53100" -> Optional.of(FULL);
            case "40001", "40P01" -> Optional.of(CHOSE_ANOTHER);
            default -> state.startsWith("08") ? Optional.of(AWAY) : Optional.empty();
        };
    }
}
