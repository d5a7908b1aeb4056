package dev.trine.launcher;

import dev.trine.ControlPlane;
import dev.trine.executor.local.LocalExecutor;
import dev.trine.executor.local.Sandbox;
import dev.trine.gateway.Gateway;
import dev.trine.gateway.GatewayOptions;
import dev.trine.lib.workload.Executor;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A whole platform that runs in this JVM. */
final class Platform implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration MOST_WAIT = Duration.ofSeconds(30);

    private final FileLock lock;
    private final Engines engines;
    private final LocalExecutor executor;
    private final ConfigurableApplicationContext controlPlane;
    private final Gateway gateway;

    private Platform(
            FileLock lock,
            Engines engines,
            LocalExecutor executor,
            ConfigurableApplicationContext controlPlane,
            Gateway gateway) {
        this.lock = lock;
        this.engines = engines;
        this.executor = executor;
        this.controlPlane = controlPlane;
        this.gateway = gateway;
    }

    /**
     * Starts everything; on return the gateway answers and the control plane is behind it.
     *
     * @param port the gateway's; 0 for any free one
     * @param webRoot the built web UI; null for none
     * @throws IOException saying what could not be started; nothing is left running
     */
    static Platform start(Home home, String host, int port, @Nullable Path webRoot, String adminPassword)
            throws IOException, InterruptedException {
        FileLock lock = home.lock()
                .orElseThrow(() -> new IOException(
                        "a platform is running with the home %s already; stop it with `trine down --home %s`"
                                .formatted(home.folder(), home.folder())));
        int controlPort = Engines.freePort();
        String token = Home.secret();
        Gateway gateway = Gateway.start(
                new GatewayOptions(
                        host, port, URI.create("http://127.0.0.1:" + controlPort), token, home.routing(), webRoot),
                Clock.systemUTC());
        Engines engines = null;
        LocalExecutor executor = null;
        try {
            engines = Engines.start(home);
            executor =
                    new LocalExecutor(home.attempts(), Sandbox.strongest(), List.of(home.folder()), new JvmPrograms());
            var controlPlane = controlPlane(home, engines, executor, controlPort, gateway.port(), token, adminPassword);
            engines.await();
            var platform = new Platform(lock, engines, executor, controlPlane, gateway);
            platform.awaitReady();
            return platform;
        } catch (IOException | RuntimeException e) {
            gateway.close();
            if (executor != null) {
                executor.close();
            }
            if (engines != null) {
                engines.close();
            }
            lock.acquiredBy().close();
            throw e;
        }
    }

    private static ConfigurableApplicationContext controlPlane(
            Home home,
            Engines engines,
            Executor executor,
            int port,
            int gatewayPort,
            String token,
            String adminPassword) {
        Map<String, Object> settings = Map.ofEntries(
                Map.entry("server.address", "127.0.0.1"),
                Map.entry("server.port", port),
                Map.entry("spring.datasource.url", engines.databaseUrl()),
                Map.entry("spring.datasource.hikari.initialization-fail-timeout", "60000"),
                Map.entry("trine.redis.url", engines.redisUrl()),
                Map.entry("trine.storage.root", home.objects().toString()),
                Map.entry("trine.identity.internal-token", token),
                Map.entry("trine.identity.admin-password", adminPassword),
                Map.entry("trine.training.public-url", "http://127.0.0.1:" + gatewayPort),
                Map.entry("logging.file.name", home.log().toString()),
                Map.entry("logging.structured.format.file", "ecs"),
                Map.entry("logging.threshold.console", "error"));
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

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + MOST_WAIT.toNanos();
        while (!gateway.ready()) {
            if (System.nanoTime() > end) {
                throw new IOException("the gateway does not hear from the control plane");
            }
            Thread.sleep(10);
        }
    }

    int port() {
        return gateway.port();
    }

    /** Stops all children and leaves no process; running workloads are ended, and dealt with at the next start. */
    @Override
    public void close() {
        gateway.close();
        controlPlane.close();
        executor.stopAll(GRACE);
        executor.close();
        engines.close();
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
