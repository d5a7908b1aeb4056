package dev.trine.modelserver;

import ai.onnxruntime.OnnxJavaType;
import java.nio.ByteBuffer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The tensor types that both the protocol and ONNX Runtime know; one element is {@link #bytes} wide, little-endian. */
enum DataType {
    FP32(OnnxJavaType.FLOAT, Float.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            to.putFloat(
                    decimal(json, token, json.currentToken() == JsonToken.VALUE_NULL)
                            ? json.getFloatValue()
                            : Float.NaN);
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            float value = from.getFloat();
            if (Float.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
    },
    FP64(OnnxJavaType.DOUBLE, Double.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            to.putDouble(
                    decimal(json, token, json.currentToken() == JsonToken.VALUE_NULL)
                            ? json.getDoubleValue()
                            : Double.NaN);
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            double value = from.getDouble();
            if (Double.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
    },
    INT64(OnnxJavaType.INT64, Long.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            to.putLong(integer(json, token, Long.MIN_VALUE, Long.MAX_VALUE));
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            json.writeNumber(from.getLong());
        }
    },
    INT32(OnnxJavaType.INT32, Integer.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            to.putInt((int) integer(json, token, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            json.writeNumber(from.getInt());
        }
    },
    INT16(OnnxJavaType.INT16, Short.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            to.putShort((short) integer(json, token, Short.MIN_VALUE, Short.MAX_VALUE));
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            json.writeNumber(from.getShort());
        }
    },
    INT8(OnnxJavaType.INT8, Byte.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            to.put((byte) integer(json, token, Byte.MIN_VALUE, Byte.MAX_VALUE));
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            json.writeNumber(from.get());
        }
    },
    UINT8(OnnxJavaType.UINT8, Byte.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            to.put((byte) integer(json, token, 0, 255));
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            json.writeNumber(from.get() & 0xff);
        }
    },
    BOOL(OnnxJavaType.BOOL, Byte.BYTES) {
        @Override
        void read(JsonParser json, JsonToken token, ByteBuffer to) {
            switch (token) {
                case VALUE_TRUE -> to.put((byte) 1);
                case VALUE_FALSE -> to.put((byte) 0);
                default -> to.put((byte) integer(json, token, 0, 1));
            }
        }

        @Override
        void write(ByteBuffer from, JsonGenerator json) {
            json.writeBoolean(from.get() != 0);
        }
    };

    private final OnnxJavaType onnx;
    private final int bytes;

    DataType(OnnxJavaType onnx, int bytes) {
        this.onnx = onnx;
        this.bytes = bytes;
    }

    OnnxJavaType onnx() {
        return onnx;
    }

    int bytes() {
        return bytes;
    }

    /** Reads the scalar at which the parser stands. */
    abstract void read(JsonParser json, JsonToken token, ByteBuffer to);

    /** Writes the next element. */
    abstract void write(ByteBuffer from, JsonGenerator json);

    /** The protocol's name for a type of the model; fails for types that no JSON can carry. */
    static DataType of(OnnxJavaType onnx) {
        for (DataType type : values()) {
            if (type.onnx == onnx) {
                return type;
            }
        }
        throw new IllegalArgumentException("tensors of type %s are not supported".formatted(onnx));
    }

    static DataType named(String name, String input) {
        for (DataType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw ProtocolException.badRequest("input '%s' has datatype '%s', which is not one of ours", input, name);
    }

    private static boolean decimal(JsonParser json, JsonToken token, boolean isNull) {
        if (!token.isNumeric() && !isNull) {
            throw ProtocolException.badRequest("'%s' is not a number", json.getString());
        }
        return !isNull;
    }

    private static long integer(JsonParser json, JsonToken token, long least, long most) {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw ProtocolException.badRequest("'%s' is not an integer", json.getString());
        }
        long value = json.getLongValue();
        if (value < least || value > most) {
            throw ProtocolException.badRequest("%d is not between %d and %d", value, least, most);
        }
        return value;
    }
}
