package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.Schema;
import dev.trine.data.UploadStore.Upload;
import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Who may write to an upload, and for how long. */
class UploadClaimsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LONG = Duration.ofHours(1);
    private static final UploadId ID = new UploadId(new UUID(0, 3));

    private final JdbcClient jdbc =
            JdbcClient.create(new DriverManagerDataSource(Schema.freshDatabaseAcrossProjects()));
    private final UploadStore store = new UploadStore(jdbc);

    @BeforeEach
    void upload() {
        var organization = new UUID(0, 1);
        var project = new UUID(0, 2);
        jdbc.sql("INSERT INTO organizations (id, slug, name, created_at) VALUES (?, 'o', 'o', now())")
                .param(organization)
                .update();
        jdbc.sql("INSERT INTO projects (id, organization_id, slug, name, created_at) VALUES (?, ?, 'p', 'p', now())")
                .param(project)
                .param(organization)
                .update();
        store.insert(
                new Upload(ID, new ProjectId(project), "a.csv", 8, null, 0, 0, null, NOW.plus(Duration.ofDays(1))),
                new UserId(new UUID(0, 4)),
                NOW);
    }

    @Test
    void anotherCopyMayWriteOnlyAfterTheClaimHasRunOut() {
        assertThat(store.claim(ID, "a", LONG)).isTrue();
        assertThat(store.claim(ID, "b", LONG)).isFalse();
        runOut();
        assertThat(store.claim(ID, "b", LONG)).isTrue();
        assertThat(store.advance(ID, "a", 4, 1))
                .as("the late one writes nothing")
                .isFalse();
        store.release(ID, "a");
        assertThat(store.claim(ID, "a", LONG))
                .as("and gives nothing back that is not its own")
                .isFalse();
        assertThat(store.advance(ID, "b", 4, 1)).isTrue();
    }

    private void runOut() {
        jdbc.sql("UPDATE uploads SET busy_until = now()").update();
    }

    @Test
    void aCopyThatWasKilledTakesUpItsOwnClaimAtOnce() {
        assertThat(store.claim(ID, "a", LONG)).isTrue();
        assertThat(store.claim(ID, "a", LONG)).isTrue();
    }

    @Test
    void bytesThatFlowLongRenewTheirClaimAndOnceMoreAtTheirEnd() throws IOException {
        var renewals = new AtomicInteger();
        var clock = new TickingClock();
        try (InputStream bytes =
                new ClaimedBytes(new ByteArrayInputStream(new byte[3]), () -> renewals.incrementAndGet() > 0, clock)) {
            bytes.read();
            assertThat(renewals).hasValue(0);
            clock.now = clock.now.plusSeconds(20);
            bytes.read();
            assertThat(renewals).hasValue(1);
            bytes.read();
            assertThat(bytes.read()).isEqualTo(-1);
            assertThat(renewals).hasValue(2);
        }
    }

    @Test
    void aLostClaimBreaksTheStreamBeforeItsEnd() throws IOException {
        try (InputStream bytes =
                new ClaimedBytes(new ByteArrayInputStream(new byte[1]), () -> false, new TickingClock())) {
            assertThat(bytes.read()).isZero();
            assertThatThrownBy(bytes::read).isInstanceOf(IOException.class).hasMessageContaining("taken over");
        }
    }

    private static final class TickingClock extends Clock {

        private Instant now = NOW;

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
