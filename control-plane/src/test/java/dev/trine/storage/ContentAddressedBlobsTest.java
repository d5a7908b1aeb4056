package dev.trine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.MovableClock;
import dev.trine.identity.ProjectId;
import dev.trine.shared.IdSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentAddressedBlobsTest {

    private static final ProjectId PROJECT = new ProjectId(new UUID(0, 2));

    @Test
    void aBlobLiesWhereItsHashSays(@TempDir Path folder) throws IOException {
        var store = new FilesystemObjectStore(folder, new MovableClock());
        var blobs =
                new ContentAddressedBlobs(store, new IdSource(new MovableClock(), new Random(1)), new MovableClock());
        Blobs.Blob blob = blobs.put(PROJECT, bytes());
        assertThat(blob.objectKey()).isEqualTo(Blobs.key(PROJECT, blob.sha256()));
        assertThat(store.list("", "", 10)).containsExactly(blob.objectKey());
    }

    @Test
    void whatACrashLeftIsSweptAfterADayAndNothingElse(@TempDir Path folder) throws IOException {
        var clock = new MovableClock();
        var store = new FilesystemObjectStore(folder, clock);
        var ids = new IdSource(clock, new Random(1));
        var blobs = new ContentAddressedBlobs(store, ids, clock);
        Blobs.Blob kept = blobs.put(PROJECT, bytes());
        String left = PROJECT + "/tmp/" + ids.next();
        String foreign = PROJECT + "/tmp/notes";
        store.put(left, bytes());
        store.put(foreign, bytes());
        clock.move(Duration.ofHours(23));
        String young = PROJECT + "/tmp/" + ids.next();
        store.put(young, bytes());
        blobs.sweep();
        assertThat(store.stat(left)).isPresent();
        clock.move(Duration.ofHours(2));
        blobs.sweep();
        assertThat(store.list("", "", 10)).containsExactlyInAnyOrder(kept.objectKey(), foreign, young);
    }

    private static InputStream bytes() {
        return new ByteArrayInputStream(new byte[] {1, 2, 3});
    }
}
