package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import dev.trine.storage.StorageUnavailableException;
import dev.trine.storage.WatchedStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
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

    @Test
    void whatHasArrivedOutlivesTheProcessThatTookItAndAnotherGoesOn() throws IOException {
        int half = 20 << 20;
        int all = 2 * half;
        UploadId id = bench.uploads.create(bench.scope, all, "a.csv", null).id();
        TusUploads other = bench.uploadsOf("other");
        var kept = new AtomicLong();
        InputStream abandoned = new SequenceInputStream(new ByteArrayInputStream(new byte[half]), then(last -> {
            kept.set(other.resume(bench.scope, id).offset());
            assertThatThrownBy(() -> other.append(bench.scope, id, kept.get(), InputStream.nullInputStream(), null))
                    .as("while the claim lasts")
                    .hasMessageContaining("another request");
            bench.jdbc.sql("UPDATE uploads SET busy_until = now()").update();
            var rest = new ByteArrayInputStream(new byte[Math.toIntExact(all - kept.get())]);
            assertThat(other.append(bench.scope, id, kept.get(), rest, null)).isEqualTo(all);
        }));
        assertThatThrownBy(() -> bench.uploads.append(bench.scope, id, 0, abandoned, null))
                .as("the first one wakes up")
                .hasMessageContaining("another request");
        assertThat(kept).hasValue(16 << 20);
        assertThat(bench.uploads.keep(bench.scope, id).sizeBytes()).isEqualTo(all);
    }

    @Test
    void anUploadWhoseProcessDiedAfterItsLastByteIsFinishedByWhoeverAsksForIt() throws IOException {
        UploadId id = diedBeforeTheBlob();
        assertThat(bench.uploads.resume(bench.scope, id).offset()).isEqualTo(2);
        assertThat(bench.uploads.keep(bench.scope, id).sizeBytes()).isEqualTo(2);
        assertThat(bench.leftovers()).isEmpty();
    }

    @Test
    void anUploadWhoseProcessDiedAfterItsLastByteIsFinishedByAnEmptyPatch() throws IOException {
        UploadId id = diedBeforeTheBlob();
        assertThat(bench.uploads.append(bench.scope, id, 2, InputStream.nullInputStream(), null))
                .isEqualTo(2);
        assertThat(bench.uploads.keep(bench.scope, id).sizeBytes()).isEqualTo(2);
    }

    @Test
    void anUploadWhoseProcessDiedAfterItsLastByteIsFinishedThoughNobodyAsksAndAnotherCannotBe() throws IOException {
        UploadId spoilt = diedBeforeTheBlob();
        UploadId id = diedBeforeTheBlob();
        bench.objects.delete(bench.uploads.get(bench.scope, spoilt).segmentKey(0));
        assertThatThrownBy(() -> bench.uploads.keep(bench.scope, id)).hasMessageContaining("put together");
        bench.uploads.finishAbandoned();
        assertThat(bench.uploads.keep(bench.scope, id).sizeBytes()).isEqualTo(2);
    }

    @Test
    void toAddNothingToAFinishedUploadIsToldItsOffsetAndToAddMoreIsRefused() throws IOException {
        UploadId id = bench.upload("a.csv", "ab");
        assertThat(bench.uploads.append(bench.scope, id, 2, InputStream.nullInputStream(), null))
                .isEqualTo(2);
        assertThatThrownBy(() -> append(id, 2)).hasMessageContaining("only 0 bytes");
        assertThatThrownBy(() -> append(id, 0)).hasMessageContaining("continues at byte 2");
        assertThat(bench.uploads.keep(bench.scope, id).sizeBytes()).isEqualTo(2);
        assertThat(bench.leftovers()).isEmpty();
    }

    @Test
    void expiredUploadsGoThoughTheSegmentsOfOneCannotBeRemovedNow() throws IOException {
        UploadId stuck = uploadOf(3);
        append(stuck, 0);
        UploadId other = uploadOf(3);
        append(other, 0);
        String key = bench.uploads.get(bench.scope, stuck).segmentKey(0);
        bench.objects.watchDeletes(deleted -> {
            if (deleted.equals(key)) {
                throw new StorageUnavailableException("away", new IOException("away"));
            }
        });
        bench.clock.move(Duration.ofDays(8));
        bench.uploads.sweep();
        assertThat(bench.uploadStore.exists(stuck)).isFalse();
        assertThat(bench.uploadStore.exists(other)).isFalse();
        assertThat(bench.leftovers()).containsExactly(key);
        bench.objects.watchDeletes(deleted -> {});
        bench.uploads.sweepSegments();
        assertThat(bench.leftovers()).isEmpty();
    }

    @Test
    void anExpiredUploadIsNotTakenFromUnderItsWriter() throws IOException {
        UploadId id = uploadOf(2);
        append(id, 0);
        InputStream expiringMeanwhile = then(last -> {
            bench.clock.move(Duration.ofDays(8));
            bench.uploads.sweep();
        });
        assertThat(bench.uploads.append(bench.scope, id, 1, expiringMeanwhile, null))
                .isEqualTo(2);
    }

    /** As a process leaves it that is killed between the last byte and the blob. */
    private UploadId diedBeforeTheBlob() throws IOException {
        UploadId id = uploadOf(2);
        append(id, 0);
        bench.objects.watch(key -> {
            throw new StorageUnavailableException("killed", new IOException("killed"));
        });
        assertThatThrownBy(() -> append(id, 1)).isInstanceOf(StorageUnavailableException.class);
        bench.objects.watch(key -> {});
        return id;
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
                happening.touches("");
                return -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
    }
}
