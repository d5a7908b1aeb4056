package dev.trine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

@SuppressWarnings("NullAway.Init") // JUnit fills the field
class FilesystemObjectStoreTest extends AbstractObjectStoreContract {

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path folder;

    private Path root() {
        return folder.resolve("objects");
    }

    @Override
    protected ObjectStore open() throws IOException {
        return new FilesystemObjectStore(root(), CLOCK);
    }

    /** The kernel's own device that is always full, in place of a file. */
    @Override
    protected ObjectStore full() throws IOException {
        Path device = Path.of("/dev/full");
        assumeTrue(Files.exists(device), "this system has no /dev/full");
        return new FilesystemObjectStore(
                folder.resolve("full"), CLOCK, file -> FileChannel.open(device, StandardOpenOption.WRITE));
    }

    @Override
    protected ObjectStore away() throws IOException {
        Path root = folder.resolve("away");
        var store = new FilesystemObjectStore(root, CLOCK);
        store.put("p1/o", bytes());
        FileSystemUtils.deleteRecursively(root);
        Files.createDirectory(root); // as a mount point is, when nothing is mounted
        return store;
    }

    @Override
    protected int unfinished() throws IOException {
        try (Stream<Path> files = Files.list(root().resolve(".incoming"))) {
            return (int) files.count();
        }
    }

    @Test
    void aSecondProcessThatStartsLeavesTheFirstOnesUploadsAlone() throws IOException {
        ObjectStore first = open();
        first.put("p1/o", atItsEnd(new byte[100_000], () -> {
            assertThat(unfinished()).isOne();
            open();
            assertThat(unfinished()).isOne();
        }));
        assertThat(first.stat("p1/o")).isPresent();
    }

    @Test
    void whatACrashLeftBehindIsRemovedOnceNobodyCanBeWritingItAnyMore() throws IOException {
        open();
        Path left = Files.writeString(root().resolve(".incoming").resolve("left"), "half");
        Instant written = Instant.parse("2026-01-01T00:00:00Z");
        Files.setLastModifiedTime(left, FileTime.from(written));
        startAt(written.plus(Duration.ofHours(23)));
        assertThat(left).exists();
        startAt(written.plus(Duration.ofHours(25)));
        assertThat(left).doesNotExist();
    }

    private void startAt(Instant time) throws IOException {
        assertThat(new FilesystemObjectStore(root(), Clock.fixed(time, ZoneOffset.UTC)))
                .isNotNull();
    }

    @Test
    void aKeyThatIsAnothersFolderIsRefused() throws IOException {
        ObjectStore store = open();
        store.put("p1/a", bytes());
        store.put("p1/b/c", bytes());
        assertThatIllegalArgumentException().isThrownBy(() -> store.put("p1/a/x", bytes()));
        assertThatIllegalArgumentException().isThrownBy(() -> store.put("p1/b", bytes()));
        assertThat(unfinished()).isZero();
        assertThat(store.list("", "", 10)).containsExactly("p1/a", "p1/b/c");
    }

    @Test
    void aFolderThatGoesWhileSomethingIsStoredIsNotMadeAnew() throws IOException {
        Path root = folder.resolve("unmounted");
        var store = new FilesystemObjectStore(root, CLOCK, file -> {
            FileChannel written = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(root, folder.resolve("gone"));
            return written;
        });

        assertThatThrownBy(() -> store.put("p1/o", bytes())).isInstanceOf(StorageUnavailableException.class);
        assertThat(root).doesNotExist();
    }

    @Test
    void noEmptyFoldersStayBehind() throws IOException {
        ObjectStore store = open();
        store.put("p1/uploads/1/0", bytes());
        store.put("p1/uploads/2/0", bytes());
        store.delete("p1/uploads/1/0");
        assertThat(root().resolve("p1/uploads/1")).doesNotExist();
        assertThat(root().resolve("p1/uploads/2/0")).exists();
    }

    private static InputStream bytes() {
        return new ByteArrayInputStream(new byte[] {1, 2, 3});
    }
}
