package dev.trine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.storage.ObjectStore.Stored;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ObjectStore} promises; the test of every implementation extends this. */
@SuppressWarnings("NullAway.Init") // JUnit fills the field
abstract class AbstractObjectStoreContract {

    /** More than one part of any store's upload, and not a round number. */
    private static final int SEVERAL_MB = (21 << 20) + 4711;

    private ObjectStore store;

    /** An empty store. */
    protected abstract ObjectStore open() throws IOException;

    /** A store that has no room left. */
    protected abstract ObjectStore full() throws IOException;

    /** A store that was there, and is not any more. */
    protected abstract ObjectStore away() throws IOException;

    /** How many unfinished objects the store of {@link #open} keeps. */
    protected abstract int unfinished() throws IOException;

    @BeforeEach
    void begin() throws IOException {
        store = open();
    }

    @Test
    void whatWasPutIsThereWithItsSize() throws IOException {
        assertThat(store.put("p1/a/b.txt", bytes("hello"))).isEqualTo(new Stored("p1/a/b.txt", 5));
        assertThat(store.stat("p1/a/b.txt")).contains(new Stored("p1/a/b.txt", 5));
        assertThat(text("p1/a/b.txt")).isEqualTo("hello");
    }

    @Test
    void whatWasNeverPutIsNotThere() throws IOException {
        assertThat(store.stat("p1/none")).isEmpty();
        assertThat(store.open("p1/none")).isEmpty();
        assertThat(store.open("p1/none", 3, 4)).isEmpty();
        assertThat(store.open("p1/none", 0, 0)).isEmpty();
        store.delete("p1/none");
        assertThatThrownBy(() -> store.move("p1/none", "p1/other")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void anObjectMayBeEmpty() throws IOException {
        assertThat(store.put("p1/empty", bytes(""))).isEqualTo(new Stored("p1/empty", 0));
        assertThat(store.stat("p1/empty")).contains(new Stored("p1/empty", 0));
        assertThat(text("p1/empty")).isEmpty();
        store.move("p1/empty", "p1/moved");
        assertThat(store.stat("p1/moved")).contains(new Stored("p1/moved", 0));
    }

    @Test
    void aLargeStreamOfUnknownLengthComesBackBitByBit() throws IOException {
        byte[] large = random(SEVERAL_MB);
        assertThat(store.put("p1/large", new Trickle(large))).isEqualTo(new Stored("p1/large", SEVERAL_MB));
        try (InputStream back = store.open("p1/large").orElseThrow()) {
            assertThat(back.readAllBytes()).isEqualTo(large);
        }
        try (InputStream back = store.open("p1/large", 9 << 20, 3 << 20).orElseThrow()) {
            assertThat(back.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(large, 9 << 20, 12 << 20));
        }
        assertThat(unfinished()).isZero();
    }

    @Test
    void aPartOfAnObjectIsReadByOffsetAndLength() throws IOException {
        store.put("p1/o", bytes("0123456789"));
        assertThat(text("p1/o", 3, 4)).isEqualTo("3456");
        assertThat(text("p1/o", 3, -1)).isEqualTo("3456789");
        assertThat(text("p1/o", 0, 1)).isEqualTo("0");
        assertThat(text("p1/o", 8, 100)).isEqualTo("89");
        assertThat(text("p1/o", 8, Long.MAX_VALUE)).isEqualTo("89");
        assertThat(text("p1/o", 3, 0)).isEmpty();
        assertThat(text("p1/o", 10, -1)).isEmpty();
        assertThat(text("p1/o", 1000, 5)).isEmpty();
        assertThat(text("p1/o", Long.MAX_VALUE, 5)).isEmpty();
        assertThat(text("p1/o", Long.MAX_VALUE, -1)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> store.open("p1/o", -1, 5));
    }

    @Test
    void aStreamThatIsClosedHalfWayLeavesTheStoreUsable() throws IOException {
        store.put("p1/large", new ByteArrayInputStream(random(SEVERAL_MB)));
        for (int round = 0; round < 20; round++) {
            InputStream half = store.open("p1/large").orElseThrow();
            assertThat(half.readNBytes(1000)).hasSize(1000);
            half.close();
        }
        assertThat(store.stat("p1/large")).contains(new Stored("p1/large", SEVERAL_MB));
    }

    @Test
    void aSecondPutReplacesTheFirst() throws IOException {
        store.put("p1/o", bytes("first, and longer"));
        store.put("p1/o", bytes("second"));
        assertThat(text("p1/o")).isEqualTo("second");
        assertThat(store.list("p1/", "", 10)).containsExactly("p1/o");
    }

    @Test
    void aReaderKeepsReadingWhatItOpenedOrIsToldThatItChanged() throws IOException {
        byte[] old = random(SEVERAL_MB);
        store.put("p1/o", new ByteArrayInputStream(old));
        try (InputStream reading = store.open("p1/o").orElseThrow()) {
            assertThat(reading.readNBytes(1000)).isEqualTo(java.util.Arrays.copyOf(old, 1000));
            store.put("p1/o", bytes("new"));
            assertThat(reading.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(old, 1000, SEVERAL_MB));
        } catch (IOException changed) {
            assertThat(changed).hasMessageContaining("p1/o");
        }
        assertThat(text("p1/o")).isEqualTo("new");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, SEVERAL_MB})
    void aStreamThatBreaksOffLeavesNothing(int after) throws IOException {
        var broken = new IOException("the client went away");
        assertThatThrownBy(() -> store.put("p1/half", breakingOff(after, broken)))
                .isSameAs(broken);
        assertThat(store.stat("p1/half")).isEmpty();
        assertThat(store.list("p1/", "", 10)).isEmpty();
        assertThat(unfinished()).isZero();
    }

    @Test
    void aStreamThatBreaksOffLeavesTheOlderObjectAsItWas() throws IOException {
        store.put("p1/o", bytes("old"));
        assertThatThrownBy(() -> store.put("p1/o", breakingOff(SEVERAL_MB, new IOException("gone"))))
                .hasMessage("gone");
        assertThat(text("p1/o")).isEqualTo("old");
    }

    @Test
    void anObjectIsNotSeenBeforeItsLastByte() throws IOException {
        var seen = new ArrayList<Boolean>();
        store.put(
                "p1/o",
                atItsEnd(random(SEVERAL_MB), () -> seen.add(store.stat("p1/o").isPresent())));
        assertThat(seen).isNotEmpty().containsOnly(false);
        assertThat(store.stat("p1/o")).isPresent();
    }

    @Test
    void aDeletedObjectIsGone() throws IOException {
        store.put("p1/a/o", bytes("x"));
        store.put("p1/a/other", bytes("y"));
        store.delete("p1/a/o");
        assertThat(store.stat("p1/a/o")).isEmpty();
        assertThat(store.open("p1/a/o")).isEmpty();
        assertThat(store.list("", "", 10)).containsExactly("p1/a/other");
        store.delete("p1/a/o");
        assertThat(text("p1/a/other")).isEqualTo("y");
    }

    @Test
    void aFolderOfObjectsIsNoObject() throws IOException {
        store.put("p1/a/o", bytes("x"));
        assertThat(store.stat("p1/a")).isEmpty();
        assertThat(store.open("p1/a")).isEmpty();
        assertThat(store.stat("p1/a/o/below")).isEmpty();
        assertThat(store.open("p1/a/o/below")).isEmpty();
        store.delete("p1/a");
        store.delete("p1/a/o/below");
        assertThatThrownBy(() -> store.move("p1/a", "p1/b")).isInstanceOf(NoSuchFileException.class);
        assertThat(text("p1/a/o")).isEqualTo("x");
    }

    @Test
    void aMovedObjectIsOnlyUnderItsNewKey() throws IOException {
        byte[] large = random(SEVERAL_MB);
        store.put("p1/tmp/o", new ByteArrayInputStream(large));
        store.move("p1/tmp/o", "p1/blobs/ab/abcd");
        assertThat(store.list("p1/", "", 10)).containsExactly("p1/blobs/ab/abcd");
        try (InputStream back = store.open("p1/blobs/ab/abcd").orElseThrow()) {
            assertThat(back.readAllBytes()).isEqualTo(large);
        }
        assertThat(unfinished()).isZero();
    }

    @Test
    void aMoveOntoTheSameBytesIsNoError() throws IOException {
        store.put("p1/tmp/o", bytes("same"));
        store.put("p1/o", bytes("same"));
        store.move("p1/tmp/o", "p1/o");
        assertThat(store.list("p1/", "", 10)).containsExactly("p1/o");
        assertThat(text("p1/o")).isEqualTo("same");
    }

    @Test
    void keysAreListedInOrderPageByPage() throws IOException {
        // '-' and '.' sort before '/', digits and letters after it: folders must not be taken before their turn
        List<String> keys = List.of(
                "p1/a-b/x",
                "p1/a.b",
                "p1/a/1",
                "p1/a/1-0",
                "p1/a/2/x/y",
                "p1/a/2/z",
                "p1/a0",
                "p1/aa/x",
                "p1/b",
                "p2/a");
        for (String key : keys.reversed()) {
            store.put(key, bytes(key));
        }
        assertThat(keys).isSorted();
        assertThat(store.list("", "", 100)).isEqualTo(keys);
        for (int pageSize = 1; pageSize <= keys.size() + 1; pageSize++) {
            var all = new ArrayList<String>();
            List<String> page = store.list("", "", pageSize);
            while (!page.isEmpty()) {
                assertThat(page).hasSizeLessThanOrEqualTo(pageSize);
                all.addAll(page);
                page = store.list("", page.getLast(), pageSize);
            }
            assertThat(all).as("pages of %d", pageSize).isEqualTo(keys);
        }
        assertThat(store.list("", "p1/a/1-00", 2)).containsExactly("p1/a/2/x/y", "p1/a/2/z");
        assertThat(store.list("", "p1/a/", 1)).containsExactly("p1/a/1");
        assertThat(store.list("", "p9", 10)).isEmpty();
        assertThat(store.list("", "", 0)).isEmpty();
    }

    @Test
    void morePagesThanOneRequestOfAnyStoreAreListedWhole() throws Exception {
        List<String> keys =
                IntStream.range(0, 2_050).mapToObj("p1/many/%05d"::formatted).toList();
        atOnce(keys.stream()
                .<Callable<Stored>>map(key -> () -> store.put(key, bytes("")))
                .toList());
        assertThat(store.list("p1/", "", 5_000)).isEqualTo(keys);
        assertThat(store.list("p1/", "p1/many/00009", 1_500)).isEqualTo(keys.subList(10, 1_510));
    }

    @Test
    void aPrefixMayEndWithinASegment() throws IOException {
        for (String key : List.of("p1/ab/1", "p1/abc", "p1/ac", "p1/b")) {
            store.put(key, bytes(""));
        }
        assertThat(store.list("p1/ab", "", 10)).containsExactly("p1/ab/1", "p1/abc");
        assertThat(store.list("p1/ab/", "", 10)).containsExactly("p1/ab/1");
        assertThat(store.list("p1/a", "p1/ab/1", 10)).containsExactly("p1/abc", "p1/ac");
        assertThat(store.list("p1/x", "", 10)).isEmpty();
        assertThat(store.list("p3/", "", 10)).isEmpty();
    }

    @Test
    void aTenantsPrefixNeverShowsAnotherTenantsObjects() throws IOException {
        store.put("prj_1/blobs/a", bytes("mine"));
        store.put("prj_10/blobs/a", bytes("another's"));
        store.put("prj_1-x/blobs/a", bytes("a third one's"));
        assertThat(store.list("prj_1/", "", 10)).containsExactly("prj_1/blobs/a");
        assertThat(store.list("prj_1/", "prj_0", 10)).containsExactly("prj_1/blobs/a");
        assertThat(store.list("prj_1/", "prj_1/zzz", 10)).isEmpty();
        store.delete("prj_1/blobs/a");
        assertThat(text("prj_10/blobs/a")).isEqualTo("another's");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "../x",
                "p1/../p2/secret",
                "p1/./x",
                "p1//x",
                "p1/",
                "p1/.hidden",
                ".incoming/x",
                "p1\\..\\x",
                "p1/%2e%2e/x",
                "p1/a b",
                "p1/a\nb",
                "p1/a\0b",
                "p1/ü",
                "p1/\uFF0E\uFF0E/x",
                "C:/x",
                "p1/x?versionId=1",
                "p1/*"
            })
    void aKeyThatCouldLeadElsewhereIsRefused(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> store.put(key, bytes("x")));
        assertThatIllegalArgumentException().isThrownBy(() -> store.open(key));
        assertThatIllegalArgumentException().isThrownBy(() -> store.stat(key));
        assertThatIllegalArgumentException().isThrownBy(() -> store.delete(key));
        assertThatIllegalArgumentException().isThrownBy(() -> store.move(key, "p1/x"));
        assertThatIllegalArgumentException().isThrownBy(() -> store.move("p1/x", key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "../", "p1/../p2/", "p1//", ".incoming/", "p1/\0"})
    void aPrefixThatCouldLeadElsewhereIsRefused(String prefix) {
        assertThatIllegalArgumentException().isThrownBy(() -> store.list(prefix, "", 10));
    }

