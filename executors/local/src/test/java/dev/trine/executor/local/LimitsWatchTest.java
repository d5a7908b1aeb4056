package dev.trine.executor.local;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.executor.local.Attempt.Stopping;
import dev.trine.lib.workload.Observation.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is counted where the kernel holds no limit. */
@EnabledOnOs(OS.LINUX)
@SuppressWarnings("NullAway.Init") // JUnit fills the field
class LimitsWatchTest {

    @TempDir
    Path root;

    private final Map<String, Stopping> ended = new ConcurrentHashMap<>();

    private Attempt attempt(String name, long memory, Process program) throws IOException {
        var attempt = new Attempt(Files.createDirectory(root.resolve(name)));
        for (Path folder : List.of(attempt.work(), attempt.outputs(), attempt.tmp())) {
            Files.createDirectory(folder);
        }
        attempt.writeLimits(null, memory, 1 << 20);
        Files.writeString(attempt.folder().resolve("program"), Long.toString(program.pid()));
        return attempt;
    }

    private LimitsWatch watch() throws IOException {
        return new LimitsWatch(root, Optional.empty(), 100, (attempt, why) -> ended.put(attempt.name(), why));
    }

    @Test
    void theMemoryOfAProgramAndItsChildrenIsCounted() throws Exception {
        String large = "$x = \"x\" x (40 << 20); print \"has it\\n\"; sleep 600";
        Process parent = new ProcessBuilder("perl", "-e", "$| = 1; fork; " + large).start();
        Process small = new ProcessBuilder("sleep", "600").start();
        try {
            Attempt greedy = attempt("att-greedy", 64 << 20, parent);
            Attempt modest = attempt("att-modest", 64 << 20, small);
            LimitsWatch watch = watch();
            await("both have it").until(() -> {
                watch.look(List.of(greedy, modest));
                return ended.containsKey("att-greedy");
            });
            assertThat(ended.get("att-greedy")).satisfies(why -> {
                assertThat(why.cause()).isEqualTo(Cause.OUT_OF_MEMORY);
                assertThat(why.message()).contains("64 MiB");
            });
            assertThat(ended).doesNotContainKey("att-modest");
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly();
            small.destroyForcibly();
        }
    }

    @Test
    void filesAreCountedByTheRoomTheyTakeAndNotByTheirLength() throws Exception {
        Process program = new ProcessBuilder("sleep", "600").start();
        try {
            Attempt sparse = attempt("att-sparse", 64 << 20, program);
            try (var file =
                    new java.io.RandomAccessFile(sparse.work().resolve("hole").toFile(), "rw")) {
                file.setLength(1L << 30);
            }
            Attempt full = attempt("att-full", 64 << 20, program);
            for (int i = 0; i < 3; i++) {
                Files.write(full.outputs().resolve("part-" + i), new byte[600_000]);
            }
            LimitsWatch watch = watch();
            await("a count").until(() -> {
                watch.look(List.of(sparse, full));
                return ended.containsKey("att-full");
            });
            assertThat(ended.get("att-full")).satisfies(why -> {
                assertThat(why.cause()).isEqualTo(Cause.OUT_OF_DISK);
                assertThat(why.message()).contains("1 MiB");
            });
            assertThat(ended).doesNotContainKey("att-sparse");
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void filesAreCountedThatTakeNoRoom() throws Exception {
        Process program = new ProcessBuilder("sleep", "600").start();
        try {
            Attempt many = attempt("att-many", 64 << 20, program);
            Attempt few = attempt("att-few", 64 << 20, program);
            for (int i = 0; i < 110; i++) {
                Files.createFile((i < 55 ? many.work() : many.tmp()).resolve("empty-" + i));
                if (i < 90) {
                    Files.createFile(few.work().resolve("empty-" + i));
                }
            }
            LimitsWatch watch = watch();
            await("a count").until(() -> {
                watch.look(List.of(few, many));
                return ended.containsKey("att-many");
            });
            assertThat(ended.get("att-many")).satisfies(why -> {
                assertThat(why.cause()).isEqualTo(Cause.OUT_OF_DISK);
                assertThat(why.message()).contains("100 files and folders");
            });
            assertThat(ended).doesNotContainKey("att-few");
        } finally {
            program.destroyForcibly();
        }
    }
}
