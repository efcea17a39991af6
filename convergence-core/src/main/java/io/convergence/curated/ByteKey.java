package io.convergence.curated;

import java.util.Arrays;

/** A key's bytes with equality by content; ordered unsigned. The array is not changed. */
record ByteKey(byte[] bytes) implements Comparable<ByteKey> {
    @Override
    public boolean equals(Object other) {
        return other instanceof ByteKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public int compareTo(ByteKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** The length only: cell contents stay out of logs. */
    @Override
    public String toString() {
        return "ByteKey[" + bytes.length + "]";
    }
}
