package dev.trine.executor.local;

import dev.trine.lib.workload.WorkloadSpec.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How workloads are kept apart from each other and from the platform. */
public enum Sandbox {

    /**
     * Namespaces of its own by <a href="https://github.com/containers/bubblewrap">bubblewrap</a>: the file system is read-only
     * but for its own folders, the platform's files are hidden, other processes and devices it was not given are invisible, it
     * has no terminal, and the network is off where the workload asks for none.
     */
    BUBBLEWRAP {
        @Override
        List<String> wrap(
                Attempt attempt, Visibility files, List<Path> devices, Network network, List<String> command) {
            String bwrap = Executables.find("bwrap")
                    .orElseThrow(() -> new IllegalStateException("bwrap was here at the start and is not any more"))
                    .toAbsolutePath()
                    .toString();
            var line = new ArrayList<>(
                    List.of(bwrap, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc"));
            if (network == Network.NONE) {
                line.add("--unshare-net");
            }
            line.addAll(List.of("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"));
            line.addAll(files.options());
            devices.forEach(device -> bind(line, "--dev-bind", device));
            bind(line, "--ro-bind", attempt.environment());
            bind(line, "--ro-bind", attempt.inputs());
            bind(line, "--bind", attempt.work());
            bind(line, "--bind", attempt.outputs());
            bind(line, "--bind", attempt.tmp());
            bind(line, "--bind", attempt.events());
            line.addAll(List.of("--chdir", attempt.work().toString(), "--"));
            line.addAll(command);
            return line;
        }
    },

    /** A plain process with a clean environment; for machines without bubblewrap. */
    PROCESS {
        @Override
        List<String> wrap(
                Attempt attempt, Visibility files, List<Path> devices, Network network, List<String> command) {
            return command;
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

    /**
     * The command line that runs {@code command} inside. It is visible to every user of the machine.
     *
     * @param devices those that the workload was given
     */
    abstract List<String> wrap(
            Attempt attempt, Visibility files, List<Path> devices, Network network, List<String> command);

    private static void bind(List<String> line, String how, Path path) {
        line.addAll(List.of(how, path.toString(), path.toString()));
    }

    /** The strongest one that works here; tried, not guessed. */
    public static Sandbox strongest() {
        Optional<Path> bwrap = Executables.find("bwrap");
        if (bwrap.isEmpty()) {
            LOG.info("bubblewrap is not installed: workloads run as plain processes");
            return PROCESS;
        }
        try {
            Process trial = new ProcessBuilder(
                            bwrap.get().toString(),
                            "--unshare-pid",
                            "--unshare-net",
                            "--ro-bind",
                            "/",
                            "/",
                            "--proc",
                            "/proc",
                            "--dev",
                            "/dev",
                            "--",
                            Executables.find("true")
                                    .orElse(Path.of("/bin/true"))
                                    .toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (trial.waitFor(5, TimeUnit.SECONDS) && trial.exitValue() == 0) {
                return BUBBLEWRAP;
            }
            trial.destroyForcibly();
            LOG.info("bubblewrap may not make namespaces here: workloads run as plain processes");
        } catch (IOException e) {
            LOG.info("bubblewrap does not start ({}): workloads run as plain processes", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return PROCESS;
    }

    /** Finds programs as a shell would. */
    static final class Executables {

        private Executables() {}

        /** An executable by path, or by name on {@code PATH}. */
        static Optional<Path> find(String name) {
            if (name.contains("/")) {
                return Optional.of(Path.of(name)).filter(Files::isExecutable);
            }
            String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
            for (String folder : path.split(":", -1)) {
                if (!folder.isEmpty()) {
                    Path candidate = Path.of(folder, name);
                    if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                        return Optional.of(candidate);
                    }
                }
            }
            return Optional.empty();
        }
    }
}
