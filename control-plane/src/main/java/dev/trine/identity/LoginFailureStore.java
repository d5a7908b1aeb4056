package dev.trine.identity;

import dev.trine.shared.Rows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Rows of {@code login_failures}. */
@Repository
class LoginFailureStore {

    private static final Duration KEPT = Duration.ofDays(1);

    private final JdbcClient jdbc;
    private final Clock clock;

    LoginFailureStore(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** How often a password for an e-mail was wrong, and until when none is judged. */
    record Failures(int count, @Nullable Instant lockedUntil) {}

    /** The failures of an e-mail. Guesses at the same one wait here for each other, until the transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    Failures lock(String email) {
        return jdbc.sql("""
                        INSERT INTO login_failures (email_sha256, last_at) VALUES (:email, :now)
                        ON CONFLICT (email_sha256) DO UPDATE SET last_at = excluded.last_at
                        RETURNING failures, locked_until
                        """)
                .param("email", key(email))
                .param("now", Rows.utc(clock.instant()))
                .query((row, number) -> new Failures(row.getInt("failures"), Rows.instantOrNull(row, "locked_until")))
                .single();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void set(String email, Failures failures) {
        jdbc.sql("UPDATE login_failures SET failures = :count, locked_until = :until WHERE email_sha256 = :email")
                .param("count", failures.count())
                .param("until", Rows.utcOrNull(failures.lockedUntil()))
                .param("email", key(email))
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void forget(String email) {
        jdbc.sql("DELETE FROM login_failures WHERE email_sha256 = :email")
                .param("email", key(email))
                .update();
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT6M")
    void sweep() {
        jdbc.sql("DELETE FROM login_failures WHERE last_at < :oldest")
                .param("oldest", Rows.utc(clock.instant().minus(KEPT)))
                .update();
    }

    static String key(String email) {
        return Secrets.sha256(email.toLowerCase(Locale.ROOT));
    }
}
