package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.testkit.TestPostgres;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * How PostgreSQL executes what a store asks. The store runs unchanged with its real parameters on a database of some thousand
 * rows, and {@code auto_explain} tells the plan of each of its queries.
 */
public final class Plans implements AutoCloseable {

    private final SingleConnectionDataSource connection;
    private final List<String> seen = new ArrayList<>();
    private final JdbcTemplate template;

    /** One of the projects whose rows are looked for; there are 200, each with 100 of what is listed. */
    public static final UUID PROJECT = UUID.fromString("00000000-0000-7000-8000-000000000007");

    /** A place in a list: the page after it is asked for, too. */
    public static final UUID SOMEWHERE = UUID.fromString("ffffffff-0000-7000-8000-000000000000");

    private static final String TENANTS = """
            INSERT INTO users (id, email, name, password_hash, created_at)
            SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'u' || n, 'u', '-', now()
              FROM generate_series(1, 200) n;
            INSERT INTO organizations (id, name, slug, created_at)
            SELECT id, name, 'o-' || email, now() FROM users;
            INSERT INTO projects (id, organization_id, name, slug, created_at)
            SELECT id, id, name, 'p-' || email, now() FROM users;
            """;

    /** @param rows statements that fill the database, one a string */
    public Plans(String... rows) {
        // auto_explain is loaded by a superuser only; the queries are those of the role that row-level security holds
        connection = new SingleConnectionDataSource(TestPostgres.asSuperuser(Schema.freshDatabase()), true);
        template = new JdbcTemplate(connection) {
            @Override
            protected void handleWarnings(Statement statement) throws SQLException {
                for (SQLWarning told = statement.getWarnings(); told != null; told = told.getNextWarning()) {
                    String text = String.valueOf(told.getMessage());
                    if (text.contains("plan:")) {
                        seen.add(text);
                    }
                }
            }
        };
        template.execute("SET ROLE trine");
        template.execute("SET trine.project = 'platform'");
        template.execute(TENANTS);
        for (String statement : rows) {
            template.execute(statement);
        }
        template.execute("ANALYZE");
        template.execute("RESET ROLE");
        // sorting and reading a table whole is made to look dear, so that it is done only where no index spares it
        for (String way : List.of("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort")) {
            template.execute("SET " + way + " = off");
        }
        template.execute("SET random_page_cost = 1.1");
        template.execute("LOAD 'auto_explain'");
        template.execute("SET auto_explain.log_min_duration = 0");
        template.execute("SET client_min_messages = log");
        template.execute("SET ROLE trine");
        template.execute("SET trine.project = '" + PROJECT + "'");
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(new NamedParameterJdbcTemplate(template));
    }

    public NamedParameterJdbcTemplate named() {
        return new NamedParameterJdbcTemplate(template);
    }

    /** The plans of all queries that this list sends. */
    public Plan of(Runnable list) {
        seen.clear();
        list.run();
        assertThat(seen).as("plans told by auto_explain").isNotEmpty();
        return new Plan(String.join("\n", seen));
    }

    @Override
    public void close() {
        connection.destroy();
    }

    /** What PostgreSQL said. */
    public record Plan(String text) {

        /**
         * The rows come from an index, in the order that is asked for: nothing is sorted, no table is read whole.
         *
         * @param condition a part of what the index is asked for
         */
        public void uses(String index, String condition) {
            assertThat(text).contains(" using " + index + " ").doesNotContain("Disabled: true");
            assertThat(text.lines().filter(line -> line.contains("Index Cond:")))
                    .as(text)
                    .anySatisfy(line -> assertThat(line).contains(condition));
        }

        /** The whole table comes in the order of an index. */
        public void isInOrderOf(String index) {
            assertThat(text).contains(" using " + index + " ").doesNotContain("Disabled: true");
        }
    }
}
