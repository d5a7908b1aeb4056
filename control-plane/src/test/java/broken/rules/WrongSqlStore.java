package broken.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
public final class WrongSqlStore {

    private static final String COLUMNS = "id, ";

    private final JdbcClient jdbc;

    public WrongSqlStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public List<@Nullable String> everyColumn() {
        return jdbc.sql("""
                        SELECT *
                          FROM things
                        """).query(String.class).list();
    }

    public List<@Nullable String> everyColumnOfATable(String order) {
        return jdbc.sql("SELECT " + COLUMNS + " t.* FROM things t ORDER BY " + order)
                .query(String.class)
                .list();
    }

    public List<@Nullable String> thePageAfterSkippedRows() {
        return jdbc.sql("SELECT id FROM things ORDER BY id LIMIT 10 OFFSET :skipped")
                .query(String.class)
                .list();
    }
}
