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
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.PageCodecs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
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
    private @Nullable ColumnFileWriter dataFile;
    private @Nullable ColumnFileWriter stateFile;
    private @Nullable ColumnFileWriter goneFile;
    private byte[][] placeTexts = new byte[16][];

    private final ColumnThreads threads;
    private final int mostSteps;
    private Batch noted = new Batch();
    private Batch written = new Batch();
    private ColumnThreads.@Nullable Work work;
    private long rows;

    /** Rows that were noted: stretches of a stored row group, changes, and objects. */
    private static final class Batch {
        final int[] from = new int[MOST_STEPS];
        final int[] to = new int[MOST_STEPS];
        final @Nullable Object[] refs = new @Nullable Object[MOST_STEPS];
        int steps;
        boolean holdsPages;
        byte[][] places = {};

        @Nullable
        StoredFile data;

        @Nullable
        StoredFile state;

        void clear() {
            Arrays.fill(refs, 0, steps, null);
            steps = 0;
            holdsPages = false;
            data = null;
            state = null;
        }

        long rows() {
            long sum = 0;
            for (int i = 0; i < steps; i++) {
                sum += refs[i] == null ? to[i] - from[i] : 1;
            }
            return sum;
        }
    }

    /** Where the files of a commit go. */
    record Names(String data, String state) {
        /** Of a partition; an empty folder is none. */
        Names in(String folder) {
            return folder.isEmpty() ? this : new Names(data + folder + "/", state + folder + "/");
        }

        String part(int bucket, int number) {
            return data + "part-" + digits(bucket, 5) + "-" + digits(number, 3) + ".parquet";
        }

        String state(int bucket, int number) {
            return state + "state-" + digits(bucket, 5) + "-" + digits(number, 3) + ".parquet";
        }

        String gone(int bucket) {
            return state + "gone-" + digits(bucket, 5) + ".parquet";
        }

        /** At least so many. */
        private static String digits(int number, int count) {
            String digits = Integer.toString(number);
            return "0".repeat(Math.max(0, count - digits.length())) + digits;
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
            ColumnThreads threads,
            TableSchema schema,
            int bucket,
            Places places,
            @Nullable ChangePosition floor,
            IntFunction<FormMap> forms) {
        this.store = store;
        this.names = names;
        this.sizes = sizes;
        this.codecs = codecs;
        this.threads = threads;
        this.columns = ParquetSnapshotWriter.dataColumns(schema);
        this.bucket = bucket;
        this.places = places;
        this.floor = floor;
        this.forms = forms;
        // Rows of a file that small are some bytes each.
        this.mostSteps = (int) Math.max(1, Math.min(MOST_STEPS, sizes.file() / 64));
    }

    private void step(int first, int second, @Nullable Object ref) {
        if (noted.steps == mostSteps) {
            begin();
        }
        int at = noted.steps++;
        noted.from[at] = first;
        noted.to[at] = second;
        noted.refs[at] = ref;
    }

    /** Rows of the row group that both files have loaded; it must stay loaded until {@link #flush}. */
    void keep(StoredFile storedData, StoredFile storedState, int first, int end) {
        if (first < end) {
            step(first, end, null);
            noted.data = storedData;
            noted.state = storedState;
            noted.holdsPages |= end - first >= ColumnInMaking.PAGE_ROWS;
            rows += end - first;
        }
    }

    /** A row as a change left it, all of whose cells are given. */
    @Override
    public void put(byte[] change, int head) {
        placeText(ByteSink.intAt(change, head + ChangeSpool.PLACE));
        step(head, 0, change);
        rows++;
    }

    void put(LiveRow row) {
        int place = places.id(row.position());
        placeText(place);
        step(place, 0, row);
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
        boolean large = storedData.isLarge(group, LEAST_GROUP_ROWS, sizes.group() / 2);
        if (open != null && open.groupRows() > 0 && !(isLarge(open) && large)) {
            return false;
        }
        endFullFile();
        openFiles();
        ColumnFileWriter toData = requireNonNull(dataFile);
        ColumnFileWriter toState = requireNonNull(stateFile);
        endGroup(toData, toState);
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

    private boolean isLarge(ColumnFileWriter open) {
        return open.groupRows() >= LEAST_GROUP_ROWS || open.groupBytes() >= sizes.group() / 2;
    }

    /** Nothing of this is wanted any more: waits for what helpers have begun, whatever came of it. */
    void abandon() {
        ColumnThreads.Work begun = work;
        if (begun != null) {
            begun.stop();
            work = null;
        }
    }

    /** Writes what was noted. */
    void flush() {
        begin();
        finishBegun();
    }

    /** What comes next is of another stored row group. One that is large enough ends where the stored one did, so that the next can be copied. */
    void endsStoredGroup() {
        flush();
        ColumnFileWriter toData = dataFile;
        if (toData != null && isLarge(toData)) {
            endGroup(toData, requireNonNull(stateFile));
        }
    }

    /** Begins to write what was noted; what was noted before is written then. */
    private void begin() {
        finishBegun();
        if (noted.steps == 0) {
            return;
        }
        endFullFile();
        openFiles();
        ColumnFileWriter toData = requireNonNull(dataFile);
        ColumnFileWriter toState = requireNonNull(stateFile);
        Batch batch = noted;
        noted = written;
        written = batch;
        batch.places = placeTexts;
        work = threads.begin(columns.size() + StateColumns.LIVE.size(), (column, ofThread) -> {
            boolean ofData = column < columns.size();
            int place = ofData ? column : column - columns.size();
            StoredFile stored = ofData ? batch.data : batch.state;
            try {
                ColumnInMaking target = ofData ? toData.column(place) : toState.column(place);
                target.use(ofThread);
                StoredColumn source = stored == null ? null : stored.column(place);
                if (source != null) {
                    source.use(ofThread);
                    target.seed(source, batch.holdsPages);
                }
                if (ofData) {
                    writeColumn(batch, place, source, target);
                } else {
                    writeState(batch, place, source, target);
                }
            } catch (DamagedPageException e) {
                String key = stored == null ? toData.key() : stored.file().key();
                throw CuratedTableException.unreadable(key, String.valueOf(e.getMessage()) + ".", e);
            }
        });
        if (!threads.any()) {
            finishBegun();
        }
    }

    private void finishBegun() {
        ColumnThreads.Work begun = work;
        if (begun == null) {
            return;
        }
        begun.finish();
        work = null;
        ColumnFileWriter toData = requireNonNull(dataFile);
        ColumnFileWriter toState = requireNonNull(stateFile);
        long more = written.rows();
        boolean ofStored = written.data != null;
        written.clear();
        toData.took(more);
        toState.took(more);
        // A stored row group that has grown stays one.
        long most = ofStored ? sizes.group() + sizes.group() / 4 : sizes.group();
        if (toData.groupBytes() >= most || toData.groupRows() >= GROUP_ROWS) {
            endGroup(toData, toState);
        }
    }

    private void endGroup(ColumnFileWriter toData, ColumnFileWriter toState) {
        int ofData = columns.size();
        if (toData.groupRows() > 0) {
            threads.begin(ofData + StateColumns.LIVE.size(), (column, ofThread) -> {
                        ColumnInMaking target =
                                column < ofData ? toData.column(column) : toState.column(column - ofData);
                        target.use(ofThread);
                        target.endChunk();
                    })
                    .finish();
        }
        toData.endGroup();
        toState.endGroup();
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
        endGroup(full, fullState);
        data.add(full.commit());
        state.add(fullState.commit());
        dataFile = null;
        stateFile = null;
    }

    private void writeColumn(Batch batch, int place, @Nullable StoredColumn stored, ColumnInMaking target) {
        var consumer = new ColumnConsumer(target);
        Column column = columns.get(place);
        FormMap form = null;
        int formId = -1;
        for (int i = 0; i < batch.steps; i++) {
            Object ref = batch.refs[i];
            if (ref == null) {
                requireNonNull(stored).copy(batch.from[i], batch.to[i], target);
            } else if (ref instanceof byte[] change) {
                int id = ByteSink.intAt(change, batch.from[i] + ChangeSpool.FORM);
                if (form == null || id != formId) {
                    form = forms.apply(id);
                    formId = id;
                }
                int start = batch.from[i] + ChangeSpool.IMAGE;
                int at = form.cell(change, start, place);
                if (at < 0) {
                    target.putNull();
                } else if (!form.put(change, at, place, target)) {
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

    private void writeState(Batch batch, int place, @Nullable StoredColumn stored, ColumnInMaking target) {
        for (int i = 0; i < batch.steps; i++) {
            Object ref = batch.refs[i];
            int head = batch.from[i];
            if (ref == null) {
                requireNonNull(stored).copy(head, batch.to[i], target);
            } else if (ref instanceof byte[] change) {
                switch (place) {
                    case StateColumns.PLACE ->
                        putBytes(batch.places[ByteSink.intAt(change, head + ChangeSpool.PLACE)], target);
                    case StateColumns.TIME -> target.putLong(ByteSink.longAt(change, head + ChangeSpool.TIME));
                    case StateColumns.COUNTER -> target.putLong(ByteSink.longAt(change, head + ChangeSpool.COUNTER));
                    case StateColumns.ROW -> target.putLong(ByteSink.longAt(change, head + ChangeSpool.ROW));
                    default -> target.putNull();
                }
            } else {
                writeState(place, (LiveRow) ref, batch.places[head], target);
            }
        }
    }

    private static void writeState(int place, LiveRow row, byte[] placeText, ColumnInMaking target) {
        ChangePosition position = row.position();
        switch (place) {
            case StateColumns.PLACE -> putBytes(placeText, target);
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

    /** What threads that write columns find in {@link Batch#places}, too: entries are added, and never changed. */
    private byte[] placeText(int id) {
        if (id >= placeTexts.length) {
            placeTexts = Arrays.copyOf(placeTexts, Math.max(id + 1, 2 * placeTexts.length));
        }
        byte[] text = placeTexts[id];
        if (text == null) {
            text = places.text(id).getBytes(StandardCharsets.UTF_8);
            placeTexts[id] = text;
        }
        return text;
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
        putBytes(placeText(place), open.column(StateColumns.PLACE));
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
        if (work != null) {
            work.stop();
            work = null;
        }
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
