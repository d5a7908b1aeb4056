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
     * Namespaces of its own by <a href="https://github.com/containers/bubblewrap">bubblewrap</a>: a file system of the system's
     * programs, read-only, and its own folders; a user without rights, no capabilities and a {@linkplain Seccomp filter} of system
     * calls; no processes, devices or terminal but its own; and a network in which there is nobody, but what its {@linkplain WaysOut ways out} lead to.
     */
    BUBBLEWRAP {
        @Override
        Places places(Attempt attempt) {
            return new Places(
                    attempt,
                    INSIDE.resolve("environment"),
                    INSIDE.resolve("inputs"),
                    INSIDE.resolve("work"),
                    INSIDE.resolve("outputs"),
                    Path.of("/tmp"),
                    INSIDE.resolve("events.jsonl"));
        }

        @Override
        List<String> wrap(Confinement confinement, List<String> command) {
            Places places = confinement.places();
            Attempt attempt = places.attempt();
            var line = new ArrayList<>(List.of("/bin/sh", "-c"));
            line.add(confinement.otherUser() ? OPEN_WITH_USERS : OPEN);
            line.add(attempt.folder().toString());
            line.addAll(List.of(bwrap(), "--die-with-parent", "--new-session", "--clearenv", "--setenv", "PATH", PATH));
            line.addAll(List.of("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"));
            line.addAll(List.of("--unshare-cgroup-try", "--hostname", "workload", "--cap-drop", "ALL"));
            if (confinement.network() != Network.HOST) {
                line.add("--unshare-net");
            }
            if (confinement.otherUser()) {
                // it begins as root of its own namespace, who is root outside too; setpriv gives that up
                line.addAll(List.of("--userns-block-fd", "8", "--info-fd", "9"));
                line.addAll(List.of("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"));
            } else {
                line.addAll(List.of("--uid", NOBODY, "--gid", NOBODY));
            }
            if (Files.exists(attempt.filter())) {
                line.addAll(List.of("--seccomp", "7"));
            }
            line.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
            // where the platform runs as root and nobody else can be had, the user is root outside, who may write these
            bind(line, "--ro-bind", Path.of("/proc/sys"), Path.of("/proc/sys"));
            line.addAll(List.of("--perms", "1777", "--tmpfs", "/dev/shm"));
            bind(line, "--bind", attempt.tmp(), places.tmp());
            line.addAll(confinement.files().options());
            confinement
                    .etc()
                    .forEach(file ->
                            bind(line, "--ro-bind", file, Path.of("/etc").resolve(file.getFileName())));
            confinement.devices().forEach(device -> {
                Visibility.way(line, device);
                bind(line, "--dev-bind", device, device);
            });
            line.addAll(List.of("--perms", "0755", "--dir", INSIDE.toString()));
            bind(line, "--ro-bind", attempt.environment(), places.environment());
            bind(line, "--ro-bind", attempt.inputs(), places.inputs());
            bind(line, "--bind", attempt.work(), places.work());
            bind(line, "--bind", attempt.outputs(), places.outputs());
            bind(line, "--bind", attempt.events(), places.events());
            confinement.ways().forEach(way -> bind(line, "--ro-bind", way.folder(), way.inside()));
            if (!confinement.ways().isEmpty()) {
                bind(line, "--ro-bind", attempt.relay(), RELAY);
            }
            line.addAll(List.of("--remount-ro", "/", "--chdir", places.work().toString(), "--"));
            if (confinement.otherUser()) {
                line.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
                line.addAll(List.of("--inh-caps=-all", "--bounding-set=-all", "--"));
            }
            line.addAll(List.of("/bin/sh", "-c", confinement.ways().isEmpty() ? LOAD : LOAD_WITH_RELAY));
            line.add(places.environment().toString());
            line.addAll(command);
            return line;
        }
    },

    /** A plain process with a clean environment; for machines without bubblewrap. */
    PROCESS {
        @Override
        Places places(Attempt attempt) {
            return new Places(
                    attempt,
                    attempt.environment(),
                    attempt.inputs(),
                    attempt.work(),
                    attempt.outputs(),
                    attempt.tmp(),
                    attempt.events());
        }

        @Override
        List<String> wrap(Confinement confinement, List<String> command) {
            var line = new ArrayList<>(List.of("/bin/sh", "-c", LOAD));
            line.add(confinement.places().environment().toString());
            line.addAll(command);
            return line;
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

    /** The user and group without rights. */
    static final String NOBODY = "65534";

    /** Where programs and the executor's own steps look for programs before an environment is loaded. */
    static final String PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    /** Where a sandboxed workload has its folders, whatever they are called outside. */
    static final Path INSIDE = Path.of("/trine");

    /** The pipe by which the relay inside tells that it listens. */
    static final String LISTENING = "/tmp/.door";

    private static final Path RELAY = INSIDE.resolve("relay");

    /** Opens what bubblewrap reads: the filter; and where it is to have users, the pipes on which it tells and waits. */
    private static final String OPEN = "{ [ ! -e \"$0/filter\" ] || exec 7< \"$0/filter\"; } && exec \"$@\"";

    private static final String OPEN_WITH_USERS =
            "{ [ ! -e \"$0/filter\" ] || exec 7< \"$0/filter\"; } && exec 8<> \"$0/go\" 9> \"$0/made\" && exec \"$@\"";

    /** Loads the environment from the file that is its first argument, and becomes the program. */
    private static final String LOAD = ". \"$0\" && exec \"$@\"";

    /**
     * The same, when the relay listens. The relay hears no polite signal: a program that is told to end may have
     * something to say to the platform still.
     */
    private static final String LOAD_WITH_RELAY = "mkfifo " + LISTENING + " && { { trap '' TERM; . " + RELAY
            + "; echo > " + LISTENING + "; } > /dev/null & read -r _ < " + LISTENING + "; rm -f " + LISTENING
            + "; } && "
            + LOAD;

    /**
     * An attempt's files by the names that its program has for them.
     *
     * @param attempt outside
     */
    record Places(Attempt attempt, Path environment, Path inputs, Path work, Path outputs, Path tmp, Path events) {}

    /**
     * What a command is confined to.
     *
     * @param files what it sees of the machine
     * @param etc files for {@code /etc} that are made for workloads
     * @param devices those it was given
     * @param ways how it gets out of a network of its own
     * @param otherUser whether it is another user outside too, for which the platform must be root
     */
    record Confinement(
            Places places,
            Visibility files,
            List<Path> etc,
            List<Path> devices,
            Network network,
            List<WaysOut.Way> ways,
            boolean otherUser) {}

    /** Where the program finds its own files. */
    abstract Places places(Attempt attempt);

    /** The command line that runs {@code command} inside. It is visible to every user of the machine. */
    abstract List<String> wrap(Confinement confinement, List<String> command);

    private static void bind(List<String> line, String how, Path from, Path to) {
        line.addAll(List.of(how, from.toString(), to.toString()));
    }

    private static String bwrap() {
        return Executables.find("bwrap")
                .orElseThrow(() -> new IllegalStateException("bwrap was here at the start and is not any more"))
                .toAbsolutePath()
                .toString();
    }

    /** The strongest one that works here; tried, not guessed. */
    public static Sandbox strongest() {
        Optional<Path> bwrap = Executables.find("bwrap");
        if (bwrap.isEmpty()) {
            LOG.info("bubblewrap is not installed: workloads run as plain processes");
            return PROCESS;
        }
        try {
            var line = new ArrayList<>(List.of(bwrap.get().toString(), "--unshare-all", "--uid", NOBODY));
            line.addAll(List.of("--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev"));
            line.addAll(Visibility.SYSTEM_ALONE.options());
            line.addAll(List.of("--", "/bin/sh", "-c", "exit 0"));
            Process trial = new ProcessBuilder(line)
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
