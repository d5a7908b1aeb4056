package dev.trine.modelserver;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one request, token by token: a body of many megabytes must not become a tree of objects. */
final class InferRequestReader {

    private static final int MOST_DIMENSIONS = 8;
    /** Of a cache line, as the runtime's vectors like it. */
    private static final int ALIGNMENT = 64;

    private final JsonParser json;
    private final ByteBuffer text;
    private final ByteBuffer raw;
    private final Arena memory;

    private @Nullable String id;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Boolean> outputs = new LinkedHashMap<>();
    private boolean binaryOutput;

    /**
     * @param text what the parser reads
     * @param raw the binary data after it
     * @param memory of the inputs' values
     */
    InferRequestReader(JsonParser json, ByteBuffer text, ByteBuffer raw, Arena memory) {
        this.json = json;
        this.text = text;
        this.raw = raw;
        this.memory = memory;
    }

    InferRequest read() {
        if (offset(json) < 0) {
            throw ProtocolException.badRequest("the request is not in UTF-8");
        }
        object(json.nextToken(), "the request", this::requestMember);
        if (json.nextToken() != null) {
            throw ProtocolException.badRequest("something follows the request: %s", json.currentToken());
        }
        if (inputs.isEmpty()) {
            throw ProtocolException.badRequest("the request has no inputs");
        }
        if (raw.hasRemaining()) {
            throw ProtocolException.badRequest("%d bytes follow the last input's binary data", raw.remaining());
        }
        return new InferRequest(id, List.copyOf(inputs.values()), outputs, binaryOutput);
    }

