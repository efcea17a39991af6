package io.convergence.change;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Walks a footer's Thrift (compact protocol) before parquet-java makes objects of it, which takes the memory that lists and texts
 * claim to need, and goes as deep as the schema. Not thread-safe.
 */
final class FooterCheck {
    /** Thrift of a footer nests some eight levels. */
    private static final int MAX_NESTING = 32;

    private static final int SHORT_LIST = 15;
    private static final String DAMAGED = "The file is damaged: restore it or reload the table.";
    private static final String RAISE = "Raise the limit (ParquetLimits) if DMS or Convergence wrote the file.";
    private static final String DECRYPT = "Write it without Parquet encryption; DMS encrypts objects on S3 instead.";

    /** Types of Thrift's compact protocol that footers have. */
    private static final int TRUE = 1;

    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int I16 = 4;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;

    /** Takes a field whose value follows. */
    private interface Fields {
        /** @return whether it was passed */
        boolean take(int id, int type);
    }

    private final String key;
    private final long offset;
    private final byte[] bytes;
    private final ParquetLimits limits;
    private final Deque<int[]> unfilled = new ArrayDeque<>();
    private int at;
    private int leaves;
    private int elements = -1;
    private int groups = -1;
    private long rows = -1;

    private FooterCheck(String key, long offset, byte[] bytes, ParquetLimits limits) {
        this.key = key;
        this.offset = offset;
        this.bytes = bytes;
        this.limits = limits;
    }

    /**
     * Checks a footer.
     *
     * @param offset where it begins in the file
     * @return the rows it says the file has
     */
    static long rows(String key, long offset, byte[] footer, ParquetLimits limits) {
        FooterCheck check = new FooterCheck(key, offset, footer, limits);
        check.struct(0, check::fileField);
        if (check.elements < 1 || check.rows < 0 || check.groups < 0) {
            throw check.malformed("schema, row count or row groups are missing");
        }

        return check.rows;
    }

    private boolean fileField(int id, int type) {
        switch (id) {
            case 2 -> {
                demand(type == LIST && elements < 0, "its schema is no list, or not the only one");
                schema();
            }
            case 3 -> {
                demand(type == I64 && rows < 0, "its row count is no number, or not the only one");
                rows = zigzag();
                demand(rows >= 0, "it claims " + rows + " rows");
            }
            case 4 -> {
                demand(type == LIST && groups < 0, "its row groups are no list, or not the only one");
                demand(elements > 0, "its row groups come before its schema");
                rowGroups();
            }
            case 8 -> throw RawFileException.ofFile(key, "it has encrypted columns.", DECRYPT, null);
            default -> {
                return false;
            }
        }

        return true;
    }

    private void schema() {
        elements = listOfStructs();
        if (elements - 1 > limits.maxColumns()) {
            throw refused("it has " + (elements - 1) + " columns, more than the limit of " + limits.maxColumns() + ".");
        }
        for (int i = 0; i < elements; i++) {
            int[] children = {0};
            struct(1, (id, type) -> {
                if (id != 5 || type != I32) {
                    return false;
                }

                children[0] = (int) zigzag();
                return true;
            });
            demand(children[0] >= 0 && children[0] < elements, "a group of its schema has " + children[0] + " fields");
            demand(i == 0 || !unfilled.isEmpty(), "its schema has more elements than its groups have fields");
            place(children[0]);
        }
        demand(unfilled.isEmpty(), "its schema has fewer elements than its groups have fields");
    }

    /** Puts the next element of the schema, which come depth first, below the group that waits for it. */
    private void place(int children) {
        int[] parent = unfilled.peek();
        if (parent != null && --parent[0] == 0) {
            unfilled.pop();
        }

        int depth = parent == null ? 0 : parent[1] + 1;
        if (depth > limits.maxDepth()) {
            throw refused("its columns lie deeper than the limit of " + limits.maxDepth() + ".");
        }
        if (children > 0) {
            unfilled.push(new int[] {children, depth});
        } else if (parent != null) {
            leaves++;
        }
    }

    private void rowGroups() {
        groups = listOfStructs();
        if (groups > limits.maxRowGroups()) {
            throw refused("it has " + groups + " row groups, more than the limit of " + limits.maxRowGroups() + ".");
        }
        for (int i = 0; i < groups; i++) {
            int[] chunks = {-1};
            int group = i;
            struct(1, (id, type) -> {
                if (id != 1 || type != LIST) {
                    return false;
                }

                demand(chunks[0] < 0, "row group " + group + " has two lists of columns");
                chunks[0] = listOfStructs();
                demand(
                        chunks[0] == leaves,
                        "row group " + group + " has " + chunks[0] + " columns, the schema has " + leaves);
                for (int chunk = 0; chunk < chunks[0]; chunk++) {
                    struct(2, this::chunkField);
                }
                return true;
            });
            demand(chunks[0] >= 0, "row group " + i + " has no columns");
        }
    }

    private boolean chunkField(int id, int type) {
        if (id == 8 || id == 9) {
            throw RawFileException.ofFile(key, "it has encrypted columns.", DECRYPT, null);
        }

        return false;
    }

    private int listOfStructs() {
        int header = next();
        int count = count(header >>> 4 & 0xF);
        demand((header & 0xF) == STRUCT || count == 0, "a list holds something else than it should");
        return count;
    }

    private void struct(int nesting, Fields fields) {
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
            case STRUCT -> struct(nesting + 1, (id, any) -> false);
            default -> throw malformed("it has a value of the unknown type " + type);
        }
    }

    /** Elements of a list, each of which needs a byte at least. */
    private int count(int inHeader) {
        long count = inHeader == SHORT_LIST ? varint() : inHeader;
        demand(count >= 0 && count <= bytes.length - at, "a list claims " + count + " elements");
        return (int) count;
    }

    private void pass(long count) {
        demand(count >= 0 && count <= bytes.length - at, "a value claims " + count + " bytes");
        at += (int) count;
    }

    private int next() {
        demand(at < bytes.length, "it ends within a value");
        return bytes[at++];
    }

    private long zigzag() {
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

        throw malformed("a number has more than 64 bits");
    }

    private void demand(boolean given, String otherwise) {
        if (!given) {
            throw malformed(otherwise);
        }
    }

    private RawFileException malformed(String why) {
        return RawFileException.ofPlace(key, offset + at, "its footer cannot be decoded: " + why + ".", DAMAGED, null);
    }

    private RawFileException refused(String why) {
        return RawFileException.ofPlace(key, offset + at, why, RAISE, null);
    }
}
