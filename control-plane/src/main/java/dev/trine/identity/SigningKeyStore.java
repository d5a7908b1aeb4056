package dev.trine.identity;

import dev.trine.shared.Rows;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code signing_keys}. */
@Repository
class SigningKeyStore {

    private final JdbcClient jdbc;

    SigningKeyStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(String id, String jwk, Instant now) {
        jdbc.sql("INSERT INTO signing_keys (id, jwk, created_at) VALUES (:id, :jwk, :now)")
                .param("id", id)
                .param("jwk", jwk)
                .param("now", Rows.utc(now))
                .update();
    }

    /** Every key as a JSON Web Key, the newest last. */
    List<String> all() {
        return jdbc.sql("SELECT jwk FROM signing_keys ORDER BY created_at, id")
                .query((row, number) -> row.getString("jwk"))
                .list();
    }
}
