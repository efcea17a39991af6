package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.LiveRow;
import io.convergence.merge.StoredRow;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PageCodecs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one bucket: rows in key order, each from the stored files, from a change, or as an object. What is to be written is
 * noted for some thousand rows and then done column by column. Not thread-safe.
 */
final class BucketWriter implements RowTarget, AutoCloseable {
    private static final int MOST_STEPS = 8 << 10;
    private static final long GROUP_ROWS = 1_000_000;
    /** A row group of fewer rows is not ended to copy the next as it is: small ones are read slower. */
    private static final long LEAST_GROUP_ROWS = 100_000;

    private final ObjectStore store;
    private final Names names;
    private final Sizes sizes;
    private final PageCodecs codecs;
    private final List<Column> columns;
    private final int bucket;
    private final Places places;
    private final @Nullable ChangePosition floor;
    private final IntFunction<FormMap> forms;
    private final List<LedgerFile> data = new ArrayList<>();
    private final List<LedgerFile> state = new ArrayList<>();
    private final List<LedgerFile> gone = new ArrayList<>();
    private final BitSet nulls = new BitSet();
    private final ByteSink scratch = new ByteSink(64);
    private @Nullable ColumnFileWriter dataFile;
    private @Nullable ColumnFileWriter stateFile;
    private @Nullable ColumnFileWriter goneFile;
    private byte[][] placeTexts = new byte[16][];

    private final int mostSteps;
    private final int[] from = new int[MOST_STEPS];
    private final int[] to = new int[MOST_STEPS];
    private final @Nullable Object[] refs = new @Nullable Object[MOST_STEPS];
    private int steps;
    private long rows;
    private @Nullable StoredFile keptData;
    private @Nullable StoredFile keptState;

    /** Where the files of a commit go. */
    record Names(String data, String state) {
        /** Of a partition; an empty folder is none. */
        Names in(String folder) {
            return folder.isEmpty() ? this : new Names(data + folder + "/", state + folder + "/");
        }

        String part(int bucket, int number) {
            return data + String.format(Locale.ROOT, "part-%05d-%03d.parquet", bucket, number);
        }

        String state(int bucket, int number) {
            return state + String.format(Locale.ROOT, "state-%05d-%03d.parquet", bucket, number);
        }

        String gone(int bucket) {
            return state + String.format(Locale.ROOT, "gone-%05d.parquet", bucket);
        }
    }

    /**
     * When files and row groups end.
     *
     * @param file bytes after which a data file ends
     * @param group stored bytes after which a row group ends
     */
    record Sizes(long file, long group) {}

    /**
     * @param floor tombstones below it are given up (rule S12)
     * @param forms by the id of a change's form
     */
    BucketWriter(
            ObjectStore store,
            Names names,
            Sizes sizes,
            PageCodecs codecs,
            TableSchema schema,
            int bucket,
            Places places,
            @Nullable ChangePosition floor,
            IntFunction<FormMap> forms) {
        this.store = store;
        this.names = names;
        this.sizes = sizes;
        this.codecs = codecs;
        this.columns = ParquetSnapshotWriter.dataColumns(schema);
        this.bucket = bucket;
        this.places = places;
        this.floor = floor;
        this.forms = forms;
        // Rows of a file that small are some bytes each.
        this.mostSteps = (int) Math.max(1, Math.min(MOST_STEPS, sizes.file() / 64));
    }

    private void step(int first, int second, @Nullable Object ref) {
        if (steps == mostSteps) {
            flush();
        }
        from[steps] = first;
        to[steps] = second;
        refs[steps++] = ref;
    }

    /** Rows of the row group that both files have loaded; it must stay loaded until {@link #flush}. */
    void keep(StoredFile storedData, StoredFile storedState, int first, int end) {
        if (first < end) {
            keptData = storedData;
            keptState = storedState;
            step(first, end, null);
            rows += end - first;
        }
    }

    @Override
    public void put(byte[] change, int head) {
        step(head, 0, change);
        rows++;
    }

    void put(LiveRow row) {
        step(0, 0, row);
        rows++;
    }

    @Override
    public void put(StoredRow row) {
        if (row instanceof LiveRow live) {
            put(live);
        } else {
            ChangePosition at = row.position();
            gone(
                    KeyBytes.of(row.key()),
                    places.id(at),
                    Places.time(at),
                    Places.counter(at),
                    Places.row(at),
                    row.keyChangedAt().map(ChangePosition::encode).orElse(null));
        }
    }

