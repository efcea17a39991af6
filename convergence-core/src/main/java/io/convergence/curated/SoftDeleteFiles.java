package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.change.ChangePosition;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.DeletedRow;
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
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a table with soft delete: as {@link ParquetSnapshotWriter} has them, with the columns of {@link
 * DeletedColumns} after the table's own, live and deleted rows together in key order. Each commit writes all of them anew.
 * Immutable; thread-safe if the random generator is.
 */
public final class SoftDeleteFiles {
    private static final String LIVE = "live";
    private static final String DELETED = "deleted";
    private static final String GONE = "gone";

    private static final int KIND = 0;
    private static final int POSITION = 1;
    private static final int KEY_CHANGED = 2;
    private static final int PLACED_OVER = 3;
    private static final int ROW_POSITION = 4;
    private static final int INHERITED = 5;
    private static final int UNKNOWN = 6;
    private static final int KEY = 7;

    private final GuardedObjectStore store;
    private final String prefix;
    private final DeletedColumns names;
    private final DataSize targetSize;
    private final RandomGenerator random;

    private SoftDeleteFiles(
            ObjectStore store, String prefix, DeletedColumns names, DataSize targetSize, RandomGenerator random) {
        this.prefix = requireNonNull(prefix, "prefix").isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        this.store = GuardedObjectStore.of(store, this.prefix);
        this.names = requireNonNull(names, "names");
        this.targetSize = requireNonNull(targetSize, "targetSize");
        this.random = requireNonNull(random, "random");
    }

    /**
     * @param outputPrefix outside the folder DMS writes to (rule L4)
     * @param random makes folder names that no other writer uses; it must differ between processes
     */
    public static SoftDeleteFiles create(
            ObjectStore store, String outputPrefix, DeletedColumns names, RandomGenerator random) {
        return new SoftDeleteFiles(store, outputPrefix, names, ParquetSnapshotWriter.DEFAULT_TARGET_SIZE, random);
    }

    /** A file is closed when it has reached this size; its last row group may exceed it. */
    public SoftDeleteFiles withTargetSize(DataSize size) {
        return new SoftDeleteFiles(store, prefix, names, size, random);
    }

    /**
     * Writes the state; nothing becomes visible to readers.
     *
     * @param base the slot of the ledger the state was planned on
     * @throws CuratedTableException if a value cannot be written exactly, or a column of the table has the name of one that
     *     soft delete adds
     * @throws io.convergence.store.StoreException if the store fails; what was written stays for clean-up
     */
    public WrittenSnapshot write(SoftDeleteTable table, long base) {
        TableSchema schema = table.schema();
        String folder = ParquetSnapshotWriter.folder(schema.table()) + "gen-" + (base + 1) + "-" + newId() + "/";
        List<LedgerFile> data = write(
                number -> prefix + folder + String.format(Locale.ROOT, "part-%05d.parquet", number),
                dataColumns(schema, names),
                table.entries().stream().filter(SoftDeleteFiles::hasRow).map(SoftDeleteFiles::data));
        List<LedgerFile> state = write(
                number -> prefix + "_state/" + folder + String.format(Locale.ROOT, "state-%05d.parquet", number),
                stateColumns(schema),
                table.entries().stream()
                        .map(row -> state(row, schema.primaryKey().size())));
        return new WrittenSnapshot(base, schema, data, state)
                .with(TableStyle.NOTE, TableStyle.softDelete(names).note().orElseThrow());
    }

    private List<LedgerFile> write(IntFunction<String> keys, List<Column> columns, Stream<@Nullable Object[]> rows) {
        List<LedgerFile> files = new ArrayList<>();
        var iterator = rows.iterator();
        while (iterator.hasNext()) {
            try (var file = RecordFileWriter.open(store, keys.apply(files.size()), columns)) {
                do {
                    file.write(iterator.next());
                } while (iterator.hasNext() && file.size() < targetSize.bytes());
                files.add(file.commit());
            }
        }
        return files;
    }

    static List<Column> dataColumns(TableSchema schema, DeletedColumns names) {
        return names.after(ParquetSnapshotWriter.dataColumns(schema), schema);
    }

    private static boolean hasRow(StoredRow row) {
        return row instanceof LiveRow || ((Tombstone) row).deleted() != null;
    }

    private static @Nullable Object[] data(StoredRow row) {
        boolean live = row instanceof LiveRow;
        RowCells cells = row instanceof LiveRow alive
                ? alive.cells()
                : ((Tombstone) row).deletedRow().orElseThrow().cells();
        int own = cells.layout().size();
        var values = new @Nullable Object[own + 2];
        for (int i = 0; i < own; i++) {
            values[i] = cells.published(i);
        }
        values[own] = !live;
        values[own + 1] = row instanceof Tombstone tombstone
                ? tombstone
                        .deletedRow()
                        .flatMap(DeletedRow::deletedAt)
                        .map(time -> LocalDateTime.ofInstant(time, ZoneOffset.UTC))
                        .orElse(null)
                : null;
        return values;
    }

    static List<Column> stateColumns(TableSchema schema) {
        DataType text = DataType.of(DataType.Kind.STRING);
        DataType bits = DataType.of(DataType.Kind.BYTES);
        List<Column> columns = new ArrayList<>(List.of(
                Column.required("kind", text),
                Column.required("position", text),
                Column.nullable("key_changed", text),
                Column.nullable("placed_over", text),
                Column.nullable("row_position", text),
                Column.nullable("inherited", bits),
                Column.nullable("unknown", bits)));
        for (int i = 0; i < schema.primaryKey().size(); i++) {
            String name = schema.primaryKey().get(i);
            columns.add(Column.nullable(
                    "key_" + i, canonicalType(schema.column(name).orElseThrow().type())));
        }
        return columns;
    }

