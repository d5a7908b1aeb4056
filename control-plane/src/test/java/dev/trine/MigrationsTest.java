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
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {

    private static final Path KEPT = Path.of("..", "docs", "reference", "schema.md");

    @Test
    void anEmptyDatabaseGetsTheSchemaThatIsDocumented() throws SQLException, IOException {
        String url = TestPostgres.freshDatabase();
        assertThat(Migrate.migrate(url).migrationsExecuted).isPositive();
        assertThat(Migrate.migrate(url).migrationsExecuted).as("a second time").isZero();
        Kept.is(describe(url), KEPT);
    }

    @Test
    void everyTableAndEveryColumnThatIsNotPlainSaysWhatItIsFor() throws SQLException {
        String url = Schema.freshDatabase();
        assertThat(uncommented(url)).isEmpty();
        execute(url, """
                CREATE TABLE broken_things (id uuid PRIMARY KEY, owner uuid REFERENCES users (id), mode text, created_at timestamptz)
                """);
        assertThat(uncommented(url)).containsExactly("broken_things", "broken_things.mode");
    }

    @Test
    void whatWasThereBeforeGetsNumbersByAgeTheNamesOfItsTagsAndItsModelsAsOutputs() throws SQLException {
        String url = TestPostgres.freshDatabase();
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("classpath:db/migration")
                .target("60.020")
                .load()
                .migrate();
        execute(url, """
                INSERT INTO organizations (id, name, slug, created_at) VALUES (uuidv7(), 'o', 'o', now());
                INSERT INTO projects (id, organization_id, name, slug, created_at)
                SELECT uuidv7(), id, called, called, now() FROM organizations, unnest(ARRAY['a', 'b']) AS called;
                INSERT INTO experiments (id, project_id, name, created_at, updated_at)
                SELECT uuidv7(), p.id, e.name, e.at, e.at
                  FROM projects p,
                       (VALUES ('late', timestamptz '2025-01-03'), ('early', '2025-01-01'), ('Default', '2025-01-02')) AS e (name, at);
                INSERT INTO runs (id, project_id, experiment_id, name, status, created_at, started_at)
                SELECT id, project_id, id, 'before', 'RUNNING', now(), now() FROM experiments WHERE name <> 'Default';
                INSERT INTO run_tags (run_id, key, value)
                SELECT runs.id, 'mlflow.runName', 'tagged' FROM runs JOIN experiments e ON e.id = runs.id WHERE e.name = 'early';
                INSERT INTO logged_models (id, project_id, experiment_id, run_id, name, model_type, status, created_at, updated_at)
                SELECT id, project_id, experiment_id, id, 'net', '', 'LOGGED_MODEL_READY', now(), now() FROM runs;
                """);
        Migrate.migrate(url);
        String everybodys = url + "&options=-c%20trine.project=platform";
        execute(everybodys, """
                INSERT INTO experiments (id, project_id, name, created_at, updated_at)
                SELECT uuidv7(), id, 'new', now(), now() FROM projects WHERE name = 'a'
                """);
        assertThat(query(everybodys, """
                SELECT e.name FROM experiments e JOIN projects p ON p.id = e.project_id WHERE p.name = 'a' ORDER BY number
                """)).containsExactly("Default", "early", "late", "new");
        assertThat(query(everybodys, "SELECT count(*) FROM experiments WHERE number = 0"))
                .containsExactly("2");
        assertThat(query(everybodys, "SELECT DISTINCT name FROM runs ORDER BY name"))
                .containsExactly("before", "tagged");
        assertThat(query(everybodys, "SELECT key FROM run_tags")).isEmpty();
        assertThat(query(everybodys, "SELECT count(*) FROM run_models WHERE role = 'OUTPUT' AND run_id = model_id"))
                .containsExactly("4");
    }

    @Test
    void whatRunsHaveLoggedGetsTheirProjectWhereThePoliciesHoldAlready(@TempDir Path before) throws Exception {
        String url = TestPostgres.freshDatabase();
        try (Stream<Path> all = Files.walk(Path.of("src", "main", "resources", "db", "migration"))) {
            for (Path sql : all.filter(Files::isRegularFile).toList()) {
                String name = sql.getFileName().toString();
                if (Stream.of("V60_050", "V60_060", "V95_010").noneMatch(name::startsWith)) {
                    Files.copy(sql, before.resolve(name));
                }
            }
        }
        Flyway.configure()
                .dataSource(url, null, null)
                .locations("filesystem:" + before)
                .load()
                .migrate();
        String everybodys = url + "&options=-c%20trine.project=platform";
        execute(everybodys, """
                INSERT INTO organizations (id, name, slug, created_at) VALUES (uuidv7(), 'o', 'o', now());
                INSERT INTO projects (id, organization_id, name, slug, created_at)
                SELECT uuidv7(), id, called, called, now() FROM organizations, unnest(ARRAY['a', 'b']) AS called;
                INSERT INTO experiments (id, project_id, name, created_at, updated_at)
                SELECT uuidv7(), id, 'e', now(), now() FROM projects;
                INSERT INTO runs (id, project_id, experiment_id, name, status, created_at, started_at)
                SELECT uuidv7(), project_id, id, 'r', 'RUNNING', now(), now() FROM experiments;
                INSERT INTO run_params (run_id, key, value) SELECT id, 'depth', '3' FROM runs;
                INSERT INTO run_tags (run_id, key, value) SELECT id, 'stage', 'try' FROM runs;
                INSERT INTO run_metrics (run_id, key, step, timestamp_ms, value) SELECT id, 'loss', 1, 1, 1 FROM runs;
                INSERT INTO run_latest_metrics (run_id, key, step, timestamp_ms, value) SELECT id, 'loss', 1, 1, 1 FROM runs;
                """);
        assertThat(Migrate.migrate(url).migrationsExecuted).isEqualTo(3);
        String project =
                query(everybodys, "SELECT id FROM projects WHERE name = 'a'").getFirst();
        String anns = url + "&options=-c%20trine.project=" + project;
        for (String table : List.of("run_params", "run_tags", "run_metrics", "run_latest_metrics")) {
            assertThat(query(everybodys, """
                            SELECT count(*) FROM %s JOIN runs ON runs.id = run_id AND runs.project_id = %1$s.project_id
                            """.formatted(table))).as(table).containsExactly("2");
            assertThat(query(anns, "SELECT project_id FROM " + table)).as(table).containsExactly(project);
        }
        execute(anns, "INSERT INTO run_tags (run_id, key, value) SELECT id, 'by', 'the version before' FROM runs");
        assertThat(query(anns, "SELECT DISTINCT project_id FROM run_tags")).containsExactly(project);
    }

    @Test
    void theCoreTablesAreThere() throws SQLException {
        assertThat(query(Schema.freshDatabase(), "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
                .contains(
                        "users",
                        "organizations",
                        "memberships",
                        "projects",
                        "api_keys",
                        "audit_events",
                        "datasets",
                        "dataset_versions",
                        "experiments",
                        "runs",
                        "training_jobs",
                        "models",
                        "model_versions",
                        "inference_services");
    }

    /** Plain is a reference to a row elsewhere, and what its name says all of. */
    private static List<String> uncommented(String url) throws SQLException {
        return query(url, """
                WITH ours AS (
                    SELECT c.oid, c.relname FROM pg_class c
                     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                       AND c.relname <> 'flyway_schema_history')
                SELECT relname FROM ours WHERE obj_description(oid, 'pg_class') IS NULL
                UNION ALL
                SELECT o.relname || '.' || a.attname
                  FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid
                 WHERE a.attnum > 0 AND NOT a.attisdropped
                   AND col_description(o.oid, a.attnum) IS NULL
                   AND NOT EXISTS (SELECT 1 FROM pg_constraint f
                                    WHERE f.conrelid = o.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))
                   AND a.attname NOT IN (
                       'id', 'name', 'email', 'slug', 'description', 'tags', 'alias', 'filename', 'path', 'key', 'value', 'version',
                       'size_bytes', 'memory_bytes', 'row_count', 'gpus', 'created_by', 'created_at', 'updated_at', 'queued_at',
                       'started_at', 'ended_at', 'expires_at', 'revoked_at', 'used_at')
                 ORDER BY 1
                """);
    }

    private static void execute(String url, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
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
