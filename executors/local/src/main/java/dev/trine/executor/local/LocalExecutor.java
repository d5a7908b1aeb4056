package dev.trine.executor.local;

import dev.trine.executor.local.Attempt.Stopping;
import dev.trine.executor.local.Sandbox.Executables;
import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Input;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.LaunchRefusedException.Reason;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.WorkloadEnvironment;
import dev.trine.lib.workload.WorkloadSpec;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

    private final Path root;
    private final Path supervisor;
    private final Sandbox sandbox;
    private final List<Path> hidden;
    private final BuiltinPrograms builtins;
    private final Node node;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Long> fingerprints = new ConcurrentHashMap<>();
    private final Map<String, Object> launching = new ConcurrentHashMap<>();
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("local-executor").factory());

    /**
     * @param root where attempts are kept; made if it is not there
     * @param sandbox how they are kept apart
     * @param hidden folders of the platform that no workload may see
     * @param builtins the platform's own programs
     */
    public LocalExecutor(Path root, Sandbox sandbox, List<Path> hidden, BuiltinPrograms builtins) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
        this.sandbox = sandbox;
        this.hidden = hidden.stream()
                .filter(Files::isDirectory)
                .map(Path::toAbsolutePath)
                .toList();
        this.builtins = builtins;
        this.node = LocalNode.describe(sandbox);
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
        WorkloadSpec spec = launch.spec();
        List<String> command = command(attempt, spec);
        Attempt prepared = new Attempt(root.resolve(PREPARING + launch.attempt()));
        try {
            prepared.delete();
            prepare(prepared, launch);
            Files.move(prepared.folder(), attempt.folder(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            prepared.delete();
        }
        var line = new ArrayList<>(
                List.of("/bin/sh", supervisor.toString(), attempt.folder().toString()));
        line.addAll(sandbox.wrap(attempt, hidden, spec.network(), command));
        var builder = new ProcessBuilder(line)
                .directory(attempt.folder().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment(attempt, launch));
        builder.start();
        awaitClaim(attempt);
    }

    /** A moment until the supervisor is there, so that nobody sees a gap in which the attempt seems absent. */
    private static void awaitClaim(Attempt attempt) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!attempt.claimed()) {
            if (System.nanoTime() > end) {
                throw new IOException("the supervisor of attempt %s did not start".formatted(attempt.name()));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while starting", e);
            }
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

    private static Map<String, String> environment(Attempt attempt, Launch launch) {
        WorkloadSpec spec = launch.spec();
        var env = new java.util.HashMap<String, String>();
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

    private static void kill(Attempt attempt) {
        if (attempt.exists()) {
            attempt.supervisor().ifPresent(supervisor -> {
                List<ProcessHandle> all = supervisor.descendants().toList();
                all.forEach(ProcessHandle::destroyForcibly);
            });
        }
    }

    /** Stops everything that runs, waits for its end, and hard after {@code grace}; for the end of the whole platform. */
    public void stopAll(Duration grace) {
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
                } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                    kill(attempt);
                }
            });
        }
    }

    @Override
    public byte[] read(String attempt, Channel channel, long offset, int maxBytes) throws IOException {
        return attempt(attempt).read(channel, offset, maxBytes);
    }

    @Override
    public List<Output> outputs(String attempt) throws IOException {
        return attempt(attempt).outputFiles();
    }

    @Override
    public InputStream openOutput(String attempt, String path) throws IOException {
        Path outputs = attempt(attempt).outputs();
        Path file = outputs.resolve(path).normalize();
        if (!file.startsWith(outputs) || !Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            throw new FileNotFoundException("attempt %s has no output '%s'".formatted(attempt, path));
        }
        return Files.newInputStream(file, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void forget(String attempt) throws IOException {
        Attempt known = attempt(attempt);
        var supervisor = known.supervisor();
        if (supervisor.isPresent()) {
            kill(known);
            try {
                supervisor.get().onExit().get(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while forgetting " + attempt, e);
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                throw new IOException("attempt %s does not end".formatted(attempt), e);
            }
        }
        known.delete();
        fingerprints.remove(attempt);
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
            for (String name : attempts()) {
                Attempt attempt = attempt(name);
                long now = attempt.fingerprint();
                Long before = fingerprints.put(name, now);
                if (before == null || before != now) {
                    listeners.forEach(listener -> listener.accept(name));
                }
                if (attempt.observe() instanceof Observation.Running(Instant startedAt)) {
                    attempt.timeout()
                            .filter(limit ->
                                    Duration.between(startedAt, Instant.now()).compareTo(limit) > 0)
                            .ifPresent(limit -> timeOut(attempt, limit));
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("could not look at the attempts below {}", root, e);
        }
    }

    private void timeOut(Attempt attempt, Duration limit) {
        if (!Files.exists(attempt.folder().resolve("stopping"))) {
            stop(
                    attempt,
                    new Stopping(Cause.TIMED_OUT, "stopped because it ran longer than its timeout of " + limit),
                    TIMEOUT_GRACE);
        }
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
