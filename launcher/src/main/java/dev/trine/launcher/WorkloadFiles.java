package dev.trine.launcher;

import dev.trine.cli.Credentials;
import dev.trine.executor.local.Visibility;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What sandboxed workloads see of this machine's files. Not what belongs to the platform, nor the home of the user who started it
 * with their keys and tokens, nor where programs of theirs listen (their session's bus, agents, container engines: whoever talks to
 * these acts outside the sandbox). But what programs need: Java, the platform's own classes, and the Pythons on {@code PATH}, which
 * many people have in their home. {@code TRINE_WORKLOAD_PATHS} adds to that.
 */
final class WorkloadFiles {

    /** Sockets of services and of people's sessions. */
    private static final List<Path> SOCKETS = List.of(Path.of("/run"), Path.of("/var/run"), Path.of("/tmp"));

    /** Names of hosts are looked up with the first; the others are where NixOS has its programs and drivers. */
    private static final List<Path> NEEDED_OF_RUN =
            List.of(Path.of("/etc/resolv.conf"), Path.of("/run/current-system"), Path.of("/run/opengl-driver"));

    private static final List<String> PYTHONS = List.of("python3", "python");

    private final Path home;
    private final Map<String, String> environment;

    WorkloadFiles(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    /** Of this process's user and environment. */
    static WorkloadFiles ofThisMachine() {
        return new WorkloadFiles(Path.of(System.getProperty("user.home")), System.getenv());
    }

    /** @param platform folders of the platform's own */
    Visibility without(Path... platform) {
        var hidden = new ArrayList<>(SOCKETS);
        hidden.add(home);
        hidden.add(Objects.requireNonNull(Credentials.file().getParent()));
        hidden.addAll(List.of(platform));
        var shown = new LinkedHashSet<>(NEEDED_OF_RUN);
        shown.add(Path.of(System.getProperty("java.home")));
        paths(System.getProperty("java.class.path"))
                .map(entry -> Files.isDirectory(entry)
                        ? entry
                        : entry.toAbsolutePath().getParent())
                .filter(Objects::nonNull)
                .forEach(shown::add);
        shown.addAll(pythons());
        paths(environment.getOrDefault("TRINE_WORKLOAD_PATHS", "")).forEach(shown::add);
        return new Visibility(hidden, List.copyOf(shown));
    }

    /** Where the Pythons on {@code PATH} are installed, with the ones that virtual environments among them stand on. */
    Set<Path> pythons() {
        return paths(environment.getOrDefault("PATH", ""))
                .flatMap(folder -> PYTHONS.stream().map(folder::resolve))
                .filter(Files::isExecutable)
                .flatMap(python -> Stream.of(python.toAbsolutePath(), real(python)))
                .map(this::installed)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException goneMeanwhile) {
            return path.toAbsolutePath();
        }
    }

    /**
     * The folder of an installation: the one above {@code bin} or {@code shims}. Where that has all sorts of things, as the home
     * and {@code ~/.local} have, only the program's own folder.
     */
    private Path installed(Path program) {
        Path folder = Objects.requireNonNull(program.getParent());
        Path above = folder.getParent();
        if (above == null || home.startsWith(above) || above.equals(home.resolve(".local"))) {
            return folder;
        }
        return folder.endsWith("bin") || folder.endsWith("shims") ? above : folder;
    }

    private static Stream<Path> paths(String list) {
        return Stream.of(list.split(File.pathSeparator))
                .filter(path -> !path.isBlank())
                .map(Path::of);
    }
}
