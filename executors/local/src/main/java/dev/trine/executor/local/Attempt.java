package dev.trine.executor.local;

import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.Executor.Output;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt's folder. All that is known of an attempt is what its supervisor and the executor left here, so it outlives both:
 *
 * <pre>
 * inputs/ work/ outputs/ tmp/       the program's own
 * stdout.log stderr.log events.jsonl  its channels
 * timeout                           milliseconds it may run, if limited
 * claimed/ pid started exit         the supervisor's: it runs, its process, the program's start and exit code
 * stopping                          the executor's: why it was told to end
 * </pre>
 */
record Attempt(Path folder) {

    static final int SIGKILL_EXIT = 137;
    private static final int SIGNAL_BASE = 128;

    Path inputs() {
        return folder.resolve("inputs");
    }

    Path work() {
        return folder.resolve("work");
    }

    Path outputs() {
        return folder.resolve("outputs");
    }

    /** For temporary files; {@code TMPDIR}. */
    Path tmp() {
        return folder.resolve("tmp");
    }

    Path events() {
        return folder.resolve("events.jsonl");
    }

    String name() {
        return Objects.requireNonNull(folder.getFileName()).toString();
    }

    boolean exists() {
        return Files.isDirectory(folder);
    }

    /** Whether a supervisor has ever begun with it. */
    boolean claimed() {
        return Files.isDirectory(folder.resolve("claimed"));
    }

    Observation observe() {
        if (!exists() || !claimed()) {
            return new Observation.Absent();
        }
        Optional<Observation> ended = ended();
        if (ended.isPresent()) {
            return ended.get();
        }
        if (supervisor().isEmpty()) {
            // it may have written its last word between the two looks
            return ended().orElseGet(this::lostOrStopped);
        }
        Instant started = writtenAt("started");
        return started == null ? new Observation.Starting() : new Observation.Running(started);
    }

    private Observation lostOrStopped() {
        Instant now = Instant.now();
        Instant started = Objects.requireNonNullElse(writtenAt("started"), now);
        Stopping why = stopping();
        if (why != null) {
            return new Observation.Ended(SIGKILL_EXIT, why.cause(), why.message(), started, now);
        }
        if (!Files.exists(folder.resolve("pid"))) {
            return new Observation.Starting();
        }
        return new Observation.Ended(
                -1, Cause.LOST, "its supervisor died, and nobody knows how the program ended", started, now);
    }

    private Optional<Observation> ended() {
        Instant endedAt = writtenAt("exit");
        if (endedAt == null) {
            return Optional.empty();
        }
        int code = Integer.parseInt(text("exit"));
        Instant startedAt = Objects.requireNonNullElse(writtenAt("started"), endedAt);
        Stopping why = stopping();
        if (why != null && (code != 0 || why.cause() == Cause.TIMED_OUT)) {
            return Optional.of(new Observation.Ended(code, why.cause(), why.message(), startedAt, endedAt));
        }
        if (code == 0) {
            return Optional.of(new Observation.Ended(0, Cause.COMPLETED, "ended well", startedAt, endedAt));
        }
        if (code == SIGKILL_EXIT) {
            return Optional.of(new Observation.Ended(
                    code,
                    Cause.KILLED,
                    "killed by SIGKILL (exit code 137); mostly that means that the machine ran out of memory: ask for more"
                            + " with resources.memoryBytes, or use less",
                    startedAt,
                    endedAt));
        }
        if (code > SIGNAL_BASE && code < SIGNAL_BASE + 65) {
            return Optional.of(new Observation.Ended(
                    code,
                    Cause.KILLED,
                    "ended by signal %d (exit code %d)".formatted(code - SIGNAL_BASE, code),
                    startedAt,
                    endedAt));
        }
        return Optional.of(
                new Observation.Ended(code, Cause.FAILED, "ended with exit code " + code, startedAt, endedAt));
    }

    /** Why it was told to end. */
    record Stopping(Cause cause, String message) {}

    private @Nullable Stopping stopping() {
        if (!Files.exists(folder.resolve("stopping"))) {
            return null;
        }
        String[] words = text("stopping").split(" ", 2);
        return new Stopping(Cause.valueOf(words[0]), words.length > 1 ? words[1] : "");
    }

    /** Writes down why it is told to end; the first reason stays. */
    void tellStopping(Stopping why) throws IOException {
        try {
            Files.writeString(
                    folder.resolve("stopping"),
                    why.cause() + " " + why.message(),
                    java.nio.file.StandardOpenOption.CREATE_NEW,
                    java.nio.file.StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException already) {
            return;
        }
    }

    void writeTimeout(@Nullable Duration timeout) throws IOException {
        if (timeout != null) {
            Files.writeString(folder.resolve("timeout"), Long.toString(timeout.toMillis()));
        }
    }

    /** How long it may run, if limited. */
    Optional<Duration> timeout() {
        return Files.exists(folder.resolve("timeout"))
                ? Optional.of(Duration.ofMillis(Long.parseLong(text("timeout"))))
                : Optional.empty();
    }

    /** The supervisor's process, if it lives; another process that got its number later does not count. */
    Optional<ProcessHandle> supervisor() {
        if (!Files.exists(folder.resolve("pid"))) {
            return Optional.empty();
        }
        long pid = Long.parseLong(text("pid"));
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::runsHere);
    }

    private boolean runsHere(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        return info.arguments().map(List::of).orElse(List.of()).contains(folder.toString())
                || info.commandLine().orElse("").contains(folder.toString());
    }

    byte[] read(Channel channel, long offset, int most) throws IOException {
        Path file = folder.resolve(
                switch (channel) {
                    case STDOUT -> "stdout.log";
                    case STDERR -> "stderr.log";
                    case EVENTS -> "events.jsonl";
                });
        try (FileChannel bytes = FileChannel.open(file)) {
            long there = Math.min(most, bytes.size() - offset);
            if (there <= 0) {
                return new byte[0];
            }
            var buffer = ByteBuffer.allocate((int) there);
            while (buffer.hasRemaining() && bytes.read(buffer, offset + buffer.position()) > 0) {
                // until full or at the end
            }
            byte[] read = new byte[buffer.position()];
            buffer.flip().get(read);
            return read;
        } catch (NoSuchFileException gone) {
            return new byte[0];
        }
    }

    /** A number that changes whenever a channel grows or the state's files change. */
    long fingerprint() {
        long sum = 17;
        for (String file : List.of("stdout.log", "stderr.log", "events.jsonl", "started", "exit")) {
            sum = sum * 31 + size(folder.resolve(file));
        }
        return sum;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException notThere) {
            return -1;
        }
    }

    /** Plain files below {@code outputs/}; links are not followed, or a program could hand out what it may not read. */
    List<Output> outputFiles() throws IOException {
        var found = new ArrayList<Output>();
        if (!Files.isDirectory(outputs())) {
            return found;
        }
        Files.walkFileTree(outputs(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    String path = outputs().relativize(file).toString().replace('\\', '/');
                    found.add(new Output(path, attributes.size()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(Comparator.comparing(Output::path));
        return found;
    }

    void delete() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(String.format(Locale.ROOT, "cannot read %s of attempt %s", file, name()), e);
        }
    }

    private @Nullable Instant writtenAt(String file) {
        try {
            return Files.getLastModifiedTime(folder.resolve(file)).toInstant();
        } catch (IOException notThere) {
            return null;
        }
    }
}
