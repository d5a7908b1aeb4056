package dev.trine.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes that belong to a home, whoever their parent is by now: those whose command line, environment or working folder
 * names it. Needs Linux's {@code /proc}.
 */
final class Processes {

    private Processes() {}

    /** Alive ones of a home, by process id, each with its command line. */
    static Map<Long, String> of(Path home) {
        var found = new java.util.TreeMap<Long, String>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.toList()) {
                String name = String.valueOf(process.getFileName());
                if (name.matches("\\d+") && belongs(process, home.toString())) {
                    found.put(
                            Long.parseLong(name),
                            text(process.resolve("cmdline")).replace('\0', ' '));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }

    private static boolean belongs(Path process, String home) {
        if (process.endsWith(Long.toString(ProcessHandle.current().pid()))) {
            return false;
        }
        boolean zombie = text(process.resolve("stat")).matches("(?s).*\\) Z .*");
        return !zombie
                && (text(process.resolve("cmdline")).contains(home)
                        || text(process.resolve("environ")).contains(home)
                        || folder(process).filter(cwd -> cwd.startsWith(home)).isPresent());
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException goneOrForbidden) {
            return "";
        }
    }

    private static Optional<String> folder(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("cwd")).toString());
        } catch (IOException goneOrForbidden) {
            return Optional.empty();
        }
    }

    /** The living process that a pid file names; none while nobody has written the file, or all of it, yet. */
    static Optional<Long> named(Path pidFile) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(pidFile);
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
        return lines.stream()
                .findFirst()
                .flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())))
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid);
    }

    /** Kills all of them at once, as a power cut would. */
    static void killAll(Path home) {
        Map<Long, String> left = of(home);
        while (!left.isEmpty()) {
            left.keySet().forEach(Processes::kill);
            left = of(home);
        }
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Sends a signal by its name, e.g. {@code INT}; to a whole process group if {@code pid} is negative. */
    static void signal(String name, long pid) {
        Shell.run(Map.of(), List.of("kill", "-" + name, "--", Long.toString(pid)));
    }
}
