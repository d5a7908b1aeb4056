package dev.trine.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One embedded PostgreSQL per JVM, started when first asked for; every caller gets a database of its own. It belongs to the role
 * {@code trine}, an ordinary one, which row-level security holds as it does in production.
 */
public final class TestPostgres {

    private static final String OWNER = "trine";
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;

    private TestPostgres() {}

    /** A new empty database; its JDBC URL (user and password included). */
    public static String freshDatabase() {
        return create("template1");
    }

    /** A new database that starts as a copy of another of {@link #freshDatabase}, which nobody may be connected to. */
    public static String copyOf(String jdbcUrl) {
        String path = jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1);
        int query = path.indexOf('?');
        return create(query < 0 ? path : path.substring(0, query));
    }

    /** The same database as the superuser, whom no policy holds. */
    public static String asSuperuser(String jdbcUrl) {
        return jdbcUrl.replace("user=" + OWNER, "user=postgres");
    }

    private static String create(String template) {
        EmbeddedPostgres running = server();
        String name = "test_" + DATABASES.incrementAndGet();
        try (var connection = running.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template + " OWNER " + OWNER);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create database " + name, e);
        }
        return running.getJdbcUrl(OWNER, name);
    }

    private static void makeOwner(EmbeddedPostgres server) {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + OWNER + " LOGIN");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot make the role " + OWNER, e);
        }
    }

    private static synchronized EmbeddedPostgres server() {
        if (server == null) {
            try {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("synchronous_commit", "off")
                        .setServerConfig("max_connections", "200")
                        .setPGStartupWait(Await.DEADLINE)
                        .start();
                makeOwner(server);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return server;
    }
}
