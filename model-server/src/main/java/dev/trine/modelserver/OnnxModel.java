package dev.trine.modelserver;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loaded model. Safe to run from several threads. */
final class OnnxModel implements AutoCloseable {

    /**
     * What the model takes or gives.
     *
     * @param shape -1 where any size goes
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Port(String name, DataType type, long[] shape) {}

    private static final Logger LOG = LoggerFactory.getLogger(OnnxModel.class);
    private static final long MOST_WARM_UP = 64 << 20;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<String, Port> inputs;
    private final Map<String, Port> outputs;

    private OnnxModel(OrtSession session, Map<String, Port> inputs, Map<String, Port> outputs) {
        this.session = session;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * Loads a model and runs it once on zeros, so that the first request finds it warm.
     *
     * @param threads for one request
     * @throws OrtException if it is not a model, or one that this runtime cannot run, or has tensors that no JSON can carry
     */
    static OnnxModel load(Path file, int threads) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // its arena keeps for ever what the largest request has taken
            options.setCPUArenaAllocator(false);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
            try {
                var model = new OnnxModel(
                        session,
                        ports(session.getInputInfo().values()),
                        ports(session.getOutputInfo().values()));
                model.warmUp();
                return model;
            } catch (OrtException e) {
                session.close();
                throw e;
            }
        }
    }

    /** Where the model takes any size it gets 1, which not every good model can work with. */
    private void warmUp() {
        var zeros = new ArrayList<Tensor>();
        for (Port port : inputs.values()) {
            long[] shape =
                    Arrays.stream(port.shape()).map(size -> size < 0 ? 1 : size).toArray();
            long bytes = Tensor.elements(shape) * port.type().bytes();
            if (bytes > MOST_WARM_UP) {
                LOG.info(
                        "input '{}' of {} is too large to warm the model up with", port.name(), Arrays.toString(shape));
                return;
            }
            zeros.add(new Tensor(
                    port.name(),
                    port.type(),
                    shape,
                    ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN)));
        }
        try {
            run(zeros, Set.of(), bytes -> {});
        } catch (OrtException e) {
            LOG.warn("the model does not run on zeros of the smallest shape; it is served without a warm-up", e);
        }
    }

    private static Map<String, Port> ports(Collection<NodeInfo> nodes) throws OrtException {
        var ports = new LinkedHashMap<String, Port>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo tensor)) {
                throw new OrtException("'%s' of the model is not a tensor".formatted(node.getName()));
            }
            DataType type = DataType.of(tensor.type)
                    .orElseThrow(
                            () -> new OrtException("'%s' of the model is a tensor of type %s, which is not supported"
                                    .formatted(node.getName(), tensor.type)));
            ports.put(node.getName(), new Port(node.getName(), type, tensor.getShape()));
        }
        return ports;
    }

    List<Port> inputs() {
        return List.copyOf(inputs.values());
    }

    List<Port> outputs() {
        return List.copyOf(outputs.values());
    }

    /**
     * Runs the model.
     *
     * @param given each name once
     * @param wanted names of outputs; empty for all
     * @param heap told the bytes of each output before they are taken from the heap; may refuse
     * @throws ProtocolException 400 for inputs that do not fit the model
     */
    List<Tensor> run(List<Tensor> given, Set<String> wanted, LongConsumer heap) throws OrtException {
        check(given, wanted);
        var tensors = new HashMap<String, OnnxTensor>();
        try {
            for (Tensor tensor : given) {
                tensors.put(
                        tensor.name(),
                        OnnxTensor.createTensor(
                                environment,
                                tensor.data(),
                                tensor.shape(),
                                tensor.type().onnx()));
            }
            Set<String> names = wanted.isEmpty() ? outputs.keySet() : wanted;
            try (OrtSession.Result result = session.run(tensors, names)) {
                var answers = new ArrayList<Tensor>();
                for (var output : result) {
                    OnnxTensor tensor = (OnnxTensor) output.getValue();
                    Port port = outputs.get(output.getKey());
                    if (port == null) {
                        throw new IllegalStateException("the runtime gave an output that the model does not have");
                    }
                    heap.accept(tensor.getInfo().getNumElements() * port.type().bytes());
                    ByteBuffer data = tensor.getByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
                    answers.add(new Tensor(
                            port.name(), port.type(), tensor.getInfo().getShape(), data));
                }
                return answers;
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private void check(List<Tensor> given, Set<String> wanted) {
        for (Tensor tensor : given) {
            Port port = inputs.get(tensor.name());
            if (port == null) {
                throw ProtocolException.badRequest(
                        "the model has no input '%s'; it has %s", tensor.name(), inputs.keySet());
            }
            if (port.type() != tensor.type()) {
                throw ProtocolException.badRequest(
                        "input '%s' has datatype %s; the model takes %s", tensor.name(), tensor.type(), port.type());
            }
            if (!fits(tensor.shape(), port.shape())) {
                throw ProtocolException.badRequest(
                        "input '%s' has shape %s; the model takes %s (-1: any size)",
                        tensor.name(), Arrays.toString(tensor.shape()), Arrays.toString(port.shape()));
            }
        }
        Set<String> names = given.stream().map(Tensor::name).collect(Collectors.toSet());
        for (String name : inputs.keySet()) {
            if (!names.contains(name)) {
                throw ProtocolException.badRequest("input '%s' is needed", name);
            }
        }
        for (String name : wanted) {
            if (!outputs.containsKey(name)) {
                throw ProtocolException.badRequest("the model has no output '%s'; it has %s", name, outputs.keySet());
            }
        }
    }

    private static boolean fits(long[] shape, long[] wanted) {
        if (shape.length != wanted.length) {
            return false;
        }
        for (int i = 0; i < shape.length; i++) {
            if (wanted[i] >= 0 && wanted[i] != shape[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
