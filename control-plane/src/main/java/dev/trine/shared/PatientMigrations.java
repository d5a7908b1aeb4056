package dev.trine.shared;

import java.sql.SQLException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.springframework.stereotype.Component;

/**
 * A migration may rewrite millions of rows in one statement, while the pool's connections give up on a database that says nothing for
 * a minute: those that migrate do not. The pool gives them their limit back.
 */
@Component
class PatientMigrations implements Callback {

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        try {
            context.getConnection().setNetworkTimeout(Runnable::run, 0);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot wait for a migration for as long as it takes", e);
        }
    }

    @Override
    public String getCallbackName() {
        return "patience";
    }
}
