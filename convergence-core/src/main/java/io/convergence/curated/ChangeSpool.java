package io.convergence.curated;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.ColumnVector;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.change.RowOrigin;
import io.convergence.merge.CommitMark;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.UnmergeableChangeException;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.internal.pages.ByteSink;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a merge as bytes, sorted by bucket and key, in memory or in files. Takes them in the order of their files. Not
 * thread-safe.
 */
final class ChangeSpool implements AutoCloseable {
    static final int FORM = 0;
    static final int PLACE = 4;
    static final int TIME = 8;
    static final int COUNTER = 16;
    static final int ROW = 24;
    /** Of the sequence as the file has it, which a declared order moves (rule S2). */
    static final int OWN_TIME = 32;

    static final int OWN_COUNTER = 40;
    static final int SECOND = 48;
    static final int NANO = 56;
    static final int ORIGIN_FILE = 60;
    static final int ORIGIN_ROW = 64;
    static final int OPERATION = 72;
    static final int FLAGS = 73;
    static final int IMAGE_BYTES = 74;
    static final int IMAGE = 78;

    static final int HAS_BEFORE = 1;
    static final int RECORDED = 2;
    static final int KEY_CHANGED = 4;

    private static final int NO_TIME = -1;
    private static final Operation[] OPERATIONS = Operation.values();

    private SortedSpool rows;
    private final Places places = new Places();
    private final List<String> keyColumns;
    private final UnaryOperator<String> nameNow;
    private int bits;
    private final CommitMark mark;
    private final List<RowForm> forms = new ArrayList<>();
    private final Map<List<Column>, Integer> formIds = new HashMap<>();
    private final List<String> originFiles = new ArrayList<>();
    private final Map<String, Integer> originIds = new HashMap<>();
    private final LinkedKeys linked = new LinkedKeys();
    /** By raw file and place. */
    private final Map<Long, Span> spans = new LinkedHashMap<>();

    private final List<ChangeRecord[]> misplaced = new ArrayList<>();
    private final ByteSink row = new ByteSink(1 << 10);
    private final KeyBytes key = new KeyBytes();
    private final KeyBytes oldKey = new KeyBytes();
    private byte[] scratch = {};
    private @Nullable TableId table;
    private @Nullable Instant generation;
    private boolean idsMayRepeat;
    private long count;

    /** First and last sequence of a file of one run. */
    private static final class Span {
        final int place;
        final long firstTime;
        final long firstCounter;
        long lastTime;
        long lastCounter;

        @Nullable
        ChangeRecord last;

        Span(int place, long time, long counter) {
            this.place = place;
            this.firstTime = time;
            this.firstCounter = counter;
            this.lastTime = time;
            this.lastCounter = counter;
        }
    }

    /**
     * @param keyColumns by the names they are published under
     * @param nameNow the name a file's column is published under
     * @param bits of the hash that tell the bucket
     * @param mark is shown every change
     */
    ChangeSpool(
            long memory,
            SpillFolder folder,
            List<String> keyColumns,
            UnaryOperator<String> nameNow,
            int bits,
            CommitMark mark) {
        this.rows = new SortedSpool(memory, folder);
        this.keyColumns = keyColumns;
        this.nameNow = nameNow;
        this.bits = bits;
        this.mark = mark;
    }

    /** The columns of a batch, and where the key's are among them. */
    private final class Shape {
        final int form;
        final RowForm own;
        final int beforeForm;
        final RowForm before;
        final int[] keys = new int[keyColumns.size()];
        final int[] oldKeys = new int[keyColumns.size()];

        Shape(List<Column> columns, List<Column> beforeColumns) {
            form = form(columns);
            own = forms.get(form);
            beforeForm = form(beforeColumns);
            before = forms.get(beforeForm);
            for (int i = 0; i < keys.length; i++) {
                keys[i] = place(columns, keyColumns.get(i));
                oldKeys[i] = place(beforeColumns, keyColumns.get(i));
            }
        }
    }

