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
import java.nio.file.Files;
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

    /** Where the supervisor finds the few programs that it needs; a workload has no say in it. */
    private static final String SUPERVISOR_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    /** Loads the environment from the file that is its first argument, and becomes the program. */
    private static final List<String> LOADER = List.of("/bin/sh", "-c", ". \"$0\" && exec \"$@\"");

    private static final String VISIBLE_GPUS = "CUDA_VISIBLE_DEVICES";

    private final Path root;
    private final Path supervisor;
    private final Sandbox sandbox;
    private final Visibility files;
    private final BuiltinPrograms builtins;
    private final Gpus gpus;
    private final Node node;
    private final String address;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Long> fingerprints = new ConcurrentHashMap<>();
    /** Attempts at which the last look failed. */
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();

    private final Map<String, Object> launching = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("local-executor").factory());

    /**
     * @param root where attempts are kept; made if it is not there
     * @param sandbox how they are kept apart
     * @param files what sandboxed workloads see of the machine
     * @param builtins the platform's own programs
     * @param address the name or address of this machine on which services listen, and at which the gateway reaches them
     */
    public LocalExecutor(Path root, Sandbox sandbox, Visibility files, BuiltinPrograms builtins, String address)
            throws IOException {
        this(root, sandbox, files, builtins, address, Gpus.ofThisMachine());
    }

    LocalExecutor(Path root, Sandbox sandbox, Visibility files, BuiltinPrograms builtins, String address, Gpus gpus)
            throws IOException {
        this.address = address;
        this.root = Files.createDirectories(root).toRealPath();
        this.sandbox = sandbox;
        this.files = files;
        this.builtins = builtins;
        this.gpus = gpus;
        this.node = LocalNode.describe(this.root, sandbox, gpus);
        this.supervisor = this.root.resolve(".supervisor.sh");
        try (InputStream script =
                Objects.requireNonNull(LocalExecutor.class.getResourceAsStream("supervisor.sh"), "supervisor.sh")) {
            Files.copy(script, supervisor, StandardCopyOption.REPLACE_EXISTING);
        }
        try (Stream<Path> left = Files.list(this.root)) {
            for (Path path : left.filter(LocalExecutor::halfMade).toList()) {
                new Attempt(path).delete();
            }
        }
        var _ = watcher.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
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
            supervise(attempt, launch.spec().network(), devices, command);
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
            Files.move(prepared.folder(), attempt.folder(), StandardCopyOption.ATOMIC_MOVE);
            return gpus.devices(granted);
        }
    }

    /**
     * Starts the supervisor. It runs outside the sandbox, so it gets nothing of the workload's environment: a variable such as
     * {@code LD_PRELOAD} would act out here.
     */
    private void supervise(Attempt attempt, Network network, List<Path> devices, List<String> command)
            throws IOException, LaunchRefusedException {
        var program = new ArrayList<>(LOADER);
        program.add(attempt.environment().toString());
        program.addAll(command);
        var line = new ArrayList<>(
                List.of("/bin/sh", supervisor.toString(), attempt.folder().toString()));
        line.addAll(sandbox.wrap(attempt, files, devices, network, program));
        var builder = new ProcessBuilder(line)
                .directory(attempt.folder().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", SUPERVISOR_PATH);
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
                builtins.commandLine(builtin, spec.resources(), attempt.tmp())
                        .orElseThrow(() -> new LaunchRefusedException(
                                Reason.PROGRAM_NOT_FOUND,
                                "there is no built-in program '%s' here".formatted(builtin.name())));
            case Program.Command command -> {
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

    private static void prepare(Attempt attempt, Launch launch) throws IOException, LaunchRefusedException {
        Files.createDirectories(attempt.inputs());
        Files.createDirectories(attempt.work());
        Files.createDirectories(attempt.outputs());
        Files.createDirectories(attempt.tmp());
        Files.createFile(attempt.events());
        attempt.writeTimeout(launch.spec().timeout());
        for (Input input : launch.spec().inputs()) {
            Path folder = Files.createDirectories(attempt.inputs().resolve(input.name()));
            for (Input.File file : input.files()) {
                fetch(launch.objects(), file, folder.resolve(file.path()));
            }
        }
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
        env.put("HOME", attempt.work().toString());
        env.put("TMPDIR", attempt.tmp().toString());
        env.put("OMP_NUM_THREADS", Long.toString(threads));
        env.putAll(spec.env());
        env.put(WorkloadEnvironment.INPUTS, attempt.inputs().toString());
        env.put(WorkloadEnvironment.OUTPUTS, attempt.outputs().toString());
        env.put(WorkloadEnvironment.EVENTS, attempt.events().toString());
        env.put(WorkloadEnvironment.LISTEN, address);
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
    private static void kill(Attempt attempt) {
        attempt.supervisor()
                .map(supervisor -> supervisor.descendants().toList())
                .orElse(List.of())
                .forEach(ProcessHandle::destroyForcibly);
        attempt.program().ifPresent(LocalExecutor::killGroup);
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
        attempts().stream().map(this::attempt).forEach(LocalExecutor::kill);
    }

    @Override
    public byte[] read(String attempt, Channel channel, long offset, int maxBytes) throws IOException {
        return attempt(attempt).read(channel, offset, maxBytes);
    }

    @Override
    public String address(String attempt) {
        return address;
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
    }
}
