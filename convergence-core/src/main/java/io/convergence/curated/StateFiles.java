package io.convergence.curated;

import io.convergence.change.ChangePosition;
import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeKey;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.merge.Tombstone;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bookkeeping as versions before {@link SnapshotLayout} wrote it, read only: one row per key, live or not, in key order. The live ones
 * stand in the order of the data rows, so that both are read side by side. Masks count columns in the order of the published schema.
 */
final class StateFiles {
    private static final int DELETED = 0;
    private static final int POSITION = 1;
    private static final int KEY_CHANGED = 2;
    private static final int PLACED_OVER = 3;
    private static final int INHERITED = 4;
    private static final int UNKNOWN = 5;
    private static final int KEY = 6;

    private StateFiles() {}

    static List<Column> columns(TableSchema schema) {
        DataType text = DataType.of(DataType.Kind.STRING);
        DataType bits = DataType.of(DataType.Kind.BYTES);
        List<Column> columns = new ArrayList<>(List.of(
                Column.required("deleted", DataType.of(DataType.Kind.BOOLEAN)),
                Column.required("position", text),
                Column.nullable("key_changed", text),
                Column.nullable("placed_over", text),
                Column.nullable("inherited", bits),
                Column.nullable("unknown", bits)));
        for (int i = 0; i < schema.primaryKey().size(); i++) {
            String name = schema.primaryKey().get(i);
            columns.add(Column.required(
                    "key_" + i, canonicalType(schema.column(name).orElseThrow().type())));
        }
        return columns;
    }

    /** Keys keep the canonical form of their values, so types only say enough to read them back. */
    private static DataType canonicalType(DataType type) {
        if (type.kind().text() || type.kind().binary()) {
            return type;
        }
        boolean number =
                type.kind().integer() || type.kind() == DataType.Kind.UINT8 || type.kind() == DataType.Kind.NUMERIC;
        if (number) {
            return DataType.of(DataType.Kind.STRING);
        }
        boolean real = type.kind() == DataType.Kind.REAL4 || type.kind() == DataType.Kind.REAL8;
        return real ? DataType.of(DataType.Kind.REAL8) : type;
    }

    /** Reads data and state of a commit side by side, in key order. */
    static final class Cursor implements AutoCloseable {
        private final TableSchema schema;
        private final RowLayout layout;
        private final int[] places;
        private final RowFileCursor data;
        private final RowFileCursor state;

        Cursor(ObjectStore store, LedgerEntry.Merge published, RowLayout layout) {
            this.schema = published.schema();
            this.layout = layout;
            this.places = schema.primaryKey().stream().mapToInt(schema::indexOf).toArray();
            this.data = new RowFileCursor(store, published.data(), ParquetSnapshotWriter.dataColumns(schema));
            this.state = new RowFileCursor(store, published.state(), columns(schema));
        }

        /** The next, or null after the last. */
        @Nullable
        StoredRow next() {
            @Nullable Object[] entry = state.next();
            if (entry != null) {
                return row(entry, data, state, layout, places, schema);
            }
            if (data.next() != null) {
                throw CuratedTableException.unreadable(data.place(), "it has a row the state files do not know.", null);
            }
            return null;
        }

        @Override
        public void close() {
            try (data) {
                state.close();
            }
        }
    }

    private static StoredRow row(
            @Nullable Object[] entry,
            RowFileCursor data,
            RowFileCursor state,
            RowLayout layout,
            int[] places,
            TableSchema schema) {
        ChangePosition position = ChangePosition.parse((String) Objects.requireNonNull(entry[POSITION]));
        String keyChanged = (String) entry[KEY_CHANGED];
        ChangePosition lastKeyChange = keyChanged == null ? null : ChangePosition.parse(keyChanged);
        MergeKey key = key(entry, schema);
        if (Boolean.TRUE.equals(entry[DELETED])) {
            return new Tombstone(key, position, lastKeyChange);
        }
        @Nullable Object[] values = data.next();
        if (values == null) {
            throw CuratedTableException.unreadable(state.place(), "it has a live row that the data files lack.", null);
        }
        MergeKey found = MergeKey.of(Arrays.stream(places)
                .mapToObj(place -> Objects.requireNonNull(values[place]))
                .toList());
        if (!found.equals(key)) {
            throw CuratedTableException.unreadable(
                    state.place(),
                    "its row for key " + key + " meets the data row of key " + found + " in '" + data.place() + "'.",
                    null);
        }
        RowCells cells = RowCells.of(layout, values, bits(entry[INHERITED]), bits(entry[UNKNOWN]));
        return new LiveRow(key, position, lastKeyChange, (String) entry[PLACED_OVER], cells);
    }

    private static MergeKey key(@Nullable Object[] entry, TableSchema schema) {
        List<Object> key = new ArrayList<>();
        for (int i = 0; i < schema.primaryKey().size(); i++) {
            Object value = Objects.requireNonNull(entry[KEY + i]);
            boolean text = schema.column(schema.primaryKey().get(i))
                    .orElseThrow()
                    .type()
                    .kind()
                    .text();
            key.add(value instanceof String number && !text ? new java.math.BigDecimal(number) : value);
        }
        return MergeKey.of(key);
    }

    private static BitSet bits(@Nullable Object mask) {
        return mask instanceof Bytes bytes ? BitSet.valueOf(bytes.toArray()) : new BitSet(0);
    }
}
