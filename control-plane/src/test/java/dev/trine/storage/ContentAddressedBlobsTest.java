package dev.trine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.MovableClock;
import dev.trine.Schema;
import dev.trine.identity.ProjectId;
import dev.trine.shared.IdSource;
import dev.trine.storage.Blobs.WrongDigestException;
import dev.trine.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Storing blobs, and removing them when nothing uses them. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class ContentAddressedBlobsTest {

    private static final ProjectId PROJECT = new ProjectId(new UUID(0, 2));

    private final MovableClock clock = new MovableClock();
    private final IdSource ids = new IdSource(clock, new Random(1));
    private final DriverManagerDataSource database = new DriverManagerDataSource(Schema.freshDatabaseAcrossProjects());
    private final JdbcClient jdbc = JdbcClient.create(database);
    private final LooseBlobStore loose = new LooseBlobStore(jdbc);
    private WatchedStore store;
    private ContentAddressedBlobs blobs;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        jdbc.sql("INSERT INTO organizations (id, slug, name, created_at) VALUES (:p, 'o', 'o', now())")
                .param("p", PROJECT.value())
                .update();
        jdbc.sql("INSERT INTO projects (id, organization_id, slug, name, created_at) VALUES (:p, :p, 'p', 'p', now())")
                .param("p", PROJECT.value())
                .update();
        store = new WatchedStore(new FilesystemObjectStore(folder, clock));
        blobs = new ContentAddressedBlobs(store, loose, ids, clock);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 65_537, 200_000})
    void aBlobLiesWhereItsHashSaysAndTheSameBytesAreKeptOnce(int size) throws IOException {
        String content = "a".repeat(size);
        Blobs.Blob blob = put(content);
        assertThat(put(content)).isEqualTo(blob);
        assertThat(blob.objectKey()).isEqualTo(Blobs.key(PROJECT, blob.sha256()));
        assertThat(blob.sizeBytes()).isEqualTo(size);
        assertThat(objects()).containsExactly(blob.objectKey());
        try (InputStream bytes = blobs.open(blob.objectKey())) {
            assertThat(bytes).hasContent(content);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200_000})
    void ofBytesThatHaveAnotherHashThanWasPromisedNothingIsKept(int size) throws IOException {
        String promised = "ab".repeat(32);
        assertThatThrownBy(() -> blobs.put(PROJECT, bytes("a".repeat(size)), promised))
                .isInstanceOf(WrongDigestException.class);
        assertThat(objects()).isEmpty();
    }

    @Test
    void whatACrashLeftIsSweptAfterADayAndNothingElse() throws IOException {
        String kept = put("a").objectKey();
        String left = PROJECT + "/tmp/" + ids.next();
        String foreign = PROJECT + "/tmp/notes";
        store.put(left, bytes("b"));
        store.put(foreign, bytes("b"));
        clock.move(Duration.ofHours(23));
        String young = PROJECT + "/tmp/" + ids.next();
        store.put(young, bytes("b"));
        blobs.sweep();
        assertThat(store.stat(left)).isPresent();
        clock.move(Duration.ofHours(2));
        blobs.sweep();
        assertThat(objects()).containsExactlyInAnyOrder(kept, foreign, young);
    }

    @Test
    void aBlobThatNothingUsesGoesADayAfterItWasStored() throws IOException {
        put("a");
        BlobCollector collector = collector(Set.of());
        clock.move(Duration.ofHours(23));
        collector.collect();
        assertThat(objects()).hasSize(1);
        clock.move(Duration.ofHours(2));
        collector.collect();
        assertThat(objects()).isEmpty();
        assertThat(notes()).isZero();
    }

    @Test
    void aBlobStaysWhileSomethingUsesItAndADayLonger() throws IOException {
        String key = put("a").objectKey();
        clock.move(Duration.ofDays(30));
        collector(Set.of(key)).collect();
        assertThat(objects()).containsExactly(key);
        assertThat(notes()).as("no note of it").isZero();
        collector(Set.of()).collect();
        clock.move(Duration.ofHours(23));
        collector(Set.of()).collect();
        assertThat(objects()).containsExactly(key);
        clock.move(Duration.ofHours(2));
        collector(Set.of()).collect();
        assertThat(objects()).isEmpty();
    }

    @Test
    void aBlobThatIsStoredAgainStaysForWhoeverIsAboutToUseIt() throws IOException {
        put("a");
        clock.move(Duration.ofHours(23));
        put("a");
        clock.move(Duration.ofHours(23));
        collector(Set.of()).collect();
        assertThat(objects()).hasSize(1);
    }

    @Test
    void aBlobThatIsStoredAgainWhileItIsRemovedIsThereAfterwards() throws Exception {
        String key = put("a").objectKey();
        clock.move(Duration.ofDays(2));
        var again = new FutureTask<>(() -> put("a"));
        store.watchDeletes(deleted -> {
            if (deleted.equals(key)) {
                Thread.ofVirtual().start(again);
                Await.await("the other one waits").until(this::somebodyWaitsForALock);
            }
        });
        collector(Set.of()).collect();
        again.get();
        assertThat(objects()).containsExactly(key);
    }

    /** Asked outside of the transaction that is open: within one, PostgreSQL shows the activity of one moment only. */
    private boolean somebodyWaitsForALock() {
        var beside = new DriverManagerDataSource(Objects.requireNonNull(database.getUrl()));
        return JdbcClient.create(beside)
                .sql(
                        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())")
                .query(Boolean.class)
                .single();
    }

    @Test
    void oneThatCannotBeRemovedHoldsUpNoOther() throws IOException {
        String stuck = put("a").objectKey();
        for (int i = 0; i < 150; i++) {
            put("b" + i);
        }
        clock.move(Duration.ofDays(2));
        store.watchDeletes(deleted -> {
            if (deleted.equals(stuck)) {
                throw new StorageUnavailableException("away", new IOException("away"));
            }
        });
        collector(Set.of()).collect();
        assertThat(objects()).containsExactly(stuck);
        store.watchDeletes(deleted -> {});
        collector(Set.of()).collect();
        assertThat(objects()).isEmpty();
    }

    private BlobCollector collector(Set<String> used) {
        BlobUses uses = new BlobUses() {
            @Override
            public Set<String> columns() {
                return Set.of();
            }

            @Override
            public Set<String> used(ProjectId project, Collection<String> objectKeys) {
                return used;
            }
        };
        var transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        return new BlobCollector(store, loose, List.of(uses), transactions, clock);
    }

    private long notes() {
        return jdbc.sql("SELECT count(*) FROM loose_blobs").query(Long.class).single();
    }

    private List<String> objects() throws IOException {
        return store.list("", "", 1_000);
    }

    private Blobs.Blob put(String content) throws IOException {
        return blobs.put(PROJECT, bytes(content));
    }

    private static InputStream bytes(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }
}
