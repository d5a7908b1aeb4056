package broken.rules;

import java.sql.Connection;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

@Service
public final class SqlOutsideOfAStore {

    private final JdbcClient jdbc;

    public SqlOutsideOfAStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public int one(Connection connection) {
        return jdbc.sql("SELECT 1").query(Integer.class).single() + connection.hashCode();
    }
}
