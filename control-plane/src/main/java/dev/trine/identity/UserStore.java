package dev.trine.identity;

import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;

/** Rows of {@code users} and {@code refresh_tokens}. */
@Repository
class UserStore {

    private final JdbcClient jdbc;
    private final Clock clock;

    UserStore(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A user with what a login needs. */
    record Account(User user, String passwordHash) {}

    /** A refresh token as kept. */
    record Refresh(UUID family, UserId user, Instant expiresAt, boolean used, boolean revoked) {}

    /** False when the e-mail is taken. */
    boolean insert(User user, String passwordHash, Instant now) {
        return jdbc.sql("""
                        INSERT INTO users (id, email, name, password_hash, created_at)
                        VALUES (:id, :email, :name, :hash, :now)
                        ON CONFLICT (lower(email)) DO NOTHING
                        """)
                        .param("id", user.id().value())
                        .param("email", user.email())
                        .param("name", user.name())
                        .param("hash", passwordHash)
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    /** Whether there is anybody. */
    boolean any() {
        return jdbc.sql("SELECT EXISTS (SELECT FROM users)")
                .query(Boolean.class)
                .single();
    }

    Optional<Account> byEmail(String email) {
        return jdbc.sql("SELECT id, email, name, password_hash FROM users WHERE lower(email) = lower(:email)")
                .param("email", email)
                .query((row, number) -> new Account(user(row), row.getString("password_hash")))
                .optional();
    }

    /** The same of somebody whose password may be judged now, for it is not locked. */
    Optional<Account> unlocked(String email, String emailSha256, Instant now) {
        return jdbc.sql("""
                        SELECT id, email, name, password_hash
                          FROM users
                         WHERE lower(email) = lower(:email)
                           AND NOT EXISTS (SELECT FROM login_failures
                                            WHERE email_sha256 = :sha256 AND locked_until > :now)
                        """)
                .param("email", email)
                .param("sha256", emailSha256)
                .param("now", Rows.utc(now))
                .query((row, number) -> new Account(user(row), row.getString("password_hash")))
                .optional();
    }

    Optional<User> find(UserId id) {
        return jdbc.sql("SELECT id, email, name FROM users WHERE id = :id")
                .param("id", id.value())
                .query((row, number) -> user(row))
                .optional();
    }

    void insertRefresh(String sha256, UUID family, UserId user, Instant now, Instant expiresAt) {
        jdbc.sql("""
                        INSERT INTO refresh_tokens (sha256, family, user_id, created_at, expires_at)
                        VALUES (:sha256, :family, :user, :now, :expires)
                        """)
                .param("sha256", sha256)
                .param("family", family)
                .param("user", user.value())
                .param("now", Rows.utc(now))
                .param("expires", Rows.utc(expiresAt))
                .update();
    }

    /** A token, locked until the transaction ends. */
    Optional<Refresh> lockRefresh(String sha256) {
        return jdbc.sql("""
                        SELECT family, user_id, expires_at, used_at, revoked_at
                          FROM refresh_tokens WHERE sha256 = :sha256 FOR UPDATE
                        """)
                .param("sha256", sha256)
                .query((row, number) -> new Refresh(
                        row.getObject("family", UUID.class),
                        new UserId(row.getObject("user_id", UUID.class)),
                        Rows.instant(row, "expires_at"),
                        row.getObject("used_at") != null,
                        row.getObject("revoked_at") != null))
                .optional();
    }

    void useRefresh(String sha256, Instant now) {
        jdbc.sql("UPDATE refresh_tokens SET used_at = :now WHERE sha256 = :sha256")
                .param("sha256", sha256)
                .param("now", Rows.utc(now))
                .update();
    }

    void revokeFamily(UUID family, Instant now) {
        jdbc.sql("UPDATE refresh_tokens SET revoked_at = :now WHERE family = :family AND revoked_at IS NULL")
                .param("family", family)
                .param("now", Rows.utc(now))
                .update();
    }

    /** Takes away tokens that have been of no use for a day. */
    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT7M")
    void sweepRefresh() {
        jdbc.sql("DELETE FROM refresh_tokens WHERE expires_at < :oldest")
                .param("oldest", Rows.utc(clock.instant().minus(Duration.ofDays(1))))
                .update();
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(new UserId(row.getObject("id", UUID.class)), row.getString("email"), row.getString("name"));
    }
}
