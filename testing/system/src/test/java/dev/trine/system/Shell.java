package dev.trine.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs commands in a clean environment, above all {@code trine}. */
final class Shell {

    static final JsonMapper JSON = new JsonMapper();
    static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    static final Path TRINE = ROOT.resolve(Path.of("dist", "trine", "bin", "trine"));

    private Shell() {}

    /** What a command did. */
    record Result(int exit, String out, String err) {

        JsonNode json() {
            return JSON.readTree(out);
        }
    }

    /**
     * The command's environment is {@code env} and what no program does without. What a platform that is killed leaves of its
     * temporary files lies in our {@link #scratch()}; it lives too short for the JVM's second compiler to be worth its time.
     */
    static ProcessBuilder command(Map<String, String> env, List<String> line) throws IOException {
        var builder = new ProcessBuilder(line);
        Map<String, String> clean = builder.environment();
        clean.keySet().retainAll(List.of("PATH", "JAVA_HOME", "HOME", "LANG", "TERM", "USER"));
        clean.put("TRINE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + scratch());
        clean.putAll(env);
        return builder;
    }

    /** A folder for what tests leave, which goes with {@code make clean}. */
    static Path scratch() throws IOException {
        return Files.createDirectories(Path.of("target", "scratch").toAbsolutePath());
    }

    static Result run(Map<String, String> env, List<String> line) {
        return run(Path.of("/dev/null"), env, line);
    }

    private static Result run(Path in, Map<String, String> env, List<String> line) {
        try {
            Path out = Files.createTempFile(scratch(), "out", ".txt");
            Path err = Files.createTempFile(scratch(), "err", ".txt");
            try {
                Process process = command(env, line)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            line + " hangs; so far it said " + Files.readString(out) + Files.readString(err));
                }
                return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static Result trine(Map<String, String> env, String... arguments) {
        var line = new ArrayList<>(List.of(TRINE.toString()));
        line.addAll(List.of(arguments));
        return run(env, line);
    }

    /** The same with a text on standard input. */
    static Result trineTold(String in, Map<String, String> env, String... arguments) throws IOException {
        var line = new ArrayList<>(List.of(TRINE.toString()));
        line.addAll(List.of(arguments));
        Path file = Files.writeString(Files.createTempFile(scratch(), "in", ".txt"), in);
        try {
            return run(file, env, line);
        } finally {
            Files.delete(file);
        }
    }

    /** Whether this machine lets us make namespaces, in which a file system can be mounted for one process alone. */
    static boolean hasNamespaces() {
        try {
            return run(Map.of(), List.of("unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"))
                            .exit()
                    == 0;
        } catch (UncheckedIOException notInstalled) {
            return false;
        }
    }

    static boolean has(String program) {
        for (String folder :
                Objects.requireNonNullElse(System.getenv("PATH"), "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
