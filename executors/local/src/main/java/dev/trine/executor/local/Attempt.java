package dev.trine.executor.local;

import dev.trine.executor.local.Gpus.Gpu;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One attempt's folder. All that is known of an attempt is what its supervisor and the executor left here, so it outlives both:
 *
 * <pre>
 * inputs/ work/ outputs/ tmp/       the program's own
 * stdout.log stderr.log events.jsonl  its channels
 * environment                       the program's, as commands of the shell; for this user alone
 * timeout memory disk               its limits: milliseconds if there is one, bytes, bytes
 * gpus                              those that it was given, if any; a line each
 * groups file-blocks                for the supervisor: its control groups, a line each; the largest file, in blocks of 512 bytes
 * users filter relay                for the sandbox: who is who inside, its system calls, how it reaches the platform
 * claimed/ pid started program exit  the supervisor's: it runs, its process, the program's start, process group and exit code
 * exceeded                          the supervisor's: {@code memory} if the kernel ended one of its processes for want of it
 * stopping signalled/               the executor's: why it was told to end, and until when; that it has got its signal
 * left                              the executor's: how many outputs it left, and how many bytes
 * </pre>
 */
record Attempt(Path folder) {

    static final int SIGKILL_EXIT = 137;
    private static final int SIGNAL_BASE = 128;
    private static final int SIGXFSZ_EXIT = SIGNAL_BASE + 25;
    private static final int BLOCK_BYTES = 512;
    private static final long BEGINNING = 16 << 20;

    /** A supervisor writes its process id down at once when it has begun; after this time it never will. */
    static final Duration BEGINS_WITHIN = Duration.ofSeconds(10);

    /** The file system's clock is coarser than that of processes. */
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofSeconds(2);

    private static final FileAttribute<?> FOR_THIS_USER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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

    Path environment() {
        return folder.resolve("environment");
    }

    /** The filter of system calls. */
    Path filter() {
        return folder.resolve("filter");
    }

    /** The command that leads to the platform from inside. */
    Path relay() {
        return folder.resolve("relay");
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
        boolean begun =
                Files.exists(folder.resolve("pid")); // before the look for its process, which may begin just now
        if (supervisor().isEmpty()) {
            // it may have written its last word between the two looks
            return ended().orElseGet(() -> lostOrStopped(begun));
        }
        Instant started = writtenAt("started");
        return started == null ? new Observation.Starting() : new Observation.Running(started);
    }

    private Observation lostOrStopped(boolean begun) {
        Instant now = Instant.now();
        Instant started = Objects.requireNonNullElse(writtenAt("started"), now);
        if (!begun) {
            Instant claimed = Objects.requireNonNullElse(writtenAt("claimed"), now);
            if (Duration.between(claimed, now).compareTo(BEGINS_WITHIN) < 0) {
                return new Observation.Starting();
            }
        }
        return stopping()
                .map(why -> new Observation.Ended(SIGKILL_EXIT, why.cause(), why.message(), started, now))
                .orElseGet(() -> new Observation.Ended(
                        -1, Cause.LOST, "its supervisor died, and nobody knows how the program ended", started, now));
    }

