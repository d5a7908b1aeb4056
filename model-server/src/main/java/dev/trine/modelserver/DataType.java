package dev.trine.modelserver;

import ai.onnxruntime.OnnxJavaType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;

/** The tensor types that both the protocol and ONNX Runtime know; one element is {@link #bytes} wide, little-endian. */
enum DataType {
    FP32(
            OnnxJavaType.FLOAT,
            Float.BYTES,
            (json, token, to) ->
                    to.putFloat((float) finite(json, number(json, token).getFloatValue())),
            (from, json) -> {
                float value = from.getFloat();
                if (Float.isFinite(value)) {
                    json.writeNumber(value);
                } else {
                    json.writeNull();
                }
            }),
    FP64(
            OnnxJavaType.DOUBLE,
            Double.BYTES,
            (json, token, to) -> to.putDouble(finite(json, number(json, token).getDoubleValue())),
            (from, json) -> {
                double value = from.getDouble();
                if (Double.isFinite(value)) {
                    json.writeNumber(value);
                } else {
                    json.writeNull();
                }
            }),
    INT64(
            OnnxJavaType.INT64,
            Long.BYTES,
            integer(Long.MIN_VALUE, Long.MAX_VALUE, ByteBuffer::putLong),
            (from, json) -> json.writeNumber(from.getLong())),
    INT32(
            OnnxJavaType.INT32,
            Integer.BYTES,
            integer(Integer.MIN_VALUE, Integer.MAX_VALUE, (to, value) -> to.putInt((int) value)),
            (from, json) -> json.writeNumber(from.getInt())),
    INT16(
            OnnxJavaType.INT16,
            Short.BYTES,
            integer(Short.MIN_VALUE, Short.MAX_VALUE, (to, value) -> to.putShort((short) value)),
            (from, json) -> json.writeNumber(from.getShort())),
    INT8(
            OnnxJavaType.INT8,
            Byte.BYTES,
            integer(Byte.MIN_VALUE, Byte.MAX_VALUE, (to, value) -> to.put((byte) value)),
            (from, json) -> json.writeNumber(from.get())),
    UINT8(
            OnnxJavaType.UINT8,
            Byte.BYTES,
            integer(0, 255, (to, value) -> to.put((byte) value)),
            (from, json) -> json.writeNumber(from.get() & 0xff)),
    BOOL(
            OnnxJavaType.BOOL,
            Byte.BYTES,
            (json, token, to) -> to.put((byte) (isTrue(json, token) ? 1 : 0)),
            (from, json) -> json.writeBoolean(from.get() != 0));

    /** Reads the scalar at which the parser stands. */
    private interface Reader {
        void read(JsonParser json, JsonToken token, ByteBuffer to);
    }

    private interface Writer {
        void write(ByteBuffer from, JsonGenerator json);
    }

    private final OnnxJavaType onnx;
    private final int bytes;

    @SuppressWarnings("ImmutableEnumChecker") // functions without a state
    private final Reader reader;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Writer writer;

    DataType(OnnxJavaType onnx, int bytes, Reader reader, Writer writer) {
        this.onnx = onnx;
        this.bytes = bytes;
        this.reader = reader;
        this.writer = writer;
    }

    OnnxJavaType onnx() {
        return onnx;
    }

    int bytes() {
        return bytes;
    }

    /**
     * Reads the scalar at which the parser stands.
     *
     * @throws ProtocolException 400 if it is not of this type
     */
    void read(JsonParser json, JsonToken token, ByteBuffer to) {
        reader.read(json, token, to);
    }

    /** Writes the next element; what JSON has no number for is null. */
    void write(ByteBuffer from, JsonGenerator json) {
        writer.write(from, json);
    }

    /** The protocol's name for a type of the model; empty for types that no JSON can carry. */
    static Optional<DataType> of(OnnxJavaType onnx) {
        return Arrays.stream(values()).filter(type -> type.onnx == onnx).findFirst();
    }

    static Optional<DataType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    private static Reader integer(long least, long most, ObjLongConsumer<ByteBuffer> put) {
        return (json, token, to) -> put.accept(to, integer(json, token, least, most));
    }

    private static long integer(JsonParser json, JsonToken token, long least, long most) {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw ProtocolException.badRequest("'%s' is not an integer", json.getString());
        }
        if (json.getNumberType() == NumberType.BIG_INTEGER
                || json.getLongValue() < least
                || json.getLongValue() > most) {
            throw ProtocolException.badRequest("%s is not between %d and %d", json.getString(), least, most);
        }
        return json.getLongValue();
    }

    private static JsonParser number(JsonParser json, JsonToken token) {
        if (!token.isNumeric()) {
            throw ProtocolException.badRequest("'%s' is not a number", json.getString());
        }
        return json;
    }

    private static double finite(JsonParser json, double value) {
        if (!Double.isFinite(value)) {
            throw ProtocolException.badRequest("%s is not a finite number of this type", json.getString());
        }
        return value;
    }

    private static boolean isTrue(JsonParser json, JsonToken token) {
        return token.isBoolean() ? token == JsonToken.VALUE_TRUE : integer(json, token, 0, 1) == 1;
    }
}
