package dev.trine.launcher;

import dev.trine.ControlPlane;
import dev.trine.cli.Polling;
import dev.trine.executor.local.LocalExecutor;
import dev.trine.executor.local.LocalSettings;
import dev.trine.executor.local.Sandbox;
import dev.trine.gateway.Gateway;
import dev.trine.gateway.GatewayOptions;
import dev.trine.identity.FirstAdmin;
import dev.trine.lib.addresses.AddressRange;
import dev.trine.lib.workload.Executor;
import dev.trine.shared.DatabaseFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A whole platform in this JVM. */
final class Platform implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);
    /** Of the control plane, which chooses one when it starts. */
    private static final URI ANY_PORT = URI.create("http://127.0.0.1:0");

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final Duration WAIT_FOR_OTHERS = Duration.ofSeconds(8);

    private final Home home;
    private final PlatformOptions options;
    /** What runs, the youngest first. */
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    private @Nullable Gateway gateway;
    private boolean madeAdmin;
    private boolean closed;

    /** One that does not run yet. It may be closed at any time, and then ends what has been started so far. */
    Platform(Home home, PlatformOptions options) {
        this.home = home;
        this.options = options;
    }

    /** One for tests, running. */
    static Platform start(Home home, String host, int port, @Nullable Path webRoot, String adminPassword)
            throws IOException, InterruptedException {
        var platform = new Platform(home, PlatformOptions.ofATest());
        platform.start(host, port, webRoot, adminPassword);
        return platform;
    }

    /**
     * Starts everything; on return the gateway answers and the control plane is behind it.
     *
     * @param port the gateway's; 0 for any free one
     * @param webRoot the built web UI; null for none
     * @throws IOException saying what could not be started; nothing is left running
     */
    void start(String host, int port, @Nullable Path webRoot, String adminPassword)
            throws IOException, InterruptedException {
        try {
            startAll(host, port, webRoot, adminPassword);
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startAll(String host, int port, @Nullable Path webRoot, String adminPassword)
            throws IOException, InterruptedException {
        List<AddressRange> privateNetworks = PrivateNetworks.of(System.getenv());
        FileLock lock = home.lock()
                .orElseThrow(() -> new IOException(
                        "a platform is running with the home %s already; stop it with `trine down --home %s`"
                                .formatted(home.folder(), home.folder())));
        begun(lock.acquiredBy());
        String token = Home.secret();
        var doors = new GatewayOptions(host, port, ANY_PORT, token, home.routing(), webRoot);
        Gateway listening = gateway(doors);
        begun(listening);
        gateway = listening;
        Engines engines = Engines.start(home, options.fastUnsafe());
        begun(engines);
        String gatewayUrl = "http://%s:%d".formatted(reachable(host), listening.port());
        Sandbox sandbox = Sandbox.strongest();
        // in a network of their own the platform is on the loopback address, wherever it is outside
        String workloadsUrl = sandbox == Sandbox.BUBBLEWRAP ? "http://127.0.0.1:" + listening.port() : gatewayUrl;
        var executor = new LocalExecutor(new LocalSettings(
                        home.attempts(),
                        sandbox,
                        WorkloadFiles.ofThisMachine().without(home.folder()),
                        new JvmPrograms())
                .reaching(URI.create(workloadsUrl), URI.create(gatewayUrl))
                .keepingFrom(privateNetworks)
                .unsandboxed(options.allowUnsandboxed()));
        begun(() -> {
            executor.stopAll(GRACE);
            executor.close();
        });
        String instance = home.instance();
        var controlPlane = new CompletableFuture<ConfigurableApplicationContext>();
        Thread.ofPlatform().name("control-plane").start(() -> {
            try {
                controlPlane.complete(
                        controlPlane(engines, executor, workloadsUrl, token, adminPassword, instance, exposure(host)));
            } catch (RuntimeException e) {
                controlPlane.completeExceptionally(e);
            }
        });
        // a control plane waits long for its database; an engine that does not start ends the wait
        var _ = engines.up().exceptionally(failure -> {
            controlPlane.completeExceptionally(failure);
            return null;
        });
        ConfigurableApplicationContext context = await(controlPlane, engines);
        begun(context);
        listening.controlPlaneListensOn(
                context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
        madeAdmin = context.getBean(FirstAdmin.class).madeNow();
        awaitReady(listening);
    }

    /** Where this machine reaches what listens at an address; one that means every address is no address to connect to. */
    private static String reachable(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        String literal = address.isAnyLocalAddress() ? LOOPBACK : address.getHostAddress();
        return literal.contains(":") ? "[" + literal + "]" : literal;
    }

    /** Who reaches what listens at an address: as {@code trine.identity.exposure} has it. */
    static String exposure(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress() ? "loopback" : "network";
        } catch (UnknownHostException e) {
            return "network";
        }
    }

    private static Gateway gateway(GatewayOptions options) throws IOException, InterruptedException {
        try {
            return Gateway.start(options, Clock.systemUTC());
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                throw new IOException(
                        "port %d of %s is in use; stop what listens there, or choose another with --port"
                                .formatted(options.port(), options.host()),
                        e);
            }
            throw e;
        }
    }

    private static <T> T await(CompletableFuture<T> starting, Engines engines)
            throws IOException, InterruptedException {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            Throwable root = e.getCause() == null ? e : e.getCause();
            if (root instanceof IOException engine) {
                throw engine;
            }
            if (!engines.ownDatabase() && DatabaseFault.isBehind(root)) {
                throw new IOException("the database at %s does not answer".formatted(engines.databaseAddress()), e);
            }
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new IOException("the control plane does not start: " + root.getMessage(), e);
        }
    }

    /** Notes what runs from now on, so that it is ended with the rest. */
    private void begun(AutoCloseable part) throws IOException {
        synchronized (running) {
            if (!closed) {
                running.push(part);
                return;
            }
        }
        end(part);
        throw new IOException("stopped while starting");
    }

    private ConfigurableApplicationContext controlPlane(
            Engines engines,
            Executor executor,
            String workloadsUrl,
            String token,
            String adminPassword,
            String instance,
            String exposure) {
        Map<String, Object> settings = Map.ofEntries(
                Map.entry("server.address", "127.0.0.1"),
                Map.entry("server.port", 0),
                Map.entry("spring.datasource.url", engines.databaseUrl()),
                Map.entry(
                        "spring.datasource.hikari.initialization-fail-timeout",
                        Long.toString((engines.ownDatabase() ? MOST_WAIT : WAIT_FOR_OTHERS).toMillis())),
                Map.entry("trine.instance.name", instance),
                Map.entry("trine.redis.url", engines.redisUrl()),
                Map.entry("trine.storage.root", home.objects().toString()),
                Map.entry("trine.identity.exposure", exposure),
                Map.entry("trine.identity.internal-token", token),
                Map.entry("trine.identity.admin-password", adminPassword),
                Map.entry("trine.training.public-url", workloadsUrl),
                Map.entry("logging.file.name", home.log().toString()),
                // it tells of every crash it clears up after as an error of its own
                Map.entry("logging.level.io.zonky.test.db.postgres.embedded.EmbeddedPostgres", "off"),
                Map.entry("logging.structured.format.file", "ecs"),
                Map.entry("logging.threshold.console", "error"));
        return runControlPlane(settings, executor);
    }

    /**
     * Starts a control plane in this JVM.
     *
     * @param settings its properties, stronger than the environment
     * @param executor runs its workloads; the caller closes it
     */
    static ConfigurableApplicationContext runControlPlane(Map<String, ?> settings, Executor executor) {
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        return new SpringApplicationBuilder(ControlPlane.class)
                .registerShutdownHook(false)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean("localExecutor", Executor.class, () -> executor, definition -> {
                            definition.setDestroyMethodName("");
                        }))
                .run(arguments);
    }

    private static void awaitReady(Gateway gateway) throws IOException, InterruptedException {
        Optional<Gateway> ready = Polling.until(
                MOST_WAIT, Duration.ofMillis(10), () -> Optional.of(gateway).filter(Gateway::ready));
        if (ready.isEmpty()) {
            throw new IOException("the gateway does not hear from the control plane");
        }
    }

    /** Whether this start made the first admin, with the password it was given. */
    boolean madeAdmin() {
        return madeAdmin;
    }

    int port() {
        return Objects.requireNonNull(gateway, "started").port();
    }

    /** Stops all children and leaves no process; running workloads are ended, and dealt with at the next start. */
    @Override
    public void close() {
        List<AutoCloseable> parts;
        synchronized (running) {
            closed = true;
            parts = List.copyOf(running);
            running.clear();
        }
        parts.forEach(part -> {
            if (part instanceof Engines engines) {
                engines.letEnd();
            }
        });
        parts.forEach(Platform::end);
    }

    private static void end(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("a part of the platform did not stop well", e);
        }
    }
}
