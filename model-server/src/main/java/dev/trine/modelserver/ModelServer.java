package dev.trine.modelserver;

import ai.onnxruntime.OrtException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model behind one HTTP port; a running server. */
public final class ModelServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);
    private static final int CANNOT_LISTEN = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final int CANNOT_SERVE = 4; // 3 is the JVM's own, for a full heap
    private static final long DRAIN_SECONDS = 5;

    private final Vertx vertx;
    private final HttpServer http;
    private final OnnxModel model;

    private ModelServer(Vertx vertx, HttpServer http, OnnxModel model) {
        this.vertx = vertx;
        this.http = http;
        this.model = model;
    }

    /**
     * Loads the model, then listens: whoever can connect finds it ready.
     *
     * @throws OrtException if the model cannot be served
     */
    public static ModelServer start(ServerOptions options) throws OrtException, IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        OnnxModel model = OnnxModel.load(options.modelFolder().resolve("model.onnx"), 1);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(cores));
        WorkerExecutor workers = vertx.createSharedWorkerExecutor("infer", cores);
        var server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setMaxHeaderSize(64 << 10)
                .setTcpNoDelay(true));
        server.requestHandler(new ProtocolHandler(options, model, workers));
        HttpServer listening = await(server.listen());
        var running = new ModelServer(vertx, listening, model);
        tellPort(options, listening.actualPort());
        LOG.info("serving {} version {} on {}:{}", options.name(), options.version(), options.host(), running.port());
        return running;
    }

    private static void tellPort(ServerOptions options, int port) throws IOException {
        Path events = options.events();
        if (events != null) {
            Files.write(
                    events,
                    "{\"type\":\"listening\",\"port\":%d}%n".formatted(port).getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    public int port() {
        return http.actualPort();
    }

    /** Takes no more connections, lets running requests finish for a few seconds, then frees the model. */
    @Override
    public void close() {
        try {
            await(http.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS));
            await(vertx.close());
            model.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | OrtException e) {
            LOG.warn("while stopping", e);
        }
    }

    private static <T> T await(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(DRAIN_SECONDS * 2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    e.getCause() == null ? "timed out" : e.getCause().getMessage(), e);
        }
    }

    /** Serves until a signal comes. Exit code 2 for wrong arguments, 4 for a model that cannot be served, 1 for a taken port. */
    public static void main(String[] args) throws InterruptedException {
        int exitCode = serve(args, System.getenv());
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Serves on, and returns 0, or tells why not. */
    static int serve(String[] args, Map<String, String> environment) throws InterruptedException {
        try {
            ModelServer server = start(
                    ServerOptions.parse(args, environment, Runtime.getRuntime().maxMemory()));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return WRONG_ARGUMENTS;
        } catch (OrtException e) {
            System.err.println("the model cannot be served: " + e.getMessage());
            return CANNOT_SERVE;
        } catch (IOException e) {
            System.err.println("cannot listen: " + e.getMessage());
            return CANNOT_LISTEN;
        }
    }
}
