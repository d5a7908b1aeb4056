package dev.trine.modelserver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request of the Open Inference Protocol v2, with the binary tensor data extension: after {@code jsonLength} bytes of JSON the
 * raw little-endian bytes of the inputs that say {@code binary_data_size}.
 *
 * @param outputs wanted outputs by name, each with whether it is wanted as binary; empty for all
 * @param binaryOutput whether outputs that do not say are wanted as binary
 */
record InferRequest(@Nullable String id, List<Tensor> inputs, Map<String, Boolean> outputs, boolean binaryOutput) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int FIRST_CAPACITY = 1_024;

    InferRequest {
        inputs = List.copyOf(inputs);
    }

    /** @throws ProtocolException 400 that says what is wrong where */
    static InferRequest parse(byte[] body, int jsonLength) {
        if (jsonLength < 0 || jsonLength > body.length) {
            throw ProtocolException.badRequest(
                    "Inference-Header-Content-Length is %d but the body has %d bytes", jsonLength, body.length);
        }
        try (JsonParser json = JSON.createParser(body, 0, jsonLength)) {
            return new Reader(json, ByteBuffer.wrap(body, jsonLength, body.length - jsonLength)).request();
        } catch (JacksonException e) {
            throw ProtocolException.badRequest("the request is not JSON: %s", e.getOriginalMessage());
        }
    }

    private static final class Reader {

        private final JsonParser json;
        private final ByteBuffer raw;

        Reader(JsonParser json, ByteBuffer raw) {
            this.json = json;
            this.raw = raw;
        }

        InferRequest request() {
            expect(json.nextToken(), JsonToken.START_OBJECT, "the request");
            String id = null;
            var inputs = new ArrayList<Tensor>();
            Map<String, Boolean> outputs = new LinkedHashMap<>();
            boolean binary = false;
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String member = json.currentName();
                JsonToken value = json.nextToken();
                switch (member) {
                    case "id" -> id = value == JsonToken.VALUE_NULL ? null : json.getString();
                    case "inputs" -> inputs(value, inputs);
                    case "outputs" -> outputs(json.<JsonNode>readValueAsTree(), outputs);
                    case "parameters" ->
                        binary = json.<JsonNode>readValueAsTree()
                                .path("binary_data_output")
                                .asBoolean(false);
                    default -> json.skipChildren();
                }
            }
            if (inputs.isEmpty()) {
                throw ProtocolException.badRequest("the request has no inputs");
            }
            if (raw.hasRemaining()) {
                throw ProtocolException.badRequest("%d bytes follow the last input's binary data", raw.remaining());
            }
            return new InferRequest(id, inputs, outputs, binary);
        }

        private void inputs(JsonToken value, List<Tensor> inputs) {
            expect(value, JsonToken.START_ARRAY, "inputs");
            while (json.nextToken() == JsonToken.START_OBJECT) {
                inputs.add(input(inputs.size()));
            }
        }

        private static void outputs(JsonNode list, Map<String, Boolean> outputs) {
            for (JsonNode output : list) {
                JsonNode binary = output.path("parameters").path("binary_data");
                outputs.put(output.path("name").asString(""), binary.isBoolean() && binary.booleanValue());
            }
        }

        private Tensor input(int index) {
            String name = "#" + index;
            DataType type = null;
            long[] shape = null;
            ByteBuffer data = null;
            JsonNode late = null;
            int binarySize = -1;
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String member = json.currentName();
                JsonToken value = json.nextToken();
                switch (member) {
                    case "name" -> name = json.getString();
                    case "datatype" -> type = DataType.named(json.getString(), name);
                    case "shape" -> shape = shape(name, value);
                    case "parameters" ->
                        binarySize = json.<JsonNode>readValueAsTree()
                                .path("binary_data_size")
                                .asInt(-1);
                    case "data" -> {
                        if (type == null) {
                            late = json.readValueAsTree();
                        } else {
                            data = data(json, name, type, shape);
                        }
                    }
                    default -> json.skipChildren();
                }
            }
            if (type == null) {
                throw ProtocolException.badRequest("input '%s' has no datatype", name);
            }
            if (shape == null) {
                throw ProtocolException.badRequest("input '%s' has no shape", name);
            }
            if (late != null) {
                data = late(late, name, type, shape);
            }
            if (binarySize >= 0) {
                data = binary(name, binarySize);
            }
            if (data == null) {
                throw ProtocolException.badRequest("input '%s' has no data", name);
            }
            return checked(new Tensor(name, type, shape, data));
        }

        private long[] shape(String name, JsonToken value) {
            expect(value, JsonToken.START_ARRAY, "shape of input '" + name + "'");
            long[] shape = new long[8];
            int rank = 0;
            for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
                if (token != JsonToken.VALUE_NUMBER_INT || json.getLongValue() < 0 || rank == shape.length) {
                    throw ProtocolException.badRequest(
                            "the shape of input '%s' must be at most 8 numbers that are not negative", name);
                }
                shape[rank++] = json.getLongValue();
            }
            long[] exact = Arrays.copyOf(shape, rank);
            try {
                long _ = Math.multiplyExact(Tensor.elements(exact), (long) Double.BYTES);
            } catch (ArithmeticException e) {
                throw ProtocolException.badRequest("the shape of input '%s' is too large", name);
            }
            return exact;
        }

        private static ByteBuffer late(JsonNode node, String name, DataType type, long[] shape) {
            try (JsonParser tokens = JSON.treeAsTokens(node)) {
                tokens.nextToken();
                return data(tokens, name, type, shape);
            }
        }

        /** Nested or flat, read straight into native memory. */
        private static ByteBuffer data(JsonParser json, String name, DataType type, long @Nullable [] shape) {
            expect(json.currentToken(), JsonToken.START_ARRAY, "data of input '" + name + "'");
            long expected = shape == null ? FIRST_CAPACITY : Math.min(Tensor.elements(shape), 1 << 20);
            ByteBuffer data = allocate((int) Math.max(1, expected) * type.bytes());
            int depth = 1;
            while (depth > 0) {
                JsonToken token = json.nextToken();
                if (token == JsonToken.START_ARRAY) {
                    depth++;
                } else if (token == JsonToken.END_ARRAY) {
                    depth--;
                } else if (token == null || token.isStructStart() || token.isStructEnd()) {
                    throw ProtocolException.badRequest("the data of input '%s' is not an array of values", name);
                } else {
                    if (data.remaining() < type.bytes()) {
                        data = allocate(data.capacity() * 2).put(data.flip());
                    }
                    try {
                        type.read(json, token, data);
                    } catch (ProtocolException e) {
                        throw ProtocolException.badRequest(
                                "input '%s' (%s): %s", name, type, String.valueOf(e.getMessage()));
                    }
                }
            }
            return data.flip();
        }

        private ByteBuffer binary(String name, int size) {
            if (size > raw.remaining()) {
                throw ProtocolException.badRequest(
                        "input '%s' has binary_data_size %d but only %d bytes are left", name, size, raw.remaining());
            }
            ByteBuffer data = allocate(size);
            byte[] bytes = new byte[size];
            raw.get(bytes);
            return data.put(bytes).flip();
        }

        private static ByteBuffer allocate(int bytes) {
            return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        private static Tensor checked(Tensor tensor) {
            long expected = Tensor.elements(tensor.shape()) * tensor.type().bytes();
            if (tensor.data().remaining() != expected) {
                throw ProtocolException.badRequest(
                        "input '%s' of shape %s has %d values; the shape needs %d",
                        tensor.name(),
                        Arrays.toString(tensor.shape()),
                        tensor.data().remaining() / tensor.type().bytes(),
                        expected / tensor.type().bytes());
            }
            return tensor;
        }

        private static void expect(@Nullable JsonToken token, JsonToken wanted, String what) {
            if (token != wanted) {
                throw ProtocolException.badRequest(
                        "%s must be %s", what, wanted == JsonToken.START_ARRAY ? "an array" : "an object");
            }
        }
    }
}
