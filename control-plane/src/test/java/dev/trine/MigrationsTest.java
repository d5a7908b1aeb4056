package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    private static final Path KEPT = Path.of("..", "docs", "reference", "schema.md");

    @Test
    void anEmptyDatabaseGetsTheSchemaThatIsDocumented() throws SQLException, IOException {
        String url = TestPostgres.freshDatabase();
        assertThat(Migrate.migrate(url).migrationsExecuted).isPositive();
        assertThat(Migrate.migrate(url).migrationsExecuted).as("a second time").isZero();
        String schema = describe(url);
        if (System.getenv("TRINE_UPDATE_SNAPSHOTS") != null) {
            Files.writeString(KEPT, schema);
        }
        assertThat(schema)
                .as("the schema changed: run make snapshots and look at the difference")
                .isEqualTo(Files.readString(KEPT));
    }

    @Test
    void everyTableSaysWhatItIsFor() throws SQLException {
        String url = TestPostgres.freshDatabase();
        Migrate.migrate(url);
        assertThat(query(url, """
                        SELECT c.relname FROM pg_class c
                         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
                           AND c.relname <> 'flyway_schema_history' AND obj_description(c.oid) IS NULL
                        """)).isEmpty();
    }

    private static String describe(String url) throws SQLException {
        var text = new StringBuilder("# Database schema\n\nWritten by `make snapshots` from the migrations.\n");
        for (String table : query(url, """
                SELECT c.relname || '|' || coalesce(obj_description(c.oid), '') FROM pg_class c
                 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
                   AND c.relname <> 'flyway_schema_history' ORDER BY c.relname
                """)) {
            String name = table.substring(0, table.indexOf('|'));
            text.append("\n## ").append(name).append("\n\n").append(table.substring(table.indexOf('|') + 1));
            text.append("\n\n| Column | Type | |\n|---|---|---|\n");
            query(url, """
                            SELECT '| ' || a.attname || ' | ' || format_type(a.atttypid, a.atttypmod)
                                   || CASE WHEN a.attnotnull THEN '' ELSE ', may be null' END
                                   || ' | ' || coalesce(col_description(a.attrelid, a.attnum), '') || ' |'
                              FROM pg_attribute a
                             WHERE a.attrelid = 'public.%s'::regclass AND a.attnum > 0 AND NOT a.attisdropped
                             ORDER BY a.attnum
                            """.formatted(name)).forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    private static List<String> query(String url, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