    private Optional<Observation> ended() {
        Instant endedAt = writtenAt("exit");
        if (endedAt == null) {
            return Optional.empty();
        }
        OptionalLong written = number("exit");
        Instant startedAt = Objects.requireNonNullElse(writtenAt("started"), endedAt);
        if (written.isEmpty()) {
            return Optional.of(new Observation.Ended(
                    -1, Cause.LOST, "its exit code was lost, as after a power cut", startedAt, endedAt));
        }
        int code = (int) written.getAsLong();
        Optional<Stopping> why = stopping();
        if (why.isPresent() && !toldAfter(endedAt)) {
            return Optional.of(
                    new Observation.Ended(code, why.get().cause(), why.get().message(), startedAt, endedAt));
        }
        if (code == 0) {
            return Optional.of(new Observation.Ended(0, Cause.COMPLETED, "ended well", startedAt, endedAt));
        }
        if (text("exceeded").orElse("").equals("memory")) {
            return Optional.of(new Observation.Ended(
                    code,
                    Cause.OUT_OF_MEMORY,
                    tooMuchMemory(number("memory").orElse(0)) + " (exit code %d)".formatted(code),
                    startedAt,
                    endedAt));
        }
        if (code == SIGXFSZ_EXIT) {
            return Optional.of(new Observation.Ended(
                    code, Cause.OUT_OF_DISK, tooMuchDisk(number("disk").orElse(0)), startedAt, endedAt));
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

    static String tooMuchMemory(long bytes) {
        return "it used more than the %d MiB of memory that it has: ask for more with resources.memoryBytes, or use less"
                .formatted(bytes >> 20);
    }

    static String tooMuchDisk(long bytes) {
        return "it wrote more than the %d MiB of files that an attempt may have here".formatted(bytes >> 20);
    }

    /**
     * That it was told to end.
     *
     * @param deadline whatever of it still runs then is ended hard
     */
    record Stopping(Cause cause, Instant deadline, String message) {

        static Stopping within(Duration grace, Cause cause, String message) {
            return new Stopping(cause, Instant.now().plus(grace), message);
        }

        static Stopping atOnce(Cause cause, String message) {
            return within(Duration.ZERO, cause, message);
        }
    }

    /** Whether it was told to end, and why. */
    Optional<Stopping> stopping() {
        String[] words = text("stopping").orElse("").split(" ", 3);
        return Stream.of(Cause.values())
                .filter(cause -> words.length == 3 && cause.name().equals(words[0]))
                .findFirst()
                .map(cause -> new Stopping(cause, Instant.ofEpochMilli(Long.parseLong(words[1])), words[2]));
    }

    /** Whether that was only when it had ended by itself. */
    private boolean toldAfter(Instant endedAt) {
        Instant told = writtenAt("stopping");
        return told != null && told.isAfter(endedAt);
    }

    /** Writes down that it is to end; what was written first stays. */
    void tellStopping(Stopping why) throws IOException {
        Path made = Files.createTempFile(folder, ".stopping-", "");
        try {
            Files.writeString(
                    made, "%s %d %s".formatted(why.cause(), why.deadline().toEpochMilli(), why.message()));
            Files.createLink(folder.resolve("stopping"), made); // whole at once, and never over another
        } catch (FileAlreadyExistsException already) {
            return;
        } finally {
            Files.delete(made);
        }
    }

    /** Whether it is this caller's to signal its end to it: nobody has yet, and from now on nobody else will. */
    boolean maySignal() throws IOException {
        try {
            Files.createDirectory(folder.resolve("signalled"));
            return true;
        } catch (FileAlreadyExistsException already) {
            return false;
        }
    }

    boolean signalled() {
        return Files.isDirectory(folder.resolve("signalled"));
    }

    /**
     * Writes its limits down.
     *
     * @param memory bytes
     * @param disk bytes that it may write
     */
    void writeLimits(@Nullable Duration timeout, long memory, long disk) throws IOException {
        if (timeout != null) {
            Files.writeString(folder.resolve("timeout"), Long.toString(timeout.toMillis()));
        }
        Files.writeString(folder.resolve("memory"), Long.toString(memory));
        Files.writeString(folder.resolve("disk"), Long.toString(disk));
        Files.writeString(folder.resolve("file-blocks"), Math.max(1, disk / BLOCK_BYTES) + "\n");
    }

    /** Bytes of memory it may use; empty for one of which that is not known. */
    OptionalLong memory() {
        return number("memory");
    }

    /** Bytes of files it may write; empty for one of which that is not known. */
    OptionalLong disk() {
        return number("disk");
    }

    /** What its program writes: folders and files. */
    List<Path> written() {
        return List.of(work(), outputs(), tmp(), folder.resolve("stdout.log"), folder.resolve("stderr.log"), events());
    }

    void writeGroups(List<Path> groups) throws IOException {
        Files.write(
                folder.resolve("groups"), groups.stream().map(Path::toString).toList());
    }

    /** Makes its files those of another user, who is nobody inside. */
    void giveTo(int user) throws IOException {
        Files.writeString(folder.resolve("users"), "0 0 1\n%s %d 1\n".formatted(Sandbox.NOBODY, user));
        for (Path path : Stream.concat(written().stream(), Stream.of(inputs(), environment()))
                .toList()) {
            try (Stream<Path> all = Files.walk(path)) {
                for (Path each : (Iterable<Path>) all::iterator) {
                    Files.setAttribute(each, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
                    Files.setAttribute(each, "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    /** How long it may run, if limited. */
    Optional<Duration> timeout() {
        OptionalLong millis = number("timeout");
        return millis.isPresent() ? Optional.of(Duration.ofMillis(millis.getAsLong())) : Optional.empty();
    }

    /** Writes down the program's environment so that a shell can load it; on a command line everybody could read it. */
    void writeEnvironment(Map<String, String> variables) throws IOException {
        var text = new StringBuilder();
        variables.forEach((name, value) -> text.append("export ")
                .append(name)
                .append("='")
                .append(value.replace("'", "'\\''"))
                .append("'\n"));
        Files.createFile(environment(), FOR_THIS_USER);
        Files.writeString(environment(), text);
    }

    void writeGpus(List<Gpu> granted) throws IOException {
        Files.write(folder.resolve("gpus"), granted.stream().map(Gpu::uuid).toList());
    }

    /** The GPUs that it was given, by their UUIDs. */
    List<String> gpus() {
        return text("gpus").map(text -> text.lines().toList()).orElse(List.of());
    }

    /** The supervisor's process, if it lives; another process that got its number later does not count. */
    Optional<ProcessHandle> supervisor() {
        OptionalLong pid = number("pid");
        return pid.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(pid.getAsLong())
                        .filter(ProcessHandle::isAlive)
                        .filter(this::runsHere);
    }

    /**
     * The process that leads the program's process group, if it runs. It began before its number was written down; another
     * process that got that number later began later.
     */
    Optional<ProcessHandle> program() {
        OptionalLong pid = number("program");
        Instant written = writtenAt("program");
        if (pid.isEmpty() || written == null || Files.exists(folder.resolve("exit"))) {
            return Optional.empty();
        }
        Instant latest = written.plus(CLOCKS_DIFFER_BY);
        return ProcessHandle.of(pid.getAsLong())
                .filter(ProcessHandle::isAlive)
                .filter(process -> !isZombie(process))
                .filter(process -> process.info()
                        .startInstant()
                        .filter(began -> began.isBefore(latest))
                        .isPresent());
    }

    /** Whether it has ended and nobody has taken note of that; where no process 1 does, it stays so for ever. */
    private static boolean isZombie(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException noSuchProcessOrNoLinux) {
            return false;
        }
    }

    /** Whether its program has begun, whatever has become of it. */
    boolean hasBegun() {
        return Files.exists(folder.resolve("program"));
    }

    private boolean runsHere(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        return info.arguments().map(List::of).orElse(List.of()).contains(folder.toString())
                || info.commandLine().orElse("").contains(folder.toString());
    }

    private Path file(Channel channel) {
        return switch (channel) {
            case STDOUT -> folder.resolve("stdout.log");
            case STDERR -> folder.resolve("stderr.log");
            case EVENTS -> events();
        };
    }

    /** The length of its channels together, holes included. */
    long printed() {
        return Stream.of(Channel.values())
                .mapToLong(channel -> Math.max(0, size(file(channel))))
                .sum();
    }

    /** Of channels that are longer than all that it may write, as those with holes can be, only the beginning is there to be read. */
    byte[] read(Channel channel, long offset, int most) throws IOException {
        try (FileChannel bytes = FileChannel.open(file(channel))) {
            long end = printed() > disk().orElse(Long.MAX_VALUE) ? Math.min(bytes.size(), BEGINNING) : bytes.size();
            long there = Math.min(most, end - offset);
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

    /** A moment until its supervisor is there, so that nobody sees a gap in which the attempt seems absent. */
    void awaitClaim() throws IOException {
        long end = System.nanoTime() + BEGINS_WITHIN.toNanos();
        while (!claimed()) {
            if (System.nanoTime() > end) {
                throw new IOException("the supervisor of attempt %s did not start".formatted(name()));
            }
            pause();
        }
    }

    /** The moment between two looks of whoever waits for a supervisor. */
    static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a supervisor", e);
        }
    }

    /** What its program has left. */
    LeftFiles left() {
        return new LeftFiles(outputs());
    }

    void delete() throws IOException {
        new LeftFiles(folder).delete();
    }

    /** What a file says; empty if it is not there. */
    private Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(folder.resolve(file)).strip());
        } catch (NoSuchFileException notThere) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(String.format(Locale.ROOT, "cannot read %s of attempt %s", file, name()), e);
        }
    }

    /** The number in a file; empty if there is none in it, as after a power cut. */
    private OptionalLong number(String file) {
        try {
            return OptionalLong.of(Long.parseLong(text(file).orElse("")));
        } catch (NumberFormatException none) {
            return OptionalLong.empty();
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
