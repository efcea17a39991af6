package io.convergence.store.internal.pages;

import java.nio.charset.StandardCharsets;

/**
 * Thrift in its compact protocol, walked without making objects of it: each length is compared with what is left before it is believed.
 * Not thread-safe.
 */
public final class CompactThrift {
    /** Thrift of Parquet nests some eight levels. */
    private static final int MAX_NESTING = 32;

    private static final int SHORT_LIST = 15;

    public static final int TRUE = 1;
    public static final int FALSE = 2;
    public static final int BYTE = 3;
    public static final int I16 = 4;
    public static final int I32 = 5;
    public static final int I64 = 6;
    private static final int DOUBLE = 7;
    public static final int BINARY = 8;
    public static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    public static final int STRUCT = 12;

    /** Takes a field whose value follows. */
    public interface Fields {
        /** @return whether the value was passed */
        boolean take(int id, int type);
    }

    /** The bytes are no such Thrift; the message is a part of a sentence. */
    public static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public MalformedException(String why) {
            super(why, null, false, false);
        }

        public String why() {
            return String.valueOf(getMessage());
        }
    }

    private final byte[] bytes;
    private final int end;
    private int at;

    public CompactThrift(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    public int position() {
        return at;
    }

    /** Elements of a list of structs that follow. */
    public int structs() {
        return elements(STRUCT);
    }

    /** Elements of a list that follow, of a type that is none of the two truth values. */
    public int elements(int type) {
        int header = next();
        int count = count(header >>> 4 & 0xF);
        demand((header & 0xF) == type || count == 0, "a list holds something else than it should");
        return count;
    }

    /** Elements of a list of truth values that follow, {@link #eightBits} each. */
    public int flags() {
        int header = next();
        int count = count(header >>> 4 & 0xF);
        demand((header & 0xF) == TRUE || (header & 0xF) == FALSE || count == 0, "a list holds no truth values");
        return count;
    }

    /** A field as {@link #next(int)} tells it. */
    public static int field(int id, int type) {
        return id << 4 | type;
    }

    /**
     * Moves to the next field of a struct, whose value follows.
     *
     * @param before the field before, 0 at the beginning
     * @return the {@link #field}; 0 at the end
     */
    public int next(int before) {
        int header = next();
        int type = header & 0xF;
        if (type == 0) {
            return 0;
        }

        int delta = header >>> 4 & 0xF;
        long id = delta == 0 ? zigzag() : (before >>> 4) + delta;
        if (id <= 0 || id > Short.MAX_VALUE) {
            throw new MalformedException("it has a field " + id);
        }

        return field((int) id, type);
    }

    /** Passes the value of a field. @param nesting how deep the struct lies that has it */
    public void pass(int field, int nesting) {
        skip(field & 0xF, nesting, false);
    }

    public void struct(int nesting, Fields fields) {
        demand(nesting < MAX_NESTING, "it is nested too deeply");
        int id = 0;
        while (true) {
            int header = next();
            int type = header & 0xF;
            if (type == 0) {
                return;
            }

            int delta = header >>> 4 & 0xF;
            id = delta == 0 ? (int) zigzag() : id + delta;
            if (!fields.take(id, type)) {
                skip(type, nesting, false);
            }
        }
    }

    private void skipStruct(int nesting) {
        demand(nesting < MAX_NESTING, "it is nested too deeply");
        for (int header = next(); (header & 0xF) != 0; header = next()) {
            if ((header & 0xF0) == 0) {
                varint();
            }
            skip(header & 0xF, nesting, false);
        }
    }

    private void skip(int type, int nesting, boolean inList) {
        switch (type) {
            case TRUE, FALSE -> pass(inList ? 1 : 0);
            case BYTE -> pass(1);
            case I16, I32, I64 -> varint();
            case DOUBLE -> pass(8);
            case BINARY -> pass(varint());
            case LIST, SET -> {
                int header = next();
                int count = count(header >>> 4 & 0xF);
                for (int i = 0; i < count; i++) {
                    demand(nesting < MAX_NESTING, "it is nested too deeply");
                    skip(header & 0xF, nesting + 1, true);
                }
            }
            case MAP -> {
                int count = count(SHORT_LIST);
                int types = count == 0 ? 0 : next();
                for (int i = 0; i < count; i++) {
                    demand(nesting < MAX_NESTING, "it is nested too deeply");
                    skip(types >>> 4 & 0xF, nesting + 1, true);
                    skip(types & 0xF, nesting + 1, true);
                }
            }
            case STRUCT -> skipStruct(nesting + 1);
            default -> throw new MalformedException("it has a value of the unknown type " + type);
        }
    }

    /** Elements of a list, each of which needs a byte at least. */
    private int count(int inHeader) {
        long count = inHeader == SHORT_LIST ? varint() : inHeader;
        if (count < 0 || count > end - at) {
            throw new MalformedException("a list claims " + count + " elements");
        }

        return (int) count;
    }

    private void pass(long count) {
        if (count < 0 || count > end - at) {
            throw new MalformedException("a value claims " + count + " bytes");
        }

        at += (int) count;
    }

    /** A number of eight bits. */
    public int eightBits() {
        return next();
    }

    /** A text; malformed bytes come out as replacement characters. */
    public String text() {
        long length = varint();
        pass(length);
        return new String(bytes, at - (int) length, (int) length, StandardCharsets.UTF_8);
    }

    /** Passes a text or bytes, which end at the position then. @return their length */
    public int binary() {
        long length = varint();
        pass(length);
        return (int) length;
    }

    private int next() {
        demand(at < end, "it ends within a value");
        return bytes[at++];
    }

    public long zigzag() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = next();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }

        throw new MalformedException("a number has more than 64 bits");
    }

    public static void demand(boolean given, String otherwise) {
        if (!given) {
            throw new MalformedException(otherwise);
        }
    }
}