    @Test
    void keysMayBeAsLongAsTheRuleSaysAndNoLonger() throws IOException {
        String segment = "s".repeat(255);
        String longest = segment + "/" + segment + "/" + segment + "/" + "k".repeat(1000 - 3 * 256);
        store.put(longest, bytes("far"));
        assertThat(text(longest)).isEqualTo("far");
        assertThat(store.list(segment, "", 10)).containsExactly(longest);
        assertThatIllegalArgumentException().isThrownBy(() -> store.put(longest + "k", bytes("x")));
        assertThatIllegalArgumentException().isThrownBy(() -> store.put(segment + "s", bytes("x")));
    }

    @Test
    void ofManyPutsOfOneKeyAtOnceOneStaysWhole() throws Exception {
        List<byte[]> contents = IntStream.range(0, 8)
                .mapToObj(number ->
                        ("number " + number + " ").repeat(20_000 + number).getBytes(StandardCharsets.UTF_8))
                .toList();
        atOnce(contents.stream()
                .<Callable<Stored>>map(content -> () -> store.put("p1/contended", new ByteArrayInputStream(content)))
                .toList());
        try (InputStream winner = store.open("p1/contended").orElseThrow()) {
            assertThat(contents).contains(winner.readAllBytes());
        }
        assertThat(unfinished()).isZero();
    }