    private int form(List<Column> columns) {
        return formIds.computeIfAbsent(columns, all -> {
            forms.add(new RowForm(List.copyOf(all)));
            return forms.size() - 1;
        });
    }

    /** A file's column that has the published name already keeps it, whatever is renamed to it. */
    private int place(List<Column> columns, String published) {
        int found = -1;
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).name();
            if (name.equals(published)) {
                return i;
            }
            if (nameNow.apply(name).equals(published)) {
                found = i;
            }
        }
        return found;
    }

    /** Those that are wanted, or whose key or key before the change is among the given ones. */
    void add(ChangeBatch batch, Predicate<ChangeRecord> belongs, Predicate<ChangeRecord> wanted, Set<ByteKey> keys) {
        if (batch.size() == 0) {
            return;
        }
        List<Column> columns = batch.columns();
        var shape = new Shape(columns, batch.beforeColumns());
        var vectors = new ColumnVector[columns.size()];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = batch.column(i);
        }
        int sequencedPlace = -1;
        for (int i = 0; i < batch.size(); i++) {
            ChangeRecord record = batch.row(i);
            if (belongs.test(record)
                    && (wanted.test(record) || (!keys.isEmpty() && touches(record, shape, vectors, i, keys)))) {
                long time = batch.sequenceTime(i);
                if (time < 0) {
                    add(record, shape, vectors, i);
                    continue;
                }
                if (sequencedPlace < 0) {
                    ChangePosition position = record.position();
                    check(record, position);
                    sequencedPlace = places.id(position);
                }
                RowOrigin origin = record.origin();
                long counter = batch.sequenceCounter(i);
                at.set(sequencedPlace, time, counter, origin.row(), time, counter);
                add(record, origin, false, shape, vectors, i);
            }
        }
    }

    /** Where the change at hand stands, by its position and by its own sequence. */
    private static final class At {
        int place;
        long time;
        long counter;
        long row;
        long ownTime;
        long ownCounter;

        void set(int place, long time, long counter, long row, long ownTime, long ownCounter) {
            this.place = place;
            this.time = time;
            this.counter = counter;
            this.row = row;
            this.ownTime = ownTime;
            this.ownCounter = ownCounter;
        }
    }

    private final At at = new At();

    private boolean touches(ChangeRecord record, Shape shape, ColumnVector[] vectors, int index, Set<ByteKey> keys) {
        key.clear();
        putKey(record, shape, vectors, index);
        if (keys.contains(new ByteKey(key.copy()))) {
            return true;
        }
        Optional<RowImage> before = record.before();
        if (before.isEmpty() || record.operation() != Operation.UPDATE) {
            return false;
        }
        putOldKey(record, shape, before.get());
        return keys.contains(new ByteKey(oldKey.copy()));
    }

    void add(ChangeRecord record) {
        Optional<RowImage> before = record.before();
        add(
                record,
                new Shape(
                        record.image().columns(), before.map(RowImage::columns).orElse(List.of())),
                null,
                0);
    }

    private void add(ChangeRecord record, Shape shape, ColumnVector @Nullable [] vectors, int index) {
        ChangePosition position = record.position();
        check(record, position);
        long time = Places.time(position);
        long counter = Places.counter(position);
        ChangeSequence own = record.sequence().orElse(null);
        boolean moved = own != null
                && !(position instanceof ChangePosition.Sequenced sequenced
                        && sequenced.sequence().equals(own));
        at.set(
                places.id(position),
                time,
                counter,
                Places.row(position),
                own != null && moved ? Places.time(own) : time,
                own != null && moved ? Places.counter(own) : counter);
        add(record, record.origin(), position instanceof ChangePosition.Load, shape, vectors, index);
    }

    /** Takes a change that stands {@link #at} a place. */
    private void add(
            ChangeRecord record,
            RowOrigin origin,
            boolean load,
            Shape shape,
            ColumnVector @Nullable [] vectors,
            int index) {
        Instant timestamp = record.timestamp().orElse(null);
        if (!load) {
            mark.see(timestamp, record);
        }
        Operation operation = record.operation();
        Optional<RowImage> before = record.before();
        key.clear();
        putKey(record, shape, vectors, index);
        int flags = (before.isPresent() ? HAS_BEFORE : 0)
                | (record.recordedOperation().isPresent() ? RECORDED : 0);
        if (before.isPresent() && operation == Operation.UPDATE && link(record, shape, before.get())) {
            flags |= KEY_CHANGED;
        }

        row.clear();
        row.putInt(0);
        row.putInt(KeyBytes.bucket(KeyBytes.hash(key.bytes(), 0, key.size()), bits));
        row.putInt(key.size());
        row.put(key.bytes(), 0, key.size());
        int file = originId(origin.key());
        follow(record, file, at.place, at.time, at.counter);
        byte[] room = row.reserve(IMAGE);
        int head = row.size();
        ByteSink.setInt(room, head + FORM, shape.form);
        ByteSink.setInt(room, head + PLACE, at.place);
        ByteSink.setLong(room, head + TIME, at.time);
        ByteSink.setLong(room, head + COUNTER, at.counter);
        ByteSink.setLong(room, head + ROW, at.row);
        ByteSink.setLong(room, head + OWN_TIME, at.ownTime);
        ByteSink.setLong(room, head + OWN_COUNTER, at.ownCounter);
        ByteSink.setLong(room, head + SECOND, timestamp == null ? 0 : timestamp.getEpochSecond());
        ByteSink.setInt(room, head + NANO, timestamp == null ? NO_TIME : timestamp.getNano());
        ByteSink.setInt(room, head + ORIGIN_FILE, file);
        ByteSink.setLong(room, head + ORIGIN_ROW, origin.row());
        room[head + OPERATION] = (byte) operation.ordinal();
        room[head + FLAGS] = (byte) flags;
        row.advance(IMAGE);
        if (vectors == null) {
            shape.own.write(record.image(), row);
        } else {
            shape.own.write(vectors, index, row);
        }
        row.setInt(head + IMAGE_BYTES, row.size() - head - IMAGE);
        if (before.isPresent()) {
            row.putInt(shape.beforeForm);
            shape.before.write(before.get(), row);
        }
        row.setInt(0, row.size());
        rows.add(row.bytes(), row.size());
        count++;
    }

    private void check(ChangeRecord record, ChangePosition position) {
        if (generation == null) {
            generation = position.generation();
            table = record.table();
        } else if (!generation.equals(position.generation())) {
            throw new IllegalArgumentException("Cannot merge generations " + generation + " and "
                    + position.generation() + " (" + record.origin()
                    + ") together: start the newer one with nothing stored.");
        } else if (!record.table().equals(table)) {
            throw new IllegalArgumentException("Cannot merge " + record.origin() + " into table " + table
                    + ": it is a change of " + record.table() + ".");
        }
    }

    private int originId(String file) {
        int last = originFiles.size() - 1;
        if (last >= 0 && originFiles.get(last).equals(file)) {
            return last;
        }
        return originIds.computeIfAbsent(file, added -> {
            originFiles.add(added);
            return originFiles.size() - 1;
        });
    }

    /** Looks whether a file's rows are in the order of their sequences, each once. */
    private void follow(ChangeRecord record, int file, int place, long time, long counter) {
        if (!places.isSequenced(place)) {
            return;
        }
        long both = (long) file << Integer.SIZE | place;
        Span span = lastSpan != null && lastPlaceInFile == both ? lastSpan : spans.get(both);
        if (span == null) {
            span = new Span(place, time, counter);
            spans.put(both, span);
        } else {
            int order = Long.compare(span.lastTime, time);
            order = order != 0 ? order : Long.compareUnsigned(span.lastCounter, counter);
            idsMayRepeat |= order >= 0;
            ChangeRecord last = span.last;
            boolean counterBack = Long.compareUnsigned(span.lastCounter, counter) > 0;
            if ((order > 0 || counterBack) && last != null) {
                misplaced.add(new ChangeRecord[] {last, record});
            }
            span.lastTime = time;
            span.lastCounter = counter;
        }
        span.last = record;
        if (lastSpan != span) {
            if (lastSpan != null) {
                lastSpan.last = null;
            }
            lastSpan = span;
            lastPlaceInFile = both;
        }
    }

    private @Nullable Span lastSpan;
    private long lastPlaceInFile = -1;

    private void putKey(ChangeRecord record, Shape shape, ColumnVector @Nullable [] vectors, int index) {
        for (int i = 0; i < shape.keys.length; i++) {
            int place = shape.keys[i];
            CellState state = place < 0
                    ? CellState.ABSENT
                    : vectors == null ? record.image().state(place) : vectors[place].state(index);
            if (state == CellState.PRESENT) {
                if (vectors == null) {
                    key.put(record.image().value(place));
                } else {
                    put(vectors[place], index);
                }
                continue;
            }
            throw UnmergeableChangeException.withoutKey(record.origin(), keyColumns.get(i), state);
        }
    }

    private void put(ColumnVector vector, int index) {
        DataType type = vector.column().type();
        switch (type.kind()) {
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> key.putLong(vector.longValue(index));
            case STRING, WSTRING, CLOB, NCLOB, BYTES, BLOB -> {
                int length = vector.byteLength(index);
                if (scratch.length < length) {
                    scratch = new byte[Math.max(length, 256)];
                }
                vector.copyBytes(index, scratch, 0);
                if (type.kind().text()) {
                    key.putText(scratch, 0, length);
                } else {
                    key.putBinary(scratch, 0, length);
                }
            }
            case DATE -> key.putDate(vector.epochDayValue(index));
            case NUMERIC -> {
                if (type.precision() > 18) {
                    key.put(vector.value(index));
                } else if (type.scale() == 0) {
                    key.putLong(vector.unscaledValue(index));
                } else {
                    key.putDecimal(BigDecimal.valueOf(vector.unscaledValue(index), type.scale()));
                }
            }
            default -> key.put(vector.value(index));
        }
    }

    /** A key column that the before-image does not have is that of the row. */
    private void putOldKey(ChangeRecord record, Shape shape, RowImage before) {
        oldKey.clear();
        for (int i = 0; i < shape.oldKeys.length; i++) {
            int place = shape.oldKeys[i];
            CellState state = place < 0 ? CellState.ABSENT : before.state(place);
            if (state == CellState.PRESENT) {
                oldKey.put(before.value(place));
            } else if (state == CellState.ABSENT) {
                oldKey.put(record.image().value(shape.keys[i]));
            } else {
                throw UnmergeableChangeException.withoutKey(record.origin(), keyColumns.get(i), state);
            }
        }
    }

    /** @return whether the key changed */
    private boolean link(ChangeRecord record, Shape shape, RowImage before) {
        putOldKey(record, shape, before);
        boolean same = oldKey.size() == key.size()
                && java.util.Arrays.equals(oldKey.bytes(), 0, oldKey.size(), key.bytes(), 0, key.size());
        if (!same) {
            linked.link(new ByteKey(key.copy()), new ByteKey(oldKey.copy()));
        }
        return !same;
    }

    /** The least position of a change that was committed at that time or later; empty if no CDC change was taken. */
    Optional<ChangePosition> firstFrom(Instant time) {
        Instant of = generation;
        return of == null ? Optional.empty() : places.firstFrom(of, time);
    }

    /** Sorted by bucket and key; each row as {@link SortedSpool} says, and after its key as the constants here say. */
    SortedSpool.Cursor open() {
        return rows.open();
    }

    /** Spreads the changes over other buckets. @param into takes them; closed with this */
    void spread(int newBits, SortedSpool into) {
        if (newBits == bits) {
            into.close();
            return;
        }
        rows.spillAll();
        try (SortedSpool.Cursor all = rows.open()) {
            while (all.next()) {
                row.clear();
                row.put(all.row(), all.at(), SortedSpool.intAt(all.row(), all.at()));
                int keyEnd = head(row.bytes(), 0);
                row.setInt(
                        SortedSpool.BUCKET,
                        KeyBytes.bucket(KeyBytes.hash(row.bytes(), SortedSpool.KEY, keyEnd), newBits));
                into.add(row.bytes(), row.size());
            }
        }
        rows.close();
        rows = into;
        bits = newBits;
    }

    long count() {
        return count;
    }

    boolean spilled() {
        return rows.spilled();
    }

    Places places() {
        return places;
    }

    LinkedKeys linked() {
        return linked;
    }

    RowForm form(int id) {
        return forms.get(id);
    }

    int forms() {
        return forms.size();
    }

    String originFile(int id) {
        return originFiles.get(id);
    }

    Optional<Instant> generation() {
        return Optional.ofNullable(generation);
    }

    CommitMark mark() {
        return mark;
    }

    /** Pairs of rows of one file whose sequences tell another order than their rows. */
    List<ChangeRecord[]> misplaced() {
        return misplaced;
    }

    /** Whether two changes may carry the same sequence of the same run. */
    boolean idsMayRepeat() {
        if (idsMayRepeat) {
            return true;
        }
        List<Span> all = new ArrayList<>(spans.values());
        all.sort((a, b) ->
                places.compare(a.place, a.firstTime, a.firstCounter, 0, b.place, b.firstTime, b.firstCounter, 0));
        for (int i = 1; i < all.size(); i++) {
            Span before = all.get(i - 1);
            Span span = all.get(i);
            int order = Long.compare(before.lastTime, span.firstTime);
            order = order != 0 ? order : Long.compareUnsigned(before.lastCounter, span.firstCounter);
            if (order >= 0) {
                return true;
            }
        }
        return false;
    }

    static @Nullable Instant timestamp(byte[] bytes, int head) {
        int nano = SortedSpool.intAt(bytes, head + NANO);
        return nano == NO_TIME ? null : Instant.ofEpochSecond(ByteSink.longAt(bytes, head + SECOND), nano);
    }

    /** See {@link CommitMark#commitOf}. */
    @Nullable
    Instant commit(byte[] bytes, int head) {
        Instant timestamp = timestamp(bytes, head);
        if (timestamp != null || !places.isSequenced(ByteSink.intAt(bytes, head + PLACE))) {
            return timestamp;
        }
        return Places.sequence(ByteSink.longAt(bytes, head + OWN_TIME), ByteSink.longAt(bytes, head + OWN_COUNTER))
                .commitTime();
    }

    /** Whether a change has a timestamp, and it is before that time. */
    static boolean isBefore(byte[] bytes, int head, Instant time) {
        int nano = SortedSpool.intAt(bytes, head + NANO);
        long second = ByteSink.longAt(bytes, head + SECOND);
        return nano != NO_TIME
                && (second < time.getEpochSecond() || (second == time.getEpochSecond() && nano < time.getNano()));
    }

    static Operation operation(byte[] bytes, int head) {
        return OPERATIONS[bytes[head + OPERATION]];
    }

    /** Where the fields after the key begin. */
    static int head(byte[] bytes, int at) {
        return at + SortedSpool.KEY + SortedSpool.intAt(bytes, at + SortedSpool.KEY_LENGTH);
    }

    /** The change a row stands for. */
    ChangeRecord record(byte[] bytes, int at) {
        if (table == null) {
            throw new IllegalStateException("No change was taken.");
        }
        return new SpooledChange(this, table, bytes, head(bytes, at));
    }

    @Override
    public void close() {
        rows.close();
    }
}
