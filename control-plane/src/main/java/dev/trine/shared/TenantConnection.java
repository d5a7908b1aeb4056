package dev.trine.shared;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the pool that tells PostgreSQL, before each statement, whose rows it may reach ({@code trine.project}), unless it
 * has told it the same already. It lies below the pool, so that it lives as long as the session whose setting it knows.
 */
final class TenantConnection implements InvocationHandler {

    private static final Set<String> ENDS = Set.of("commit", "rollback", "setAutoCommit");

    private final Connection session;
    /** The session's setting; null when it is not known. */
    private @Nullable String told;
    /** Whether it was told in the transaction that is still open, and goes back with it. */
    private boolean pending;

    private TenantConnection(Connection session) {
        this.session = session;
    }

    static Connection of(Connection session) {
        return (Connection) Proxy.newProxyInstance(
                TenantConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new TenantConnection(session));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a connection is itself and no other
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        String name = method.getName();
        if (name.equals("equals") && arguments != null) {
            return proxy == arguments[0];
        }
        if (name.startsWith("prepare") || name.equals("createStatement")) {
            tell(Tenancy.reach());
        }
        boolean kept = false;
        try {
            Object answer = method.invoke(session, arguments);
            kept = !name.equals("rollback");
            return answer;
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        } finally {
            if (pending && ENDS.contains(name)) {
                told = kept ? told : null;
                pending = false;
            }
        }
    }

    private void tell(String reach) throws SQLException {
        if (reach.equals(told)) {
            return;
        }
        told = null;
        try (var statement = session.prepareStatement("SELECT set_config('trine.project', ?, false)")) {
            statement.setString(1, reach);
            statement.execute();
        }
        pending = !session.getAutoCommit();
        told = reach;
    }
}