    /**
     * A whole row group that nothing changes.
     *
     * @return false if it must be kept row by row
     */
    boolean copyGroup(StoredFile storedData, StoredFile storedState, int group) {
        flush();
        ColumnFileWriter open = dataFile;
        if (open != null && open.groupRows() > 0 && open.groupRows() < LEAST_GROUP_ROWS) {
            return false;
        }
        if (storedData.rows(group) < LEAST_GROUP_ROWS && open != null && open.groupRows() > 0) {
            return false;
        }
        endFullFile();
        openFiles();
        ColumnFileWriter toData = requireNonNull(dataFile);
        ColumnFileWriter toState = requireNonNull(stateFile);
        toData.endGroup();
        toState.endGroup();
        toData.copyGroup(storedData, group);
        toState.copyGroup(storedState, group);
        rows += storedData.rows(group);
        return true;
    }

    private void openFiles() {
        if (dataFile == null) {
            dataFile = ColumnFileWriter.open(store, names.part(bucket, data.size()), columns, codecs);
            stateFile = ColumnFileWriter.open(store, names.state(bucket, data.size()), StateColumns.LIVE, codecs);
        }
    }

    /** Writes what was noted. */
    void flush() {
        if (steps == 0) {
            return;
        }
        endFullFile();
        openFiles();
        ColumnFileWriter toData = requireNonNull(dataFile);
        ColumnFileWriter toState = requireNonNull(stateFile);
        for (int i = 0; i < columns.size(); i++) {
            writeColumn(i, toData.column(i));
        }
        for (int i = 0; i < StateColumns.LIVE.size(); i++) {
            writeState(i, toState.column(i));
        }
        long more = 0;
        for (int i = 0; i < steps; i++) {
            more += refs[i] == null ? to[i] - from[i] : 1;
        }
        Arrays.fill(refs, 0, steps, null);
        steps = 0;
        toData.took(more);
        toState.took(more);
        if (toData.groupBytes() >= sizes.group() || toData.groupRows() >= GROUP_ROWS) {
            toData.endGroup();
            toState.endGroup();
        }
    }

    private void endFullFile() {
        if (dataFile != null && dataFile.bytes() >= sizes.file()) {
            commitFiles();
        }
    }

    private void commitFiles() {
        ColumnFileWriter full = dataFile;
        ColumnFileWriter fullState = stateFile;
        if (full == null || fullState == null) {
            return;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (full.column(i).nulls() > 0) {
                nulls.set(i);
            }
        }
        data.add(full.commit());
        state.add(fullState.commit());
        dataFile = null;
        stateFile = null;
    }

    private void writeColumn(int place, ColumnInMaking target) {
        var consumer = new ColumnConsumer(target);
        Column column = columns.get(place);
        StoredColumn stored = keptData == null ? null : keptData.column(place);
        for (int i = 0; i < steps; i++) {
            Object ref = refs[i];
            if (ref == null) {
                requireNonNull(stored).copy(from[i], to[i], target);
            } else if (ref instanceof byte[] change) {
                FormMap form = forms.apply(ByteSink.intAt(change, from[i] + ChangeSpool.FORM));
                int start = from[i] + ChangeSpool.IMAGE;
                if (form.isNull(change, start, place)) {
                    target.putNull();
                } else if (!form.put(change, start, place, target, scratch)) {
                    putObject(consumer, column, form.object(change, start, place));
                }
            } else {
                Object value = ((LiveRow) ref).cells().published(place);
                if (value == null) {
                    target.putNull();
                } else {
                    putObject(consumer, column, value);
                }
            }
        }
    }

