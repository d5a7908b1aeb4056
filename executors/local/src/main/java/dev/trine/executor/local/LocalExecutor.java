package dev.trine.executor.local;

import dev.trine.executor.local.Attempt.Stopping;
import dev.trine.executor.local.Gpus.Gpu;
import dev.trine.executor.local.Sandbox.Executables;
import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.LaunchRefusedException.Reason;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.ProcessArguments;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadEnvironment;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.lib.workload.WorkloadSpec.Network;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs workloads as processes of this machine, each under a small supervisor script that outlives this JVM: after a restart the
 * folders tell everything, and running attempts are found again.
 */
public final class LocalExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(LocalExecutor.class);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration TIMEOUT_GRACE = Duration.ofSeconds(5);
    private static final String PREPARING = ".preparing-";

    private static final String VISIBLE_GPUS = "CUDA_VISIBLE_DEVICES";

    /** Memory that the relay has, on top of what a workload asks for. */
    private static final long RELAY_BYTES = 64L << 20;

    /** The longest path of a Unix socket (108 bytes on Linux, 104 on macOS), with room for its name. */
    private static final int LONGEST_SOCKET_FOLDER = 90;

    private static final Duration LIMITS_LOOK = Duration.ofMillis(100);

    private final LocalSettings settings;
    private final Path root;
    private final Path supervisor;
    private final List<Path> etc;
    private final Gpus gpus;
    private final Node node;
    private final Optional<Cgroups> cgroups;
    private final LimitsWatch limits;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Long> fingerprints = new ConcurrentHashMap<>();
    /** Attempts at which the last look failed. */
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();

    private final Map<String, Object> launching = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private final ScheduledExecutorService watcher = watcher("local-executor");
    private final ScheduledExecutorService limitsWatcher = watcher("local-limits");
    /** Leads sandboxed workloads to the platform, if they may go there. */
    private final @Nullable Relay relay;

    private final Path door;
    private final boolean otherUser;

    public LocalExecutor(LocalSettings settings) throws IOException {
        this(settings, Gpus.ofThisMachine());
    }

    LocalExecutor(LocalSettings settings, Gpus gpus) throws IOException {
        this.settings = settings;
        this.root = Files.createDirectories(settings.root()).toRealPath();
        this.gpus = gpus;
        this.node = LocalNode.describe(root, settings.sandbox(), gpus);
        this.cgroups = Cgroups.ofThisMachine("trine-" + node.id());
        this.limits = new LimitsWatch(root, cgroups, this::endHard);
        this.supervisor = root.resolve(".supervisor.sh");
        try (InputStream script =
                Objects.requireNonNull(LocalExecutor.class.getResourceAsStream("supervisor.sh"), "supervisor.sh")) {
            Files.copy(script, supervisor, StandardCopyOption.REPLACE_EXISTING);
        }
        this.etc = etc();
        this.door = door();
        this.otherUser = mayGiveAway();
        this.relay = relay();
        try (Stream<Path> left = Files.list(root)) {
            for (Path path : left.filter(LocalExecutor::halfMade).toList()) {
                new Attempt(path).delete();
            }
        }
        var _ = watcher.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        var _ = limitsWatcher.scheduleWithFixedDelay(
                this::lookAtLimits, LIMITS_LOOK.toMillis(), LIMITS_LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService watcher(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** What sandboxed workloads read in {@code /etc} of who they are and whom they know. */
    private List<Path> etc() throws IOException {
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

    /**
     * The same folder after a restart, because workloads that run on have it: beside the attempts, or where their path is too long
     * for a socket, in a folder for temporary files.
     */
    private Path door() throws IOException {
        String elsewhere = "trine-" + node.id().substring(node.id().length() - 12);
        Path folder = Stream.of(
                        root.resolve(".door"),
                        Path.of(System.getProperty("java.io.tmpdir"), elsewhere),
                        Path.of("/tmp", elsewhere))
                .filter(path -> path.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_FOLDER)
                .findFirst()
                .orElseThrow();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
        } else if (!Files.getOwner(folder).equals(Files.getOwner(root))) {
            throw new IOException("%s is somebody else's; take it away".formatted(folder));
        }
        return folder;
    }

    private @Nullable Relay relay() throws IOException {
        URI platform = settings.door();
        if (platform == null || settings.sandbox() != Sandbox.BUBBLEWRAP) {
            return null;
        }
        return Relay.outside(door.resolve("platform"), platform.getHost(), port(platform));
    }

    private static int port(URI platform) {
        if (platform.getPort() > 0) {
            return platform.getPort();
        }
        return "https".equals(platform.getScheme()) ? 443 : 80;
    }

    private static boolean halfMade(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString().startsWith(PREPARING);
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public List<Node> nodes() {
        return List.of(node);
    }

    @Override
    public void launch(Launch launch) throws LaunchRefusedException, IOException {
        if (closing) {
            throw new IOException("this machine's executor is stopping");
        }
        Object lock = launching.computeIfAbsent(launch.attempt(), name -> new Object());
        synchronized (lock) {
            try {
                start(launch);
            } finally {
                launching.remove(launch.attempt(), lock);
            }
        }
    }

    private void start(Launch launch) throws LaunchRefusedException, IOException {
        Attempt attempt = attempt(launch.attempt());
        if (attempt.claimed()) {
            return;
        }
        if (!launch.node().equals(node.id())) {
            throw new LaunchRefusedException(
                    Reason.NODE_UNKNOWN, "this machine is node '%s', not '%s'".formatted(node.id(), launch.node()));
        }
        attempt.delete();
        List<String> command = command(attempt, launch.spec());
        Map<String, String> environment = environment(attempt, launch);
        Optional<String> problem = ProcessArguments.problem(command, environment);
        if (problem.isPresent()) {
            throw new LaunchRefusedException(Reason.ARGUMENTS_INVALID, problem.get());
        }
        Attempt prepared = new Attempt(root.resolve(PREPARING + launch.attempt()));
        try {
            prepared.delete();
            prepare(prepared, launch);
            List<Path> devices = grant(prepared, attempt, launch.spec().resources(), environment);
            supervise(attempt, launch.spec(), devices, command);
        } finally {
            prepared.delete();
        }
        awaitClaim(attempt);
    }

    /** Puts a prepared attempt into its place with the GPUs it asks for; the devices it may use. */
    private List<Path> grant(Attempt prepared, Attempt attempt, Resources asked, Map<String, String> environment)
            throws IOException {
        synchronized (gpus) {
            Set<String> taken = attempts().stream()
                    .map(this::attempt)
                    .filter(other -> !other.gpus().isEmpty() && !(other.observe() instanceof Observation.Ended))
                    .flatMap(other -> other.gpus().stream())
                    .collect(Collectors.toSet());
            List<Gpu> granted = gpus.all().stream()
                    .filter(gpu -> !taken.contains(gpu.uuid()))
                    .limit(asked.gpus())
                    .toList();
            if (granted.size() < asked.gpus()) {
                throw new IOException("%d GPUs are asked for, but only %d of %d are free now"
                        .formatted(asked.gpus(), granted.size(), gpus.all().size()));
            }
            if (!gpus.all().isEmpty()) {
                environment.put(VISIBLE_GPUS, granted.stream().map(Gpu::uuid).collect(Collectors.joining(",")));
            }
            prepared.writeGpus(granted);
            prepared.writeEnvironment(environment);
            if (otherUser) {
                prepared.giveTo(Integer.parseInt(Sandbox.NOBODY));
            }
            Files.move(prepared.folder(), attempt.folder(), StandardCopyOption.ATOMIC_MOVE);
            return gpus.devices(granted);
        }
    }

    /**
     * Starts the supervisor. It runs outside the sandbox, so it gets nothing of the workload's environment: a variable such as
     * {@code LD_PRELOAD} would act out here.
     */
    private void supervise(Attempt attempt, WorkloadSpec spec, List<Path> devices, List<String> command)
            throws IOException, LaunchRefusedException {
        boolean reaches = spec.network() == Network.PLATFORM && relay != null;
        Resources most = reaches
                ? new Resources(
                        spec.resources().cpus(),
                        spec.resources().memoryBytes() + RELAY_BYTES,
                        spec.resources().gpus())
                : spec.resources();
        attempt.writeGroups(cgroups.isPresent() ? cgroups.get().make(attempt.name(), most) : List.of());
        var confinement = new Sandbox.Confinement(
                settings.sandbox().places(attempt),
                settings.files().showing(ownFiles()),
                etc,
                devices,
                spec.network(),
                reaches ? Optional.of(door) : Optional.empty(),
                otherUser);
        var line = new ArrayList<>(
                List.of("/bin/sh", supervisor.toString(), attempt.folder().toString()));
        line.addAll(settings.sandbox().wrap(confinement, command));
        var builder = new ProcessBuilder(line)
                .directory(attempt.folder().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", Sandbox.PATH);
        try {
            builder.start();
        } catch (IOException e) {
            attempt.delete();
            if (tooLong(e)) {
                var refused = new LaunchRefusedException(
                        Reason.ARGUMENTS_INVALID, "the command and its arguments are longer than this system allows");
                refused.initCause(e);
                throw refused;
            }
            throw e;
        }
    }

    /** Java, and the classes of the relay. */
    private static List<Path> ownFiles() {
        return List.of(Path.of(System.getProperty("java.home")), ownClasses());
    }

    private static Path ownClasses() {
        return Path.of(URI.create(
                Relay.class.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    /**
     * Whether workloads can be another user than the platform: only root may give files away, and not where it is root of a
     * namespace that has no other user.
     */
    private boolean mayGiveAway() throws IOException {
        if (settings.sandbox() != Sandbox.BUBBLEWRAP
                || !System.getProperty("user.name").equals("root")
                || Sandbox.Executables.find("setpriv").isEmpty()) {
            return false;
        }
        Path trial = Files.createTempFile(root, ".trial-", "");
        try {
            Files.setAttribute(trial, "unix:uid", Integer.parseInt(Sandbox.NOBODY));
            return true;
        } catch (IOException onlyRootIsHere) {
            LOG.info("workloads are the platform's own user outside of their sandbox: {}", onlyRootIsHere.toString());
            return false;
        } finally {
            Files.delete(trial);
        }
    }

    /** Whether a process did not start for the length of its arguments (E2BIG); Java tells that by the message alone. */
    static boolean tooLong(IOException notStarted) {
        return String.valueOf(notStarted.getMessage()).matches("(?s).*error[:=] ?7\\b.*");
    }

    /** A moment until the supervisor is there, so that nobody sees a gap in which the attempt seems absent. */
    private static void awaitClaim(Attempt attempt) throws IOException {
        long end = System.nanoTime() + Attempt.BEGINS_WITHIN.toNanos();
        while (!attempt.claimed()) {
            if (System.nanoTime() > end) {
                throw new IOException("the supervisor of attempt %s did not start".formatted(attempt.name()));
            }
            pause();
        }
    }

    /** A moment until a supervisor that has just begun can be found; one that does not in time never will. */
    private static void awaitPid(Attempt attempt) throws IOException {
        long end = System.nanoTime() + Attempt.BEGINS_WITHIN.toNanos();
        while (attempt.observe() instanceof Observation.Starting
                && attempt.supervisor().isEmpty()
                && System.nanoTime() < end) {
            pause();
        }
    }

    /** Whether a process lives on for a moment longer. */
    private static boolean lives(Optional<ProcessHandle> process) throws IOException {
        try {
            if (process.isPresent()) {
                process.get().onExit().get(100, TimeUnit.MILLISECONDS);
            }
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            throw new IOException("cannot wait for process " + process, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a supervisor", e);
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a supervisor", e);
        }
    }

    private List<String> command(Attempt attempt, WorkloadSpec spec) throws LaunchRefusedException {
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

    private void prepare(Attempt attempt, Launch launch) throws IOException, LaunchRefusedException {
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
        Files.writeString(attempt.relay(), relayCommand());
        for (Input input : launch.spec().inputs()) {
            Path folder = Files.createDirectories(attempt.inputs().resolve(input.name()));
            for (Input.File file : input.files()) {
                fetch(launch.objects(), file, folder.resolve(file.path()));
            }
        }
    }

    /** As a line of the shell; it runs inside, before the workload's environment is loaded. */
    private String relayCommand() {
        URI platform = settings.platform();
        if (platform == null) {
            return "";
        }
        List<String> line = List.of(
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
                Integer.toString(port(platform)),
                Sandbox.DOOR.resolve("platform").toString(),
                "/tmp/.door");
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

    private Map<String, String> environment(Attempt attempt, Launch launch) {
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

    @Override
    public Observation observe(String attempt) {
        return launching.containsKey(attempt)
                ? new Observation.Starting()
                : attempt(attempt).observe();
    }

    @Override
    public void stop(String attempt, Duration grace) {
        stop(attempt(attempt), new Stopping(Cause.STOPPED, "stopped as asked"), grace);
    }

    private void stop(Attempt attempt, Stopping why, Duration grace) {
        if (!(attempt.observe() instanceof Observation.Running)
                && !(attempt.observe() instanceof Observation.Starting)) {
            return;
        }
        try {
            attempt.tellStopping(why);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        attempt.supervisor().ifPresent(process -> {
            programs(process).forEach(ProcessHandle::destroy);
            var _ = watcher.schedule(() -> kill(attempt), grace.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    /** The processes below a supervisor that are the workload's own and not the sandbox's. */
    private static Stream<ProcessHandle> programs(ProcessHandle supervisor) {
        return supervisor
                .descendants()
                .filter(process -> !process.info().command().orElse("").endsWith("/bwrap"));
    }

    /** Ends all of an attempt's processes, also those that its program left behind and those that lost their supervisor. */
    private void kill(Attempt attempt) {
        cgroups.ifPresent(groups -> groups.kill(attempt.name()));
        attempt.supervisor()
                .map(supervisor -> supervisor.descendants().toList())
                .orElse(List.of())
                .forEach(ProcessHandle::destroyForcibly);
        attempt.program().ifPresent(LocalExecutor::killGroup);
    }

    private void endHard(Attempt attempt, Stopping why) {
        try {
            attempt.tellStopping(why);
        } catch (IOException e) {
            LOG.warn("attempt {} is ended, but why cannot be written down: {}", attempt.name(), why.message(), e);
        }
        kill(attempt);
    }

    private static void killGroup(ProcessHandle leader) {
        var builder = new ProcessBuilder("/bin/sh", "-c", "kill -KILL -\"$0\"", Long.toString(leader.pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true);
        builder.environment().clear();
        try {
            builder.start().waitFor();
        } catch (IOException e) {
            LOG.warn("cannot end the process group {}: {}", leader.pid(), e.getMessage());
            leader.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops everything that runs, waits for its end, and hard after {@code grace}; launches nothing more. For the end of the whole platform. */
    public void stopAll(Duration grace) {
        closing = true;
        List<Attempt> running = attempts().stream()
                .map(this::attempt)
                .filter(attempt -> attempt.supervisor().isPresent())
                .toList();
        running.forEach(attempt ->
                stop(attempt, new Stopping(Cause.STOPPED, "stopped because the platform was shut down"), grace));
        long end = System.nanoTime() + grace.plusSeconds(2).toNanos();
        for (Attempt attempt : running) {
            attempt.supervisor().ifPresent(process -> {
                try {
                    process.onExit().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (ExecutionException | TimeoutException e) {
                    kill(attempt);
                }
            });
        }
        attempts().stream().map(this::attempt).forEach(this::kill);
    }

    @Override
    public byte[] read(String attempt, Channel channel, long offset, int maxBytes) throws IOException {
        return attempt(attempt).read(channel, offset, maxBytes);
    }

    @Override
    public String address(String attempt) {
        return settings.address();
    }

    @Override
    public List<Output> outputs(String attempt) throws IOException {
        return attempt(attempt).outputFiles();
    }

    @Override
    public InputStream openOutput(String attempt, String path) throws IOException {
        return attempt(attempt).openOutput(path);
    }

    @Override
    public void forget(String attempt) throws IOException {
        Attempt known = attempt(attempt);
        if (!known.exists()) {
            return;
        }
        known.tellStopping(new Stopping(Cause.STOPPED, "forgotten"));
        awaitPid(known);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        do {
            kill(known); // again while it lives: its program may have begun just now
            if (System.nanoTime() > end) {
                throw new IOException("attempt %s does not end".formatted(attempt));
            }
        } while (lives(known.supervisor()));
        cgroups.ifPresent(groups -> groups.remove(attempt));
        known.delete();
        fingerprints.remove(attempt);
        unseen.remove(attempt);
    }

    @Override
    public List<String> attempts() {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.map(folder ->
                            Objects.requireNonNull(folder.getFileName()).toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Subscription onChange(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Tells listeners what changed since the last look, and ends what has run too long. */
    private void look() {
        try {
            attempts().forEach(this::look);
        } catch (RuntimeException e) {
            LOG.warn("could not look at the attempts below {}", root, e);
        }
    }

    private void lookAtLimits() {
        try {
            limits.look(attempts().stream()
                    .map(this::attempt)
                    .filter(attempt -> attempt.observe() instanceof Observation.Running)
                    .toList());
        } catch (IOException | RuntimeException e) {
            LOG.warn("could not look at what the attempts below {} take", root, e);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that cannot be looked at must not keep the others from it. */
    private void look(String name) {
        try {
            Attempt attempt = attempt(name);
            long now = attempt.fingerprint();
            Long before = fingerprints.put(name, now);
            if (before == null || before != now) {
                listeners.forEach(listener -> listener.accept(name));
            }
            if (attempt.observe() instanceof Observation.Running(Instant startedAt)) {
                attempt.timeout()
                        .filter(limit -> isOlder(startedAt, limit))
                        .ifPresent(limit -> timeOut(attempt, limit));
            }
            unseen.remove(name);
        } catch (RuntimeException e) {
            if (unseen.add(name)) { // told once, not at every look
                LOG.warn("could not look at attempt {}", name, e);
            }
        }
    }

    private void timeOut(Attempt attempt, Duration limit) {
        Optional<Instant> told = attempt.toldToStopAt();
        if (told.isEmpty()) {
            stop(
                    attempt,
                    new Stopping(Cause.TIMED_OUT, "stopped because it ran longer than its timeout of " + limit),
                    TIMEOUT_GRACE);
        } else if (isOlder(told.get(), TIMEOUT_GRACE.multipliedBy(2))) {
            kill(attempt); // whoever told it is gone, and with it the hard end
        }
    }

    private static boolean isOlder(Instant moment, Duration age) {
        return Duration.between(moment, Instant.now()).compareTo(age) > 0;
    }

    private Attempt attempt(String name) {
        if (name.contains("/") || name.startsWith(".")) {
            throw new IllegalArgumentException("'%s' cannot name an attempt".formatted(name));
        }
        return new Attempt(root.resolve(name));
    }

    @Override
    public void close() {
        watcher.shutdownNow();
        limitsWatcher.shutdownNow();
        cgroups.ifPresent(Cgroups::close);
        if (relay != null) {
            try {
                relay.close();
            } catch (IOException e) {
                LOG.debug("the relay did not close well", e);
            }
        }
    }
}
