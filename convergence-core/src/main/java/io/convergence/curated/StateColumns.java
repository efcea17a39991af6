package io.convergence.curated;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of bookkeeping: of live rows in the order of their data file, and of tombstones, which have their key besides. */
final class StateColumns {
    /** What all rows of the raw file share: load or run, and the file. */
    static final int PLACE = 0;
    /** First digits of the change sequence. */
    static final int TIME = 1;
    /** The others, as an unsigned number. */
    static final int COUNTER = 2;
    /** In the raw file. */
    static final int ROW = 3;

    static final int KEY_CHANGED = 4;
    static final int PLACED_OVER = 5;
    static final int INHERITED = 6;
    static final int UNKNOWN = 7;
    static final int KEY = 5;

    private static final DataType TEXT = DataType.of(DataType.Kind.STRING);
    private static final DataType NUMBER = DataType.of(DataType.Kind.INT8);
    private static final DataType BITS = DataType.of(DataType.Kind.BYTES);

    static final List<Column> LIVE = columns(
            Column.nullable("placed_over", TEXT), Column.nullable("inherited", BITS), Column.nullable("unknown", BITS));
    static final List<Column> GONE = columns(Column.required("key", BITS));

    private StateColumns() {}

    private static List<Column> columns(Column... more) {
        List<Column> columns = new ArrayList<>(List.of(
                Column.required("place", TEXT),
                Column.required("time", NUMBER),
                Column.required("counter", NUMBER),
                Column.required("row", NUMBER),
                Column.nullable("key_changed", TEXT)));
        columns.addAll(List.of(more));
        return List.copyOf(columns);
    }

    static byte @Nullable [] mask(BitSet bits) {
        return bits.isEmpty() ? null : bits.toByteArray();
    }

    static BitSet bits(byte @Nullable [] mask) {
        return mask == null ? new BitSet(0) : BitSet.valueOf(mask);
    }

    static @Nullable Bytes bytes(byte @Nullable [] content) {
        return content == null ? null : Bytes.of(content);
    }
}
