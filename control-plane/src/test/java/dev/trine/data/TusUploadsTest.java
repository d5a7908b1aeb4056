package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import dev.trine.storage.StorageUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class TusUploadsTest {

    private Workbench bench;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        bench = new Workbench(folder);
    }

    @Test
    void segmentsAreJoinedWithOneOfThemOpenAtATime() throws IOException {
        UploadId id = uploadOf(20);
        for (int i = 0; i < 20; i++) {
            append(id, i);
        }
        assertThat(bench.objects.mostOpen()).isEqualTo(1);
        assertThat(bench.objects.open()).isZero();
        assertThat(bench.leftovers()).isEmpty();
        assertThat(bench.uploads.keep(bench.scope, id).sizeBytes()).isEqualTo(20);
    }

    @Test
    void aSegmentThatCannotBeReadLeavesNoStreamOpen() throws IOException {
        UploadId id = uploadOf(3);
        append(id, 0);
        append(id, 1);
        bench.objects.watch(key -> {
            if (key.endsWith("/1")) {
                throw new StorageUnavailableException("away", new IOException("away"));
            }
        });
        assertThatThrownBy(() -> append(id, 2)).isInstanceOf(StorageUnavailableException.class);
        assertThat(bench.objects.open()).isZero();
    }

    @Test
    void terminatingAnUploadWhileBytesArriveLeavesNoneOfThem() throws IOException {
        UploadId id = uploadOf(3);
        append(id, 0);
        InputStream terminatedMeanwhile = then(last -> bench.uploads.terminate(bench.scope, id));
        assertThatThrownBy(() -> bench.uploads.append(bench.scope, id, 1, terminatedMeanwhile, null))
                .isInstanceOfSatisfying(
                        TrineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThat(bench.leftovers()).isEmpty();
    }

    @Test
    void terminatingAnUploadWhileItsSegmentsAreJoinedLeavesNoneOfThem() throws IOException {
        UploadId id = uploadOf(2);
        append(id, 0);
        bench.objects.watch(key -> {
            if (key.endsWith("/0")) {
                bench.uploads.terminate(bench.scope, id);
            }
        });
        assertThatThrownBy(() -> append(id, 1))
                .isInstanceOfSatisfying(
                        TrineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThat(bench.leftovers()).isEmpty();
    }

    @Test
    void segmentsWithoutAnUploadAreSweptAndNoOthers() throws IOException {
        UploadId gone = uploadOf(3);
        append(gone, 0);
        UploadId going = uploadOf(3);
        append(going, 0);
        bench.uploadStore.delete(gone); // as a process that is killed here leaves it
        bench.uploads.sweepSegments();
        assertThat(bench.leftovers()).containsExactly(bench.scope.projectId() + "/uploads/" + going + "/0");
    }

    private UploadId uploadOf(int bytes) {
        return bench.uploads.create(bench.scope, bytes, "a.csv", null).id();
    }

    private void append(UploadId id, long offset) throws IOException {
        bench.uploads.append(bench.scope, id, offset, new ByteArrayInputStream(new byte[] {'x'}), null);
    }

    /** One byte, and at its end something happens. */
    private static InputStream then(WatchedStore.Watcher happening) {
        return new SequenceInputStream(new ByteArrayInputStream(new byte[] {'x'}), new InputStream() {
            @Override
            public int read() throws IOException {
                happening.opens("");
                return -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
    }
}
