package dev.trine.modelserver;

import ai.onnxruntime.OrtException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Paths of the protocol. Small answers come from the event loop, inference runs on workers. */
final class ProtocolHandler implements Handler<HttpServerRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(ProtocolHandler.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private final ServerOptions options;
    private final OnnxModel model;
    private final WorkerExecutor workers;
    private final InFlight inFlight;
    private final String modelPath;
    private final String versionPath;
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    ProtocolHandler(ServerOptions options, OnnxModel model, WorkerExecutor workers) {
        this.options = options;
        this.model = model;
        this.workers = workers;
        this.inFlight = new InFlight(options.maxInFlightBytes());
        this.modelPath = "/v2/models/" + options.name();
        this.versionPath = modelPath + "/versions/" + options.version();
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        String rest = path.startsWith(versionPath)
                ? path.substring(versionPath.length())
                : path.startsWith(modelPath) ? path.substring(modelPath.length()) : "?";
        if (rest.equals("/infer")) {
            infer(request);
            return;
        }
        if (rest.equals("?") && path.startsWith("/v2/models/")) {
            nothingAt(request, path);
            return;
        }
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            refuse(request.response(), new ProtocolException(405, "only GET here"));
            return;
        }
        switch (path) {
            case "/v2" ->
                answer(
                        request,
                        Map.of(
                                "name", "trine-model-server",
                                "version", "0.1.0",
                                "extensions", List.of("binary_tensor_data")));
            case "/v2/health/live", "/v2/health/ready" -> answer(request, Map.of("status", "ok"));
            case "/metrics" -> metrics(request);
            default -> {
                switch (rest) {
                    case "" -> answer(request, metadata());
                    case "/ready" -> answer(request, Map.of("name", options.name(), "ready", true));
                    default -> nothingAt(request, path);
                }
            }
        }
    }

    private void nothingAt(HttpServerRequest request, String path) {
        refuse(
                request.response(),
                new ProtocolException(
                        404,
                        "there is nothing at %s; the model here is '%s' version '%s'"
                                .formatted(path, options.name(), options.version())));
    }

    private Map<String, Object> metadata() {
        return Map.of(
                "name", options.name(),
                "versions", List.of(options.version()),
                "platform", "onnx_onnxruntime",
                "inputs",
                        model.inputs().stream().map(ProtocolHandler::described).toList(),
                "outputs",
                        model.outputs().stream().map(ProtocolHandler::described).toList());
    }

    private static Map<String, Object> described(OnnxModel.Port port) {
        return Map.of("name", port.name(), "datatype", port.type().name(), "shape", port.shape());
    }

    private void infer(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.POST)) {
            refuse(request.response(), new ProtocolException(405, "infer takes POST"));
            return;
        }
        String length = request.getHeader("Content-Length");
        long announced = length == null ? 0 : Long.parseLong(length);
        if (announced > options.maxBodyBytes()) {
            refuse(request.response(), tooLarge());
            return;
        }
        InFlight.Share share = inFlight.share();
        var body = new RequestBody(share, announced);
        if (!body.begin()) {
            refuse(request.response(), ProtocolException.busy());
            return;
        }
        long begin = System.nanoTime();
        request.response().closeHandler(gone -> share.close());
        request.handler(chunk -> {
            if (body.length() + (long) chunk.length() > options.maxBodyBytes()) {
                refuse(request, share, tooLarge());
            } else if (!body.append(chunk)) {
                refuse(request, share, ProtocolException.busy());
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                // from here on the worker closes it, also when the client goes away meanwhile
                request.response().closeHandler(null);
                String header = request.getHeader(HEADER_LENGTH);
                workers.executeBlocking(() -> run(body, header, share), false).onComplete(done -> {
                    requests.increment();
                    nanos.add(System.nanoTime() - begin);
                    if (done.succeeded()) {
                        send(request.response(), done.result()).onComplete(sent -> share.close());
                    } else {
                        share.close();
                        refuse(request.response(), done.cause());
                    }
                });
            }
        });
    }

    /** The rest of the body is read and thrown away. */
    private void refuse(HttpServerRequest request, InFlight.Share share, ProtocolException why) {
        request.handler(ignored -> {});
        share.close();
        refuse(request.response(), why);
    }

    private ProtocolException tooLarge() {
        return ProtocolException.tooLarge("the request is larger than %d bytes".formatted(options.maxBodyBytes()));
    }

    private InferResponse run(RequestBody body, @Nullable String headerLength, InFlight.Share share)
            throws OrtException {
        ByteBuffer bytes = body.bytes();
        int jsonLength = bytes.limit();
        if (headerLength != null) {
            try {
                jsonLength = Integer.parseInt(headerLength);
            } catch (NumberFormatException e) {
                throw ProtocolException.badRequest("%s is not a number: '%s'", HEADER_LENGTH, headerLength);
            }
        }
        // freed at once: what waits for the garbage collector is more than the server has when large requests follow
        // each other
        try (Arena memory = Arena.ofConfined()) {
            InferRequest request = InferRequest.parse(bytes, jsonLength, memory);
            body.drop();
            List<Tensor> outputs = model.run(request.inputs(), request.outputs().keySet(), share::need);
            return InferResponse.of(options.name(), options.version(), request, outputs, share);
        }
    }

    private static Future<Void> send(HttpServerResponse response, InferResponse answer) {
        if (answer.jsonLength() < 0) {
            response.putHeader("Content-Type", "application/json");
        } else {
            response.putHeader("Content-Type", "application/octet-stream");
            response.putHeader(HEADER_LENGTH, Integer.toString(answer.jsonLength()));
        }
        Deque<Buffer> pieces = answer.body().pieces();
        if (pieces.size() == 1) {
            return response.end(pieces.remove());
        }
        response.putHeader("Content-Length", Long.toString(answer.body().length()));
        Promise<Void> sent = Promise.promise();
        response.exceptionHandler(sent::tryFail);
        response.closeHandler(gone -> sent.tryComplete());
        pump(response, pieces, sent);
        return sent.future();
    }

    /** As much at a time as the connection takes. */
    private static void pump(HttpServerResponse response, Deque<Buffer> pieces, Promise<Void> sent) {
        while (pieces.size() > 1 && !response.writeQueueFull()) {
            response.write(pieces.remove());
        }
        if (pieces.size() > 1) {
            response.drainHandler(drained -> pump(response, pieces, sent));
        } else {
            response.end(pieces.remove()).onComplete(ended -> sent.tryComplete());
        }
    }

    private void refuse(HttpServerResponse response, Throwable cause) {
        if (response.ended() || response.closed()) {
            return;
        }
        failures.increment();
        int status = 500;
        String message = "the model failed";
        if (cause instanceof ProtocolException known) {
            status = known.status();
            message = String.valueOf(known.getMessage());
        } else {
            LOG.error("inference failed", cause);
        }
        if (status == 429) {
            response.putHeader("Retry-After", "1");
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(JSON.writeValueAsString(Map.of("error", message)));
    }

    private static void answer(HttpServerRequest request, Map<String, Object> body) {
        request.response().putHeader("Content-Type", "application/json").end(JSON.writeValueAsString(body));
    }

    private void metrics(HttpServerRequest request) {
        String text = """
                # HELP trine_inference_requests_total Inference requests answered.
                # TYPE trine_inference_requests_total counter
                trine_inference_requests_total{model="%1$s",version="%2$s"} %3$d
                # HELP trine_inference_failures_total Requests refused or failed.
                # TYPE trine_inference_failures_total counter
                trine_inference_failures_total{model="%1$s",version="%2$s"} %4$d
                # HELP trine_inference_seconds_total Time from first byte in to answer.
                # TYPE trine_inference_seconds_total counter
                trine_inference_seconds_total{model="%1$s",version="%2$s"} %5$s
                """.formatted(
                options.name(), options.version(), requests.sum(), failures.sum(), Double.toString(nanos.sum() / 1e9));
        request.response()
                .putHeader("Content-Type", "text/plain; version=0.0.4")
                .end(text);
    }
}
