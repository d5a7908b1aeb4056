package dev.trine;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/** Applies the migrations to the database at {@code TRINE_DATABASE_URL} (JDBC, user and password included) and ends. */
public final class Migrate {

    private Migrate() {}

    public static void main(String[] args) {
        String url = System.getenv("TRINE_DATABASE_URL");
        if (url == null || url.isBlank()) {
            System.err.println(
                    "TRINE_DATABASE_URL is needed, e.g. jdbc:postgresql://localhost/trine?user=trine&password=…");
            System.exit(2);
            return;
        }
        MigrateResult result = migrate(url);
        System.out.printf(
                "%d migrations applied, schema version %s%n", result.migrationsExecuted, result.targetSchemaVersion);
    }

    /** Brings a database to the newest schema; does nothing to one that has it. */
    static MigrateResult migrate(String url) {
        return Flyway.configure()
                .dataSource(url, null, null)
                .locations("classpath:db/migration")
                .outOfOrder(true)
                // its rows are everybody's: see Tenancy
                .initSql("SET trine.project = 'platform'")
                .load()
                .migrate();
    }
}
