package dev.trine.executor.local;

import dev.trine.executor.local.Attempt.Stopping;
import dev.trine.executor.local.Gpus.Gpu;
import dev.trine.lib.addresses.PublicAddresses;
import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.LaunchRefusedException.Reason;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.ProcessArguments;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private static final String PREPARING = ".preparing-";

    private static final String VISIBLE_GPUS = "CUDA_VISIBLE_DEVICES";

    /** Memory that the relay has, on top of what a workload asks for. */
    private static final long RELAY_BYTES = 64L << 20;

    private static final Duration LIMITS_LOOK = Duration.ofMillis(100);

    private final LocalSettings settings;
    private final Path root;
    private final Path supervisor;
    private final Preparation preparation;
    private final Gpus gpus;
    private final Node node;
    private final Optional<Cgroups> cgroups;
    private final Endings endings;
    private final LimitsWatch limits;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Long> fingerprints = new ConcurrentHashMap<>();
    /** What attempts left whose outputs are being kept. */
    private final Map<String, LeftFiles> left = new ConcurrentHashMap<>();
    /** Attempts at which the last look failed. */
    private final Set<String> unseen = ConcurrentHashMap.newKeySet();

    private final Map<String, Object> launching = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private final ScheduledExecutorService watcher = watcher("local-executor");
    private final ScheduledExecutorService limitsWatcher = watcher("local-limits");
    private final WaysOut ways;
    private final boolean otherUser;

    public LocalExecutor(LocalSettings settings) throws IOException {
        this(settings, Gpus.ofThisMachine(), new PublicAddresses(settings.privateNetworks())::of);
    }

    /** @param internet where workloads that may go to the internet may go there */
    LocalExecutor(LocalSettings settings, Gpus gpus, EgressProxy.Destinations internet) throws IOException {
        this(settings, gpus, internet, Endings.WRITTEN_WITHIN);
    }

    /** @param writtenWithin how long after its program a supervisor may take to tell of its end */
    LocalExecutor(LocalSettings settings, Gpus gpus, EgressProxy.Destinations internet, Duration writtenWithin)
            throws IOException {
        this.settings = settings;
        this.root = Files.createDirectories(settings.root()).toRealPath();
        this.gpus = gpus;
        this.node = LocalNode.describe(root, settings.sandbox(), gpus);
        this.cgroups = Cgroups.ofThisMachine("trine-" + node.id());
        this.endings = new Endings(cgroups, writtenWithin);
        this.limits = new LimitsWatch(root, cgroups, LimitsWatch.MOST_FILES, endings::endHard);
        this.supervisor = root.resolve(".supervisor.sh");
        try (InputStream script =
                Objects.requireNonNull(LocalExecutor.class.getResourceAsStream("supervisor.sh"), "supervisor.sh")) {
            Files.copy(script, supervisor, StandardCopyOption.REPLACE_EXISTING);
        }
        this.ways = new WaysOut(settings, root, node.id(), internet);
        this.preparation = new Preparation(settings, root, node, ways);
        this.otherUser = mayGiveAway();
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
        List<String> command = preparation.command(attempt, launch.spec());
        Map<String, String> environment = preparation.environment(attempt, launch);
        Optional<String> problem = ProcessArguments.problem(command, environment);
        if (problem.isPresent()) {
            throw new LaunchRefusedException(Reason.ARGUMENTS_INVALID, problem.get());
        }
        Attempt prepared = new Attempt(root.resolve(PREPARING + launch.attempt()));
        try {
            prepared.delete();
            preparation.prepare(prepared, launch);
            List<Path> devices = grant(prepared, attempt, launch.spec().resources(), environment);
            supervise(attempt, launch.spec(), devices, command);
        } finally {
            prepared.delete();
        }
        attempt.awaitClaim();
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
        List<WaysOut.Way> out = ways.of(spec.network());
        Resources most = out.isEmpty()
                ? spec.resources()
                : new Resources(
                        spec.resources().cpus(),
                        spec.resources().memoryBytes() + RELAY_BYTES,
                        spec.resources().gpus());
        attempt.writeGroups(cgroups.isPresent() ? cgroups.get().make(attempt.name(), most) : List.of());
        var confinement = new Sandbox.Confinement(
                settings.sandbox().places(attempt),
                settings.files().showing(Preparation.ownFiles()),
                preparation.etc(),
                devices,
                spec.network(),
                out,
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

    /** An attempt that lost its supervisor has ended only when what it left behind has, or two of them could run side by side. */
    @Override
    public Observation observe(String attempt) {
        if (launching.containsKey(attempt)) {
            return new Observation.Starting();
        }
        Attempt known = attempt(attempt);
        Observation seen = known.observe();
        if (!(seen instanceof Observation.Ended ended)) {
            return seen;
        }
        if (known.program().isPresent()) {
            endings.kill(known);
            if (known.program().isPresent()) {
                return new Observation.Running(ended.startedAt());
            }
        }
        return new Leavings(known).judge(ended);
    }

    @Override
    public void stop(String attempt, Duration grace) {
        endings.stop(attempt(attempt), Stopping.within(grace, Cause.STOPPED, "stopped as asked"));
    }

    /** Stops everything that runs, waits for its end, and hard after {@code grace}; launches nothing more. For the end of the whole platform. */
    public void stopAll(Duration grace) {
        closing = true;
        endings.stopAll(
                attempts().stream()
                        .map(this::attempt)
                        .filter(attempt -> attempt.supervisor().isPresent())
                        .toList(),
                grace,
                "stopped because the platform was shut down");
        attempts().stream().map(this::attempt).forEach(endings::kill);
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
        return left(attempt).list();
    }

    @Override
    public InputStream openOutput(String attempt, String path) throws IOException {
        return left(attempt).open(path);
    }

    private LeftFiles left(String attempt) {
        return left.computeIfAbsent(attempt, name -> attempt(name).left());
    }

    @Override
    public void forget(String attempt) throws IOException {
        Attempt known = attempt(attempt);
        if (!known.exists()) {
            return;
        }
        endings.forget(known);
        known.delete();
        left.remove(attempt);
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

    /** Tells listeners what changed since the last look, and goes on with what is being ended. */
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
            endings.goOn(attempt);
            unseen.remove(name);
        } catch (RuntimeException e) {
            if (unseen.add(name)) { // told once, not at every look
                LOG.warn("could not look at attempt {}", name, e);
            }
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
        limitsWatcher.shutdownNow();
        cgroups.ifPresent(Cgroups::close);
        try {
            ways.close();
        } catch (IOException e) {
            LOG.debug("the ways out did not close well", e);
        }
    }
}