    @Test
    void putsAndDeletesSideBySideInOneFolderLoseNothing() throws Exception {
        atOnce(IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(number -> () -> {
                    String key = "p1/shared/folder/" + number;
                    for (int round = 0; round < 30; round++) {
                        store.put(key, bytes("round " + round));
                        assertThat(text(key)).isEqualTo("round " + round);
                        store.delete(key);
                    }
                    store.put(key, bytes("kept"));
                    return true;
                })
                .toList());
        assertThat(store.list("p1/", "", 100)).hasSize(8);
    }

    @Test
    void aStoreWithoutRoomSaysSoAndKeepsNothing() throws IOException {
        ObjectStore full = full();
        assertThatThrownBy(() -> full.put("p1/small", bytes("x"))).isInstanceOf(StorageFullException.class);
        assertThatThrownBy(() -> full.put("p1/large", new ByteArrayInputStream(random(SEVERAL_MB))))
                .isInstanceOf(StorageFullException.class);
        assertThat(full.stat("p1/small")).isEmpty();
    }

    @Test
    void aStoreThatIsAwayIsNeverTakenForAnEmptyOne() throws IOException {
        ObjectStore away = away();
        List<ThrowingCallable> calls = List.of(
                () -> away.put("p1/o", bytes("x")),
                () -> away.put("p1/large", new ByteArrayInputStream(random(SEVERAL_MB))),
                () -> away.open("p1/o"),
                () -> away.stat("p1/o"),
                () -> away.delete("p1/o"),
                () -> away.move("p1/o", "p1/p"),
                () -> away.list("p1/", "", 10));
        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isInstanceOf(StorageUnavailableException.class));
    }

    @Test
    void foldersAtTheTopAreToldOnceEach() throws IOException {
        for (String key : List.of("p1/a", "p1/b/c", "p1-x/a", "p10/a", "p2/tmp/a", "lone")) {
            store.put(key, bytes("x"));
        }
        assertThat(store.folders()).containsExactlyInAnyOrder("p1", "p1-x", "p10", "p2");
    }

    private String text(String key) throws IOException {
        return text(key, 0, -1);
    }

    private String text(String key, long offset, long length) throws IOException {
        try (InputStream bytes = store.open(key, offset, length).orElseThrow()) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static InputStream breakingOff(int after, IOException failure) {
        return atItsEnd(random(after), () -> {
            throw failure;
        });
    }

    /** What happens when a stream has given all its bytes. */
    @FunctionalInterface
    interface End {
        void come() throws IOException;
    }

    /** A stream of these bytes that does something before it says that it has no more. */
    static InputStream atItsEnd(byte[] bytes, End end) {
        return new SequenceInputStream(new ByteArrayInputStream(bytes), new InputStream() {
            @Override
            public int read() throws IOException {
                end.come();
                return -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
    }

    private static <T> void atOnce(List<Callable<T>> calls) throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (Future<T> done : threads.invokeAll(calls)) {
                done.get();
            }
        }
    }

    /** Gives few bytes at a time, as a network does. */
    private static final class Trickle extends InputStream {

        private final ByteArrayInputStream bytes;

        Trickle(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return bytes.read(buffer, offset, Math.min(length, 7_919));
        }
    }
}
