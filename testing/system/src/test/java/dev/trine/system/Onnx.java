package dev.trine.system;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the smallest of models by hand, in protobuf's wire format (onnx.proto). */
final class Onnx {

    private static final int FLOAT = 1;

    private Onnx() {}

    /** {@code y = x} over {@code [batch, width]} of 32-bit floats. */
    static byte[] identity(int width) {
        byte[] node = message(text(1, "x"), text(2, "y"), text(4, "Identity"));
        byte[] graph =
                message(bytes(1, node), text(2, "g"), bytes(11, value("x", width)), bytes(12, value("y", width)));
        byte[] opset = message(number(2, 13));
        return message(number(1, 8), bytes(7, graph), bytes(8, opset));
    }

    private static byte[] value(String name, int width) {
        byte[] shape = message(bytes(1, text(2, "batch")), bytes(1, number(1, width)));
        byte[] tensor = message(number(1, FLOAT), bytes(2, shape));
        return message(text(1, name), bytes(2, bytes(1, tensor)));
    }

    private static byte[] text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int field, byte[] value) {
        return message(varint((field << 3) | 2), varint(value.length), value);
    }

    private static byte[] number(int field, int value) {
        return message(varint(field << 3), varint(value));
    }

    private static byte[] varint(int value) {
        var out = new ByteArrayOutputStream();
        int left = value;
        while (left > 0x7f) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
        return out.toByteArray();
    }

    private static byte[] message(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
