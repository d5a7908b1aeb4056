package dev.trine.gateway;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.impl.ConnectionBase;
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

    /** More than one client may have on their way, so that none takes them all. */
    private static final int UPLOADS_PER_LOOP = 1_024;

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
    private final Upstream controlPlane;
    private final int port;

    private Gateway(Vertx vertx, Snapshot snapshot, Upstream controlPlane, int port) {
        this.vertx = vertx;
        this.snapshot = snapshot;
        this.controlPlane = controlPlane;
        this.port = port;
    }

    /**
     * Starts to listen at once; it is ready (see {@code /health/ready}) when the control plane has told the routing.
     *
     * @throws IOException if the port cannot be had
     */
    public static Gateway start(GatewayOptions options, Clock clock) throws IOException, InterruptedException {
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
        var clients = new Clients();
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(loops).setFileSystemOptions(FILES))
                .withTransport(AcceptingTransport.with(
                        new Acceptance(clients, options.limits().clientConnections())))
                .build();
        var controlPlane = new Upstream(
                options.controlPlane().getHost(), options.controlPlane().getPort());
        var snapshot = new Snapshot(vertx, options, controlPlane, clock);
        var identity = new Identity(options.internalToken(), clock);
        try {
            var port = new CompletableFuture<Integer>();
            await(
                    vertx.deployVerticle(
                            () -> new Loop(options, snapshot, controlPlane, identity, port),
                            new DeploymentOptions().setInstances(loops)),
                    "cannot listen on %s:%d".formatted(options.host(), options.port()));
            snapshot.start();
            LOG.info("gateway listens on {}:{}", options.host(), port.join());
            return new Gateway(vertx, snapshot, controlPlane, port.join());
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
        private final Identity identity;
        private final CompletableFuture<Integer> port;

        /**
         * @param port completed when it listens
         */
        Loop(
                GatewayOptions options,
                Snapshot snapshot,
                Upstream controlPlane,
                Identity identity,
                CompletableFuture<Integer> port) {
            this.options = options;
            this.identity = identity;
            this.snapshot = snapshot;
            this.controlPlane = controlPlane;
            this.port = port;
        }

        @Override
        public Future<HttpServer> start() {
            HttpClient client = client(CONNECTIONS_PER_LOOP);
            HttpClient uploads = client(UPLOADS_PER_LOOP);
            var connections = new Connections(vertx, options.limits());
            var linger = new Linger(context);
            var web = new WebFiles(vertx, options.webRoot());
            var door = new FrontDoor(
                    snapshot,
                    new Forwarder(client, uploads, context, linger),
                    controlPlane,
                    web,
                    linger,
                    connections,
                    identity);
            return vertx.createHttpServer(new HttpServerOptions()
                            .setHost(options.host())
                            .setPort(options.port() == 0 ? ANY_PORT : options.port())
                            .setMaxInitialLineLength(FrontDoor.MOST_LINE_BYTES)
                            .setMaxHeaderSize(FrontDoor.MOST_HEADER_BYTES)
                            .setMaxChunkSize(CHUNK_BYTES)
                            .setPerFrameWebSocketCompressionSupported(false)
                            .setPerMessageWebSocketCompressionSupported(false)
                            .setIdleTimeout(IDLE_SECONDS)
                            .setTcpNoDelay(true))
                    .connectionHandler(connections::open)
                    .invalidRequestHandler(door::refuseInvalid)
                    .requestHandler(door)
                    .listen()
                    .onSuccess(server -> port.complete(server.actualPort()));
        }

        private HttpClient client(int connections) {
            return vertx.httpClientBuilder()
                    .with(new HttpClientOptions()
                            .setConnectTimeout(2_000)
                            .setKeepAliveTimeout(KEPT_SECONDS)
                            .setTcpNoDelay(true)
                            .setMaxChunkSize(CHUNK_BYTES)
                            .setDecompressionSupported(false))
                    .with(new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(WAITING_PER_LOOP))
                    .withConnectHandler(Loop::readToTheEnd)
                    .build();
        }

        /**
         * An upstream that answers before it has read everything and closes makes our writing fail while its answer still waits to
         * be read: a failed write must not close the connection.
         */
        private static void readToTheEnd(HttpConnection connection) {
            // every request on it is told as well; without a handler it would be logged as an error of ours
            connection.exceptionHandler(broken -> {});
            if (connection instanceof ConnectionBase base) {
                base.channelHandlerContext().channel().config().setAutoClose(false);
            }
        }
    }

    public int port() {
        return port;
    }

    /** The control plane listens on this port; for one that chooses it later than the gateway begins. */
    public void controlPlaneListensOn(int itsPort) {
        controlPlane.movedTo(itsPort);
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
