package io.convergence.compact;

import java.math.BigInteger;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;

/** Whole numbers in bytes of one length, big-endian. */
final class FixedNumber {
    private FixedNumber() {}

    /** @throws ArithmeticException if the number needs more bytes */
    static Binary of(BigInteger value, int length) {
        byte[] shortest = value.toByteArray();
        if (shortest.length > length) {
            throw new ArithmeticException("a number needs " + shortest.length + " bytes, its type has " + length);
        }

        byte[] padded = new byte[length];
        Arrays.fill(padded, 0, length - shortest.length, value.signum() < 0 ? (byte) -1 : 0);
        System.arraycopy(shortest, 0, padded, length - shortest.length, shortest.length);
        return Binary.fromConstantByteArray(padded);
    }
}