    private void putObject(ColumnConsumer to, Column column, Object value) {
        try {
            ParquetCells.write(to, column, value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw CuratedTableException.unwritable(
                    names.part(bucket, data.size()),
                    "column '" + column.name() + "' of type " + column.type()
                            + " has a value that Parquet readers would not read back: " + e.getMessage() + ".",
                    fix(column),
                    e);
        }
    }

    static String fix(Column column) {
        return column.type().kind() == DataType.Kind.DATETIME
                ? "No published type holds it: let the source store microseconds, or remove the column in the table"
                        + " mappings, and reload the table."
                : "Declare the column in the source schema with a type that holds it.";
    }

    private void writeState(int place, ColumnInMaking target) {
        StoredColumn stored = keptState == null ? null : keptState.column(place);
        for (int i = 0; i < steps; i++) {
            Object ref = refs[i];
            if (ref == null) {
                requireNonNull(stored).copy(from[i], to[i], target);
            } else if (ref instanceof byte[] change) {
                switch (place) {
                    case StateColumns.PLACE -> putPlace(ByteSink.intAt(change, from[i] + ChangeSpool.PLACE), target);
                    case StateColumns.TIME -> target.putLong(ByteSink.longAt(change, from[i] + ChangeSpool.TIME));
                    case StateColumns.COUNTER -> target.putLong(ByteSink.longAt(change, from[i] + ChangeSpool.COUNTER));
                    case StateColumns.ROW -> target.putLong(ByteSink.longAt(change, from[i] + ChangeSpool.ROW));
                    default -> target.putNull();
                }
            } else {
                writeState(place, (LiveRow) ref, target);
            }
        }
    }

    private void writeState(int place, LiveRow row, ColumnInMaking target) {
        ChangePosition position = row.position();
        switch (place) {
            case StateColumns.PLACE -> putPlace(places.id(position), target);
            case StateColumns.TIME -> target.putLong(Places.time(position));
            case StateColumns.COUNTER -> target.putLong(Places.counter(position));
            case StateColumns.ROW -> target.putLong(Places.row(position));
            case StateColumns.KEY_CHANGED ->
                putText(row.keyChangedAt().map(ChangePosition::encode).orElse(null), target);
            case StateColumns.PLACED_OVER -> putText(row.overTransaction(), target);
            case StateColumns.INHERITED ->
                putBytes(StateColumns.mask(row.cells().inherited()), target);
            default -> putBytes(StateColumns.mask(row.cells().unknown()), target);
        }
    }

    private void putPlace(int id, ColumnInMaking target) {
        if (id >= placeTexts.length) {
            placeTexts = Arrays.copyOf(placeTexts, Math.max(id + 1, 2 * placeTexts.length));
        }
        byte[] text = placeTexts[id];
        if (text == null) {
            text = places.text(id).getBytes(StandardCharsets.UTF_8);
            placeTexts[id] = text;
        }
        target.putBytes(text, 0, text.length);
    }

    private static void putText(@Nullable String text, ColumnInMaking target) {
        putBytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8), target);
    }

    private static void putBytes(byte @Nullable [] content, ColumnInMaking target) {
        if (content == null) {
            target.putNull();
        } else {
            target.putBytes(content, 0, content.length);
        }
    }

    /** They come in key order, too. Below the floor they are left out. */
    @Override
    public void gone(byte[] key, int place, long time, long counter, long row, @Nullable String keyChanged) {
        if (floor != null && places.position(place, time, counter, row).compareTo(floor) < 0) {
            return;
        }
        ColumnFileWriter open = goneFile;
        if (open == null) {
            open = ColumnFileWriter.open(store, names.gone(bucket), StateColumns.GONE, codecs);
            goneFile = open;
        }
        putPlace(place, open.column(StateColumns.PLACE));
        open.column(StateColumns.TIME).putLong(time);
        open.column(StateColumns.COUNTER).putLong(counter);
        open.column(StateColumns.ROW).putLong(row);
        putText(keyChanged, open.column(StateColumns.KEY_CHANGED));
        open.column(StateColumns.KEY).putBytes(key, 0, key.length);
        open.took(1);
        if (open.groupRows() >= GROUP_ROWS) {
            open.endGroup();
        }
    }

    /** Rows noted or written. */
    long rows() {
        return rows;
    }

    /** Places of columns in which a row was written that has none; those of copied rows are not looked at. */
    BitSet nulls() {
        return nulls;
    }

    SnapshotLayout.Bucket finish() {
        flush();
        commitFiles();
        ColumnFileWriter tombstones = goneFile;
        if (tombstones != null) {
            gone.add(tombstones.commit());
            goneFile = null;
        }
        return new SnapshotLayout.Bucket(data, state, gone);
    }

    @Override
    public void close() {
        for (ColumnFileWriter open : new ColumnFileWriter[] {dataFile, stateFile, goneFile}) {
            if (open != null) {
                open.close();
            }
        }
        dataFile = null;
        stateFile = null;
        goneFile = null;
    }
}
