package dev.trine.modelserver;

import java.nio.ByteBuffer;

/**
 * Values with a name and a shape.
 *
 * @param data native byte order, direct, from position 0 to its limit
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Tensor(String name, DataType type, long[] shape, ByteBuffer data) {

    static long elements(long[] shape) {
        long product = 1;
        for (long dimension : shape) {
            product = Math.multiplyExact(product, dimension);
        }
        return product;
    }
}