    private boolean requestMember(String name, JsonToken value) {
        switch (name) {
            case "id" -> id = value == JsonToken.VALUE_NULL ? null : string(value, "id");
            case "inputs" -> array(value, "inputs", this::input);
            case "outputs" -> array(value, "outputs", this::output);
            case "parameters" -> object(value, "parameters", this::requestParameter);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void input(String what, JsonToken value) {
        var input = new Input(what);
        object(value, what, input::member);
        Tensor tensor = input.tensor();
        if (inputs.put(tensor.name(), tensor) != null) {
            throw ProtocolException.badRequest("input '%s' comes twice", tensor.name());
        }
    }

    private void output(String what, JsonToken value) {
        var output = new Output(what);
        object(value, what, output::member);
        if (output.name == null) {
            throw ProtocolException.badRequest("%s has no name", what);
        }
        outputs.put(output.name, output.binary);
    }

    private boolean requestParameter(String name, JsonToken value) {
        if (!name.equals("binary_data_output")) {
            return false;
        }
        binaryOutput = flag(value, name);
        return true;
    }

    /** What is known so far of the output that is being read. */
    private final class Output {

        private final String what;
        private @Nullable String name;
        private boolean binary;

        Output(String what) {
            this.what = what;
        }

        boolean member(String member, JsonToken value) {
            switch (member) {
                case "name" -> name = string(value, "the name of " + what);
                case "parameters" -> object(value, "the parameters of " + what, this::parameter);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private boolean parameter(String member, JsonToken value) {
            if (!member.equals("binary_data")) {
                return false;
            }
            binary = flag(value, "binary_data of " + what);
            return true;
        }
    }

    /** What is known so far of the input that is being read. */
    private final class Input {

        private String what;
        private @Nullable String name;
        private @Nullable DataType type;
        private long @Nullable [] shape;
        private @Nullable ByteBuffer data;
        private @Nullable ByteBuffer unread;
        private long binarySize = -1;

        Input(String what) {
            this.what = what;
        }

        boolean member(String member, JsonToken value) {
            switch (member) {
                case "name" -> {
                    name = string(value, "the name of " + what);
                    what = "input '" + name + "'";
                }
                case "datatype" -> type = type(string(value, "the datatype of " + what));
                case "shape" -> shape = shape(value);
                case "parameters" -> object(value, "the parameters of " + what, this::parameter);
                case "data" -> data(value);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private boolean parameter(String member, JsonToken value) {
            if (!member.equals("binary_data_size")) {
                return false;
            }
            binarySize = size(value, "binary_data_size of " + what);
            return true;
        }

        private DataType type(String given) {
            return DataType.named(given)
                    .orElseThrow(() -> ProtocolException.badRequest(
                            "%s has datatype '%s', which is not one of %s",
                            what, given, Arrays.toString(DataType.values())));
        }

        private long[] shape(JsonToken value) {
            var sizes = new ArrayList<Long>();
            array(value, "the shape of " + what, (element, at) -> {
                if (sizes.size() == MOST_DIMENSIONS) {
                    throw ProtocolException.badRequest(
                            "the shape of %s has more than %d dimensions", what, MOST_DIMENSIONS);
                }
                sizes.add(size(at, element));
            });
            long[] exact = sizes.stream().mapToLong(Long::longValue).toArray();
            try {
                long _ = Math.multiplyExact(Tensor.elements(exact), (long) Double.BYTES);
            } catch (ArithmeticException e) {
                throw ProtocolException.badRequest("the shape of %s is too large", what);
            }
            return exact;
        }

        /** Read at once if it is known as what; else where it lies is noted, and it is read when the input has ended. */
        private void data(JsonToken value) {
            expect(value, JsonToken.START_ARRAY, "the data of " + what);
            if (type != null && shape != null) {
                data = values(json, text.limit(), type, shape);
            } else {
                int begin = (int) json.currentTokenLocation().getByteOffset();
                json.skipChildren();
                unread = text.slice(begin, offset(json) - begin);
            }
        }

        Tensor tensor() {
            if (name == null) {
                throw ProtocolException.badRequest("%s has no name", what);
            }
            if (type == null) {
                throw ProtocolException.badRequest("%s has no datatype", what);
            }
            if (shape == null) {
                throw ProtocolException.badRequest("%s has no shape", what);
            }
            if (unread != null) {
                try (JsonParser again = InferRequest.parser(unread)) {
                    again.nextToken();
                    data = values(again, unread.limit(), type, shape);
                }
            }
            if (data != null && binarySize >= 0) {
                throw ProtocolException.badRequest("%s has data and binary_data_size", what);
            }
            if (data == null && binarySize < 0) {
                throw ProtocolException.badRequest("%s has no data", what);
            }
            return new Tensor(name, type, shape, data == null ? binary(type, shape) : data);
        }

        /**
         * The values of an array, nested or flat, read straight into native memory.
         *
         * @param length of what the parser reads, in bytes
         */
        private ByteBuffer values(JsonParser from, int length, DataType as, long[] to) {
            long needed = Tensor.elements(to);
            // a value takes a byte at the least, and a comma if it is not the last one
            long most = (length - offset(from)) / 2L + 1;
            ByteBuffer values = allocate(Math.min(needed, most) * as.bytes());
            int depth = 1;
            while (depth > 0) {
                JsonToken token = from.nextToken();
                if (token == JsonToken.START_ARRAY) {
                    depth++;
                } else if (token == JsonToken.END_ARRAY) {
                    depth--;
                } else if (token == null || token.isStructStart()) {
                    throw ProtocolException.badRequest("the data of %s is not an array of values", what);
                } else if (values.hasRemaining()) {
                    value(from, token, as, values);
                } else {
                    throw ProtocolException.badRequest(
                            "%s of shape %s has more than %d values", what, Arrays.toString(to), needed);
                }
            }
            if (values.position() != needed * as.bytes()) {
                throw ProtocolException.badRequest(
                        "%s of shape %s has %d values; the shape needs %d",
                        what, Arrays.toString(to), values.position() / as.bytes(), needed);
            }
            return values.flip();
        }

        private void value(JsonParser from, JsonToken token, DataType as, ByteBuffer values) {
            try {
                as.read(from, token, values);
            } catch (ProtocolException e) {
                throw ProtocolException.badRequest("%s (%s): %s", what, as, String.valueOf(e.getMessage()));
            }
        }

        private ByteBuffer binary(DataType as, long[] to) {
            long needed = Tensor.elements(to) * as.bytes();
            if (binarySize != needed) {
                throw ProtocolException.badRequest(
                        "%s of shape %s has binary_data_size %d; %s needs %d bytes for it",
                        what, Arrays.toString(to), binarySize, as, needed);
            }
            if (needed > raw.remaining()) {
                throw ProtocolException.badRequest(
                        "%s has binary_data_size %d but only %d bytes are left", what, needed, raw.remaining());
            }
            ByteBuffer bytes = raw.slice(raw.position(), (int) needed);
            raw.position(raw.position() + (int) needed);
            return allocate(needed).put(bytes).flip();
        }
    }

    /** Told a member and the token that its value begins with; false if it is none that it knows, and has left it unread. */
    private interface Members {
        boolean read(String name, JsonToken value);
    }

    /** Reads an object. Unknown members are passed over, known ones may come once. */
    private void object(@Nullable JsonToken at, String what, Members members) {
        expect(at, JsonToken.START_OBJECT, what);
        Set<String> seen = new HashSet<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (!members.read(name, json.nextToken())) {
                json.skipChildren();
            } else if (!seen.add(name)) {
                throw ProtocolException.badRequest("%s has '%s' twice", what, name);
            }
        }
    }

    /** Told the place of an element, such as {@code inputs[2]}, and the token that it begins with. */
    private interface Elements {
        void read(String what, JsonToken value);
    }

    private void array(JsonToken at, String what, Elements elements) {
        expect(at, JsonToken.START_ARRAY, what);
        int index = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            elements.read(what + '[' + index++ + ']', token);
        }
    }

    private String string(JsonToken value, String what) {
        if (value != JsonToken.VALUE_STRING) {
            throw ProtocolException.badRequest("%s must be a string", what);
        }
        return json.getString();
    }

    private static boolean flag(JsonToken value, String what) {
        if (!value.isBoolean()) {
            throw ProtocolException.badRequest("%s must be true or false", what);
        }
        return value == JsonToken.VALUE_TRUE;
    }

    private long size(JsonToken value, String what) {
        if (value != JsonToken.VALUE_NUMBER_INT
                || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || json.getLongValue() < 0) {
            throw ProtocolException.badRequest("%s must be a whole number that is not negative", what);
        }
        return json.getLongValue();
    }

    private static void expect(@Nullable JsonToken token, JsonToken wanted, String what) {
        if (token != wanted) {
            throw ProtocolException.badRequest(
                    "%s must be %s", what, wanted == JsonToken.START_ARRAY ? "an array" : "an object");
        }
    }

    /** How far a parser has read, in bytes; negative if it does not read UTF-8. */
    private static int offset(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }

    private ByteBuffer allocate(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw ProtocolException.badRequest("an input of %d bytes is too large", bytes);
        }
        try {
            return memory.allocate(bytes, ALIGNMENT).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        } catch (OutOfMemoryError e) {
            // native memory has a bound of its own; the heap, and the JVM, are well
            throw ProtocolException.busy("there is no memory now for an input of %d bytes".formatted(bytes));
        }
    }
}
