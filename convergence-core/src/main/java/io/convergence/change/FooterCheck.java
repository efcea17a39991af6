package io.convergence.change;

import static io.convergence.store.internal.pages.CompactThrift.demand;

import io.convergence.store.internal.pages.CompactThrift;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Walks a footer's Thrift (compact protocol) before parquet-java makes objects of it, which takes the memory that lists and texts
 * claim to need, and goes as deep as the schema. Not thread-safe.
 */
final class FooterCheck {
    private static final String DAMAGED = "The file is damaged: restore it or reload the table.";
    private static final String RAISE = "Raise the limit (ParquetLimits) if DMS or Convergence wrote the file.";
    private static final String DECRYPT = "Write it without Parquet encryption; DMS encrypts objects on S3 instead.";

    private final String key;
    private final long offset;
    private final CompactThrift thrift;
    private final ParquetLimits limits;
    private final Deque<int[]> unfilled = new ArrayDeque<>();
    private final Set<String> names = new HashSet<>();
    private int leaves;
    private int elements = -1;
    private int groups = -1;
    private long rows = -1;

    private FooterCheck(String key, long offset, byte[] bytes, ParquetLimits limits) {
        this.key = key;
        this.offset = offset;
        this.thrift = new CompactThrift(bytes, 0, bytes.length);
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
        try {
            check.thrift.struct(0, check::fileField);
            demand(
                    check.elements >= 1 && check.rows >= 0 && check.groups >= 0,
                    "schema, row count or row groups are missing");
        } catch (CompactThrift.MalformedException e) {
            throw RawFileException.ofPlace(
                    key,
                    offset + check.thrift.position(),
                    "its footer cannot be decoded: " + e.why() + ".",
                    DAMAGED,
                    null);
        }

        return check.rows;
    }

    private boolean fileField(int id, int type) {
        switch (id) {
            case 2 -> {
                demand(type == CompactThrift.LIST && elements < 0, "its schema is no list, or not the only one");
                schema();
            }
            case 3 -> {
                demand(type == CompactThrift.I64 && rows < 0, "its row count is no number, or not the only one");
                rows = thrift.zigzag();
                demand(rows >= 0, "it claims " + rows + " rows");
            }
            case 4 -> {
                demand(type == CompactThrift.LIST && groups < 0, "its row groups are no list, or not the only one");
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
        elements = thrift.structs();
        if (elements - 1 > limits.maxColumns()) {
            throw refused("it has " + (elements - 1) + " columns, more than the limit of " + limits.maxColumns() + ".");
        }
        for (int i = 0; i < elements; i++) {
            int[] children = {0};
            String[] name = {""};
            thrift.struct(1, (id, type) -> {
                if (id == 4 && type == CompactThrift.BINARY) {
                    name[0] = thrift.text();
                    return true;
                }
                if (id != 5 || type != CompactThrift.I32) {
                    return false;
                }

                children[0] = (int) thrift.zigzag();
                return true;
            });
            if (unfilled.size() == 1) {
                name(name[0]);
            }
            demand(children[0] >= 0 && children[0] < elements, "a group of its schema has " + children[0] + " fields");
            demand(i == 0 || !unfilled.isEmpty(), "its schema has more elements than its groups have fields");
            place(children[0]);
        }
        demand(unfilled.isEmpty(), "its schema has fewer elements than its groups have fields");
    }

    /** parquet-java takes columns without a name and of one name, and then mixes them up. */
    private void name(String name) {
        if (name.isEmpty()) {
            throw RawFileException.ofFile(
                    key,
                    "its column " + (names.size() + 1) + " has no name.",
                    "Name it in the table mappings, or check that DMS or Convergence wrote this file.",
                    null);
        }
        if (!names.add(name)) {
            throw RawFileException.ofFile(
                    key, "it has two columns '" + name + "'.", "Rename one of them in the table mappings.", null);
        }
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
        groups = thrift.structs();
        if (groups > limits.maxRowGroups()) {
            throw refused("it has " + groups + " row groups, more than the limit of " + limits.maxRowGroups() + ".");
        }
        for (int i = 0; i < groups; i++) {
            int[] chunks = {-1};
            int group = i;
            thrift.struct(1, (id, type) -> {
                if (id != 1 || type != CompactThrift.LIST) {
                    return false;
                }

                demand(chunks[0] < 0, "row group " + group + " has two lists of columns");
                chunks[0] = thrift.structs();
                demand(
                        chunks[0] == leaves,
                        "row group " + group + " has " + chunks[0] + " columns, the schema has " + leaves);
                for (int chunk = 0; chunk < chunks[0]; chunk++) {
                    thrift.struct(2, this::chunkField);
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

    private RawFileException refused(String why) {
        return RawFileException.ofPlace(key, offset + thrift.position(), why, RAISE, null);
    }
}
