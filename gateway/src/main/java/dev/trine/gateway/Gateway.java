package dev.trine.gateway;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway; lives in a JVM of its own or inside another's. */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int CONNECTIONS_PER_LOOP = 512;
    private static final int WAITING_PER_LOOP = 1_024;

    /** Well below what servers keep an idle connection for (Tomcat: 60), so that they are not the ones to close it. */
    private static final int KEPT_SECONDS = 15;

    private static final int CHUNK_BYTES = 64 << 10;
    private static final int IDLE_SECONDS = 120;
    private static final long WAIT_SECONDS = 15;

    /** To Vert.x: one that the system chooses, the same for all event loops. */
    private static final int ANY_PORT = -1;

    /** No file comes from the class path, so that none is copied into a folder that a killed process would leave. */
    private static final FileSystemOptions FILES =
            new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false);

    private final Vertx vertx;
    private final Snapshot snapshot;
    private final int port;

    private Gateway(Vertx vertx, Snapshot snapshot, int port) {
        this.vertx = vertx;
        this.snapshot = snapshot;
        this.port = port;
    }

    /**
     * Starts to listen at once; it is ready (see {@code /health/ready}) when the control plane has told the routing.
     *
     * @throws IOException if the port cannot be had
     */
    public static Gateway start(GatewayOptions options, Clock clock) throws IOException, InterruptedException {
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setPreferNativeTransport(true)
                .setFileSystemOptions(FILES));
        var snapshot = new Snapshot(vertx, options, clock);
        var controlPlane = new Upstream(
                options.controlPlane().getHost(), options.controlPlane().getPort());
        try {
            var port = new CompletableFuture<Integer>();
            await(
                    vertx.deployVerticle(
                            () -> new Loop(options, snapshot, controlPlane, port),
                            new DeploymentOptions().setInstances(loops)),
                    "cannot listen on %s:%d".formatted(options.host(), options.port()));
            snapshot.start();
            LOG.info("gateway listens on {}:{}", options.host(), port.join());
            return new Gateway(vertx, snapshot, port.join());
        } catch (IOException | RuntimeException e) {
            await(vertx.close(), "cannot stop");
            throw e;
        }
    }

    /** One event loop's server and clients. */
    private static final class Loop extends VerticleBase {

        private final GatewayOptions options;
        private final Snapshot snapshot;
        private final Upstream controlPlane;
        private final CompletableFuture<Integer> port;

        /**
         * @param port completed when it listens
         */
        Loop(GatewayOptions options, Snapshot snapshot, Upstream controlPlane, CompletableFuture<Integer> port) {
            this.options = options;
            this.snapshot = snapshot;
            this.controlPlane = controlPlane;
            this.port = port;
        }

        @Override
        public Future<HttpServer> start() {
            var client = vertx.createHttpClient(
                    new HttpClientOptions()
                            .setConnectTimeout(2_000)
                            .setKeepAliveTimeout(KEPT_SECONDS)
                            .setTcpNoDelay(true)
                            .setMaxChunkSize(CHUNK_BYTES)
                            .setDecompressionSupported(false),
                    new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_LOOP).setMaxWaitQueueSize(WAITING_PER_LOOP));
            var linger = new Linger(context);
            var web = new WebFiles(vertx, options.webRoot());
            return vertx.createHttpServer(new HttpServerOptions()
                            .setHost(options.host())
                            .setPort(options.port() == 0 ? ANY_PORT : options.port())
                            .setMaxHeaderSize(32 << 10)
                            .setMaxChunkSize(CHUNK_BYTES)
                            .setPerFrameWebSocketCompressionSupported(false)
                            .setPerMessageWebSocketCompressionSupported(false)
                            .setIdleTimeout(IDLE_SECONDS)
                            .setTcpNoDelay(true)
                            .setHandle100ContinueAutomatically(true))
                    .requestHandler(
                            new FrontDoor(snapshot, new Forwarder(client, context, linger), controlPlane, web, linger))
                    .listen()
                    .onSuccess(server -> port.complete(server.actualPort()));
        }
    }

    public int port() {
        return port;
    }

    /** Whether it has a routing, and reaches the control plane and that its database. */
    public boolean ready() {
        return snapshot.ready();
    }

    @Override
    public void close() {
        snapshot.close();
        try {
            await(vertx.close(), "cannot stop");
        } catch (IOException e) {
            LOG.warn("while stopping", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T await(Future<T> future, String failed) throws IOException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String why =
                    cause instanceof TimeoutException ? "not within %d s".formatted(WAIT_SECONDS) : cause.getMessage();
            throw new IOException(failed + ": " + why, e);
        }
    }

    /** A gateway as a process of its own, set up by the environment; see {@link GatewayOptions#fromEnvironment}. */
    public static void main(String[] args) throws InterruptedException {
        try {
            Gateway gateway = start(GatewayOptions.fromEnvironment(System.getenv()), Clock.systemUTC());
            Runtime.getRuntime().addShutdownHook(new Thread(gateway::close));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
