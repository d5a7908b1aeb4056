package dev.trine.executor.local;

import dev.trine.executor.local.Attempt.Stopping;
import dev.trine.lib.workload.Observation.Cause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts that take more than they may of what the kernel does not limit for us: files always, memory and processes where
 * there are no {@linkplain Cgroups control groups}. It looks often and cheaply, at how much room there is, and closely when that
 * has shrunk.
 */
final class LimitsWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LimitsWatch.class);

    /** So much is left for the platform: whoever has written most ends before it is gone. */
    private static final long RESERVE_BYTES = 512L << 20;

    /** Files and folders that an attempt may have. */
    static final long MOST_FILES = 1_000_000;

    /** With so many nobody is to blame for a file system that can have no more. */
    private static final long FEW_FILES = 10_000;

    private static final long LOOKS_BETWEEN_COUNTS = 100;
    private static final long PAGE_BYTES = 4_096;

    private final Path root;
    private final FileStore store;
    private final Optional<Cgroups> cgroups;
    private final long mostFiles;
    private final BiConsumer<Attempt, Stopping> end;
    private long roomAtLastCount = Long.MAX_VALUE;
    private long looks;

    /**
     * @param root a folder on the file system that attempts write to
     * @param cgroups what holds memory and processes; without them these are counted here
     * @param mostFiles files and folders that an attempt may have, {@link #MOST_FILES} but in tests
     * @param end ends an attempt hard
     */
    LimitsWatch(Path root, Optional<Cgroups> cgroups, long mostFiles, BiConsumer<Attempt, Stopping> end)
            throws IOException {
        this.root = root;
        this.mostFiles = mostFiles;
        this.store = Files.getFileStore(root);
        this.cgroups = cgroups;
        this.end = end;
    }

    /** @param running those that run now */
    void look(List<Attempt> running) throws IOException, InterruptedException {
        if (cgroups.isPresent()) {
            running.stream()
                    .filter(attempt -> cgroups.get().ranOutOfMemory(attempt.name()))
                    .forEach(this::endForMemory);
        } else if (!running.isEmpty()) {
            Map<Long, List<Long>> children = children();
            running.forEach(attempt -> lookAtMemory(attempt, children));
        }
        lookAtDisk(running);
    }

    private void lookAtDisk(List<Attempt> running) throws IOException, InterruptedException {
        long room = store.getUsableSpace();
        long least = running.stream()
                .mapToLong(attempt -> attempt.disk().orElse(Long.MAX_VALUE))
                .min()
                .orElse(Long.MAX_VALUE);
        boolean shrunk = roomAtLastCount - room > Math.min(least / 4, RESERVE_BYTES / 8);
        if (running.isEmpty() || (!shrunk && room > RESERVE_BYTES && ++looks % LOOKS_BETWEEN_COUNTS != 0)) {
            roomAtLastCount = Math.max(room, roomAtLastCount == Long.MAX_VALUE ? room : roomAtLastCount);
            return;
        }
        roomAtLastCount = room;
        long filesLeft = filesLeft();
        Attempt largest = null;
        long most = 0;
        for (Attempt attempt : running) {
            lookAtFiles(attempt, filesLeft);
            long written = total("-k", attempt) << 10;
            OptionalLong allowed = attempt.disk();
            if (allowed.isPresent() && written > allowed.getAsLong()) {
                end.accept(attempt, Stopping.atOnce(Cause.OUT_OF_DISK, Attempt.tooMuchDisk(allowed.getAsLong())));
            } else if (written > most) {
                largest = attempt;
                most = written;
            }
        }
        if (room < RESERVE_BYTES && largest != null && most > RESERVE_BYTES / 8) {
            end.accept(
                    largest,
                    Stopping.atOnce(
                            Cause.OUT_OF_DISK,
                            "the disk of its machine is nearly full, and it has written most to it: %d MiB"
                                    .formatted(most >> 20)));
        }
    }

    /** A file system has a number of files besides its room; nobody may have more of it than all the others have left. */
    private void lookAtFiles(Attempt attempt, long left) throws IOException, InterruptedException {
        long files = total("--inodes", attempt);
        if (files > mostFiles) {
            end.accept(
                    attempt,
                    Stopping.atOnce(
                            Cause.OUT_OF_DISK,
                            String.format(
                                    Locale.ROOT,
                                    "it made more than the %,d files and folders that an attempt may have",
                                    mostFiles)));
        } else if (files > Math.max(left, FEW_FILES)) {
            end.accept(
                    attempt,
                    Stopping.atOnce(
                            Cause.OUT_OF_DISK,
                            String.format(
                                    Locale.ROOT,
                                    "the disk of its machine has place for only %,d more files, and it has made %,d",
                                    left,
                                    files)));
        }
    }

    /** How many more files the file system can have; there are some that need not say. */
    private long filesLeft() throws IOException, InterruptedException {
        String[] allAndFree =
                lastLine(List.of("stat", "-f", "-c", "%c %d", root.toString())).split(" ", 2);
        return allAndFree.length == 2 && number(allAndFree[0]) > 0 ? number(allAndFree[1]) : Long.MAX_VALUE;
    }

    /** What {@code du} counts of all that an attempt's program has written. */
    private static long total(String unit, Attempt attempt) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of("du", "-scx", unit));
        attempt.written().forEach(path -> line.add(path.toString()));
        return number(lastLine(line).split("\\s", 2)[0]);
    }

    private static String lastLine(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String last = "";
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String read = out.readLine(); read != null; read = out.readLine()) {
                last = read;
            }
        }
        process.waitFor();
        return last;
    }

    private static long number(String text) {
        return text.matches("\\d+") ? Long.parseLong(text) : 0;
    }

    private void lookAtMemory(Attempt attempt, Map<Long, List<Long>> children) {
        OptionalLong allowed = attempt.memory();
        if (allowed.isEmpty()) {
            return;
        }
        var all = new ArrayList<Long>();
        attempt.program().ifPresent(program -> gather(program.pid(), children, all));
        long own = 0;
        long shared = 0;
        for (Long pid : all) {
            String[] pages = read(Path.of("/proc", Long.toString(pid), "statm")).split(" ", -1);
            if (pages.length > 2) {
                own += (Long.parseLong(pages[1]) - Long.parseLong(pages[2])) * PAGE_BYTES;
                shared = Math.max(shared, Long.parseLong(pages[2]) * PAGE_BYTES);
            }
        }
        if (own + shared > allowed.getAsLong()) {
            endForMemory(attempt);
        } else if (all.size() > Cgroups.MOST_PROCESSES) {
            end.accept(
                    attempt,
                    Stopping.atOnce(
                            Cause.OUT_OF_MEMORY, "it has more than %d processes".formatted(Cgroups.MOST_PROCESSES)));
        }
    }

    private void endForMemory(Attempt attempt) {
        end.accept(
                attempt,
                Stopping.atOnce(
                        Cause.OUT_OF_MEMORY,
                        Attempt.tooMuchMemory(attempt.memory().orElse(0))));
    }

    private static void gather(long pid, Map<Long, List<Long>> children, List<Long> into) {
        into.add(pid);
        children.getOrDefault(pid, List.of()).forEach(child -> gather(child, children, into));
    }

    private static Map<Long, List<Long>> children() {
        var children = new HashMap<Long, List<Long>>();
        ProcessHandle.allProcesses()
                .forEach(process -> process.parent()
                        .ifPresent(parent -> children.computeIfAbsent(parent.pid(), none -> new ArrayList<>())
                                .add(process.pid())));
        return children;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException endedMeanwhile) {
            LOG.trace("{} has gone", file);
            return "";
        }
    }
}
