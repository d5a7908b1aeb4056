package dev.trine.shared;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Tells errors that pass by themselves, when the database is there again, from those that do not. A connection can break at any
 * statement, at the commit, or while it is given back, and each place wraps it differently; so the whole chain of causes counts.
 */
public final class DatabaseAway {

    /** SQLSTATEs beside class 08, connection exception: 57P0x shut down, crashed, starting; 53300 too many connections. */
    private static final Set<String> STATES = Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "53300");

    private DatabaseAway() {}

    /**
     * Whether this error, or what it came from, is that the database did not answer. Where the database has said what is wrong,
     * that decides; the classes that wrap it are broader.
     */
    public static boolean isBehind(@Nullable Throwable error) {
        boolean wrapped = false;
        int depth = 0;
        for (Throwable cause = error; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return away(sql.getSQLState());
            }
            wrapped |= cause instanceof DataAccessResourceFailureException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof SQLTransientConnectionException;
        }
        return wrapped;
    }

    private static boolean away(String state) {
        return state.startsWith("08") || STATES.contains(state);
    }
}
