package dev.trine.identity;

import dev.trine.shared.Json;
import dev.trine.shared.Rows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code idempotency_keys}. */
@Repository
class IdempotencyStore {

    /** How long an answer is kept. */
    static final Duration KEPT = Duration.ofDays(1);

    private final JdbcClient jdbc;
    private final Clock clock;

    IdempotencyStore(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * What a request was answered.
     *
     * @param body JSON
     */
    record Answer(int status, Map<String, String> headers, String body) {}

    /** An answer, and the digest of the request it was given to. */
    record KeptAnswer(String requestSha256, Answer answer) {}

    /**
     * Takes a key for this transaction; waits for another one that has it.
     *
     * @return empty when the key is ours; else what was answered before
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Optional<KeptAnswer> claim(UserId user, String key, String requestSha256) {
        Instant oldest = clock.instant().minus(KEPT);
        int inserted = jdbc.sql("""
                        INSERT INTO idempotency_keys (user_id, key, request_sha256, created_at)
                        VALUES (:user, :key, :digest, :now)
                        ON CONFLICT (user_id, key) DO UPDATE
                           SET request_sha256 = EXCLUDED.request_sha256, created_at = EXCLUDED.created_at, status = NULL,
                               headers = NULL, body = NULL
                         WHERE idempotency_keys.created_at < :oldest
                        """)
                .param("user", user.value())
                .param("key", key)
                .param("digest", requestSha256)
                .param("now", Rows.utc(clock.instant()))
                .param("oldest", Rows.utc(oldest))
                .update();
        if (inserted == 1) {
            return Optional.empty();
        }
        return kept(user, key, oldest);
    }

    /** What was answered to a request with this key, if it was. */
    Optional<KeptAnswer> kept(UserId user, String key) {
        return kept(user, key, clock.instant().minus(KEPT));
    }

    private Optional<KeptAnswer> kept(UserId user, String key, Instant oldest) {
        return jdbc.sql("""
                        SELECT request_sha256, status, headers, body FROM idempotency_keys
                         WHERE user_id = :user AND key = :key AND created_at >= :oldest
                        """)
                .param("user", user.value())
                .param("key", key)
                .param("oldest", Rows.utc(oldest))
                .query((row, number) -> new KeptAnswer(
                        row.getString("request_sha256"),
                        new Answer(
                                row.getInt("status"),
                                Json.read(row.getString("headers"), new TypeReference<Map<String, String>>() {}),
                                row.getString("body"))))
                .optional();
    }

    /** Keeps the answer to the request that holds the key. */
    @Transactional(propagation = Propagation.MANDATORY)
    void answered(UserId user, String key, Answer answer) {
        jdbc.sql("""
                        UPDATE idempotency_keys SET status = :status, headers = :headers::jsonb, body = :body
                         WHERE user_id = :user AND key = :key
                        """)
                .param("status", answer.status())
                .param("headers", Json.write(answer.headers()))
                .param("body", answer.body())
                .param("user", user.value())
                .param("key", key)
                .update();
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT5M")
    void sweep() {
        jdbc.sql("DELETE FROM idempotency_keys WHERE created_at < :oldest")
                .param("oldest", Rows.utc(clock.instant().minus(KEPT)))
                .update();
    }
}
