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

/** A loaded model. Safe to run from several threads. */
final class OnnxModel implements AutoCloseable {

    /**
     * What the model takes or gives.
     *
     * @param shape -1 where any size goes
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Port(String name, DataType type, long[] shape) {}

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Map<String, Port> inputs;
    private final Map<String, Port> outputs;

    private OnnxModel(OrtSession session) throws OrtException {
        this.session = session;
        this.inputs = ports(session.getInputInfo().values());
        this.outputs = ports(session.getOutputInfo().values());
    }

    /**
     * Loads a model and runs it once on zeros, so that the first request finds it warm.
     *
     * @param threads for one request
     * @throws OrtException if it is not a model, or one that this runtime cannot run
     */
    static OnnxModel load(Path file, int threads) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            var model = new OnnxModel(OrtEnvironment.getEnvironment().createSession(file.toString(), options));
            model.warmUp();
            return model;
        }
    }

    private void warmUp() throws OrtException {
        var zeros = new ArrayList<Tensor>();
        for (Port port : inputs.values()) {
            long[] shape =
                    Arrays.stream(port.shape()).map(size -> size < 0 ? 1 : size).toArray();
            int bytes = (int) Tensor.elements(shape) * port.type().bytes();
            zeros.add(new Tensor(
                    port.name(),
                    port.type(),
                    shape,
                    ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN)));
        }
        run(zeros, Set.of());
    }

    private static Map<String, Port> ports(Collection<NodeInfo> nodes) {
        var ports = new LinkedHashMap<String, Port>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo tensor)) {
                throw new IllegalArgumentException("'%s' of the model is not a tensor".formatted(node.getName()));
            }
            ports.put(node.getName(), new Port(node.getName(), DataType.of(tensor.type), tensor.getShape()));
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
     * @param wanted names of outputs; empty for all
     * @throws ProtocolException 400 for inputs that do not fit the model
     */
    List<Tensor> run(List<Tensor> given, Set<String> wanted) throws OrtException {
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
        for (String name : inputs.keySet()) {
            if (given.stream().filter(tensor -> tensor.name().equals(name)).count() != 1) {
                throw ProtocolException.badRequest("input '%s' is needed exactly once", name);
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