    /** Keys keep the canonical form of their values, so types only say enough to read them back. */
    private static DataType canonicalType(DataType type) {
        boolean number =
                type.kind().integer() || type.kind() == DataType.Kind.UINT8 || type.kind() == DataType.Kind.NUMERIC;
        if (number) {
            return DataType.of(DataType.Kind.STRING);
        }
        boolean real = type.kind() == DataType.Kind.REAL4 || type.kind() == DataType.Kind.REAL8;
        return real ? DataType.of(DataType.Kind.REAL8) : type;
    }

    /** Rows that stand in the data files have their key there. */
    private static @Nullable Object[] state(StoredRow row, int keys) {
        var values = new @Nullable Object[KEY + keys];
        values[POSITION] = row.position().encode();
        values[KEY_CHANGED] = row.keyChangedAt().map(ChangePosition::encode).orElse(null);
        if (row instanceof LiveRow live) {
            values[KIND] = LIVE;
            values[PLACED_OVER] = live.overTransaction();
            values[INHERITED] = mask(live.cells().inherited());
            values[UNKNOWN] = mask(live.cells().unknown());
            return values;
        }
        DeletedRow deleted = ((Tombstone) row).deleted();
        if (deleted != null) {
            values[KIND] = DELETED;
            values[ROW_POSITION] = deleted.position().encode();
            values[INHERITED] = mask(deleted.cells().inherited());
            values[UNKNOWN] = mask(deleted.cells().unknown());
            return values;
        }
        values[KIND] = GONE;
        for (int i = 0; i < keys; i++) {
            Object value = row.key().values().get(i);
            values[KEY + i] = value instanceof Number number && !(number instanceof Double) ? number.toString() : value;
        }
        return values;
    }

    private static @Nullable Bytes mask(BitSet bits) {
        return bits.isEmpty() ? null : Bytes.of(bits.toByteArray());
    }

    private static BitSet bits(@Nullable Object mask) {
        return mask instanceof Bytes bytes ? BitSet.valueOf(bytes.toArray()) : new BitSet(0);
    }

    /** Reads data and state of a commit side by side. */
    static void read(ObjectStore store, LedgerEntry.Merge published, Consumer<StoredRow> rows) {
        TableSchema schema = published.schema();
        DeletedColumns names = TableStyle.of(published).deletedColumns();
        RowLayout layout = RowLayout.of(schema.columns());
        try (var data = new RowFileCursor(store, published.data(), dataColumns(schema, names));
                var state = new RowFileCursor(store, published.state(), stateColumns(schema))) {
            for (@Nullable Object[] entry = state.next(); entry != null; entry = state.next()) {
                rows.accept(row(entry, data, state, layout, schema));
            }
            if (data.next() != null) {
                throw CuratedTableException.unreadable(data.place(), "it has a row the state files do not know.", null);
            }
        }
    }

    private static StoredRow row(
            @Nullable Object[] entry, RowFileCursor data, RowFileCursor state, RowLayout layout, TableSchema schema) {
        ChangePosition position = position(entry[POSITION]);
        ChangePosition keyChanged = entry[KEY_CHANGED] == null ? null : position(entry[KEY_CHANGED]);
        if (GONE.equals(entry[KIND])) {
            return new Tombstone(goneKey(entry, schema), position, keyChanged);
        }
        @Nullable Object[] values = data.next();
        if (values == null) {
            throw CuratedTableException.unreadable(state.place(), "it has a row that the data files lack.", null);
        }
        boolean deleted = DELETED.equals(entry[KIND]);
        if (!Boolean.valueOf(deleted).equals(values[layout.size()])) {
            throw CuratedTableException.unreadable(
                    state.place(),
                    "one of its rows is " + entry[KIND] + ", which that in '" + data.place() + "' is not.",
                    null);
        }
        RowCells cells =
                RowCells.of(layout, Arrays.copyOf(values, layout.size()), bits(entry[INHERITED]), bits(entry[UNKNOWN]));
        MergeKey key = MergeKey.of(schema.primaryKey().stream()
                .map(name -> Objects.requireNonNull(values[layout.indexOf(name)]))
                .toList());
        if (!deleted) {
            return new LiveRow(key, position, keyChanged, (String) entry[PLACED_OVER], cells);
        }
        LocalDateTime time = (LocalDateTime) values[layout.size() + 1];
        Instant deletedAt = time == null ? null : time.toInstant(ZoneOffset.UTC);
        return new Tombstone(
                key, position, keyChanged, new DeletedRow(cells, position(entry[ROW_POSITION]), deletedAt));
    }

    private static ChangePosition position(@Nullable Object text) {
        return ChangePosition.parse((String) Objects.requireNonNull(text));
    }

    private static MergeKey goneKey(@Nullable Object[] entry, TableSchema schema) {
        List<Object> key = new ArrayList<>();
        for (int i = 0; i < schema.primaryKey().size(); i++) {
            Object value = Objects.requireNonNull(entry[KEY + i]);
            DataType type =
                    schema.column(schema.primaryKey().get(i)).orElseThrow().type();
            key.add(value instanceof String number && !type.kind().text() ? new BigDecimal(number) : value);
        }
        return MergeKey.of(key);
    }

    private String newId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
