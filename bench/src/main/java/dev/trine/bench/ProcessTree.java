package dev.trine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process and all its descendants, as Linux's {@code /proc} sees them (proc(5)).
 *
 * @param root stays the root while children come and go
 */
record ProcessTree(ProcessHandle root) {

    /** USER_HZ, which Linux fixes to 100 for everything that user space sees. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    /** Proportional set size of all processes, in bytes: shared pages count once, divided among those that share them. */
    long pss() throws IOException {
        return sum("smaps_rollup", "Pss:");
    }

    /** Resident set size of all processes, in bytes: shared pages count in every process. */
    long rss() throws IOException {
        return sum("status", "VmRSS:");
    }

    /** User and system time that the living processes have used so far, in seconds. */
    double cpuSeconds() throws IOException {
        double ticks = 0;
        for (ProcessHandle process : all()) {
            for (String line : lines(process, "stat")) {
                // the second field, the command, may hold spaces and parentheses; the third begins after its last ')'
                String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
                ticks += Double.parseDouble(fields[UTIME]) + Double.parseDouble(fields[STIME]);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private long sum(String file, String field) throws IOException {
        long kibibytes = 0;
        for (ProcessHandle process : all()) {
            for (String line : lines(process, file)) {
                if (line.startsWith(field)) {
                    kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return kibibytes << 10;
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(root), root.descendants()).toList();
    }

    private static List<String> lines(ProcessHandle process, String file) throws IOException {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), file));
        } catch (NoSuchFileException ended) {
            return List.of();
        }
    }
}
