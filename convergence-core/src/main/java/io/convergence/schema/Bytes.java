package io.convergence.schema;

import java.util.Arrays;
import java.util.Base64;

/** An immutable sequence of bytes with value equality: the Java value of BYTES and BLOB cells. */
public final class Bytes implements Comparable<Bytes> {
    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Copies the array. */
    public static Bytes of(byte... content) {
        return new Bytes(content.clone());
    }

    public int length() {
        return content.length;
    }

    public byte[] toArray() {
        return content.clone();
    }

    public String toBase64() {
        return Base64.getEncoder().encodeToString(content);
    }

    /** Unsigned lexicographic order. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(content, other.content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** The length only: cell contents stay out of logs. */
    @Override
    public String toString() {
        return "Bytes[" + content.length + "]";
    }
}
