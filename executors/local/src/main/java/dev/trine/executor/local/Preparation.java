package dev.trine.executor.local;

import dev.trine.executor.local.Sandbox.Executables;
import dev.trine.lib.workload.Executor.Launch;
import dev.trine.lib.workload.Executor.ObjectSource;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.LaunchRefusedException.Reason;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.WorkloadEnvironment;
import dev.trine.lib.workload.WorkloadSpec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes what a program finds when it begins: its folders, inputs, environment and command line. */
final class Preparation {

    private final LocalSettings settings;
    private final Node node;
    private final WaysOut ways;
    private final List<Path> etc;

    /** @param root the folder below which attempts are */
    Preparation(LocalSettings settings, Path root, Node node, WaysOut ways) throws IOException {
        this.settings = settings;
        this.node = node;
        this.ways = ways;
        this.etc = List.copyOf(makeEtc(settings, root));
    }

    /** Files for {@code /etc}. */
    List<Path> etc() {
        return etc;
    }

    /** What sandboxed workloads read in {@code /etc} of who they are and whom they know. */
    private static List<Path> makeEtc(LocalSettings settings, Path root) throws IOException {
        Path folder = Files.createDirectories(root.resolve(".etc"));
        String platform =
                settings.platform() == null ? "" : " " + settings.platform().getHost();
        Map<String, String> files = Map.of(
                "passwd",
                        "root:x:0:0::/:/bin/sh\nworkload:x:%1$s:%1$s::%2$s:/bin/sh\n"
                                .formatted(Sandbox.NOBODY, Sandbox.INSIDE.resolve("work")),
                "group", "root:x:0:\nworkload:x:%s:\n".formatted(Sandbox.NOBODY),
                "hosts", "127.0.0.1 localhost workload%s\n::1 localhost\n".formatted(platform));
        var made = new ArrayList<Path>();
        for (Map.Entry<String, String> file : files.entrySet()) {
            made.add(Files.writeString(folder.resolve(file.getKey()), file.getValue()));
        }
        return made;
    }

    /** The command line that an attempt runs inside. */
    List<String> command(Attempt attempt, WorkloadSpec spec) throws LaunchRefusedException {
        return switch (spec.program()) {
            case Program.Builtin builtin ->
                settings.builtins()
                        .commandLine(
                                builtin,
                                spec.resources(),
                                settings.sandbox().places(attempt).tmp())
                        .orElseThrow(() -> new LaunchRefusedException(
                                Reason.PROGRAM_NOT_FOUND,
                                "there is no built-in program '%s' here".formatted(builtin.name())));
            case Program.Command command -> {
                if (settings.sandbox() == Sandbox.PROCESS && !settings.allowUnsandboxed()) {
                    throw new LaunchRefusedException(
                            Reason.NO_SANDBOX,
                            ("node '%s' has no sandbox to keep programs apart from the platform and from each other: install"
                                            + " bubblewrap there, or start the platform with --allow-unsandboxed if you trust"
                                            + " everybody who may submit")
                                    .formatted(node.name()));
                }
                String executable = command.argv().getFirst();
                if (Executables.find(executable).isEmpty()) {
                    throw new LaunchRefusedException(
                            Reason.PROGRAM_NOT_FOUND,
                            "'%s' is not an executable on node '%s'".formatted(executable, node.name()));
                }
                yield command.argv();
            }
        };
    }

    /** Fills an attempt's folder with all that its supervisor and its program find there; all but its environment. */
    void prepare(Attempt attempt, Launch launch) throws IOException, LaunchRefusedException {
        Files.createDirectories(attempt.inputs());
        Files.createDirectories(attempt.work());
        Files.createDirectories(attempt.outputs());
        Files.createDirectories(attempt.tmp());
        Files.createFile(attempt.events());
        // the program may open them anew, by /dev/stdout
        Files.createFile(attempt.folder().resolve("stdout.log"));
        Files.createFile(attempt.folder().resolve("stderr.log"));
        attempt.writeLimits(launch.spec().timeout(), launch.spec().resources().memoryBytes(), settings.diskBytes());
        Optional<byte[]> filter = Seccomp.filter(System.getProperty("os.arch"));
        if (filter.isPresent()) {
            Files.write(attempt.filter(), filter.get());
        }
        Files.writeString(attempt.relay(), relayCommand(ways.of(launch.spec().network())));
        for (Input input : launch.spec().inputs()) {
            Path folder = Files.createDirectories(attempt.inputs().resolve(input.name()));
            for (Input.File file : input.files()) {
                fetch(launch.objects(), file, folder.resolve(file.path()));
            }
        }
    }

    /** As a line of the shell; it runs inside, before the workload's environment is loaded. */
    private static String relayCommand(List<WaysOut.Way> ways) {
        var line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xrs",
                "-Xmx16m",
                "-Xss256k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                ownClasses().toString(),
                Relay.class.getName(),
                Sandbox.LISTENING));
        for (WaysOut.Way way : ways) {
            line.add(Integer.toString(way.port()));
            line.add(way.inside().resolve(way.socket()).toString());
        }
        return line.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }

    private static void fetch(ObjectSource objects, Input.File file, Path target)
            throws IOException, LaunchRefusedException {
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
        try (InputStream bytes = new DigestInputStream(objects.open(file.objectKey()), digest);
                OutputStream out = Files.newOutputStream(target)) {
            bytes.transferTo(out);
        } catch (FileNotFoundException gone) {
            var refused = new LaunchRefusedException(
                    Reason.INPUT_MISMATCH, "the bytes of input '%s' are gone".formatted(file.path()));
            refused.initCause(gone);
            throw refused;
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (!sha256.equals(file.sha256())) {
            throw new LaunchRefusedException(
                    Reason.INPUT_MISMATCH,
                    "input '%s' should have SHA-256 %s but has %s".formatted(file.path(), file.sha256(), sha256));
        }
    }

    /** The variables that its program has; the caller may add to them. */
    Map<String, String> environment(Attempt attempt, Launch launch) {
        WorkloadSpec spec = launch.spec();
        var env = new HashMap<String, String>();
        for (String kept : List.of("PATH", "LANG", "LC_ALL", "TZ")) {
            String value = System.getenv(kept);
            if (value != null) {
                env.put(kept, value);
            }
        }
        long threads = Math.max(1, (long) Math.ceil(spec.resources().cpus()));
        Sandbox.Places places = settings.sandbox().places(attempt);
        env.put("HOME", places.work().toString());
        env.put("TMPDIR", places.tmp().toString());
        env.put("OMP_NUM_THREADS", Long.toString(threads));
        env.putAll(ways.variables(spec.network()));
        env.putAll(spec.env());
        env.put(WorkloadEnvironment.INPUTS, places.inputs().toString());
        env.put(WorkloadEnvironment.OUTPUTS, places.outputs().toString());
        env.put(WorkloadEnvironment.EVENTS, places.events().toString());
        env.put(WorkloadEnvironment.LISTEN, settings.address());
        env.put(WorkloadEnvironment.WORKLOAD_ID, launch.workload());
        env.put(WorkloadEnvironment.ATTEMPT, launch.attempt());
        env.put(WorkloadEnvironment.CPUS, Double.toString(spec.resources().cpus()));
        env.put(WorkloadEnvironment.MEMORY_BYTES, Long.toString(spec.resources().memoryBytes()));
        return env;
    }

    /** Java, and the classes of the relay. */
    static List<Path> ownFiles() {
        return List.of(Path.of(System.getProperty("java.home")), ownClasses());
    }

    private static Path ownClasses() {
        return Path.of(URI.create(
                Relay.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
