package io.convergence.testkit.histories;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeSequence;
import io.convergence.change.Operation;
import io.convergence.change.RowOrigin;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.testkit.dms.ScriptReplay;
import io.convergence.testkit.histories.History.Piece;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes changes of a history as DMS would write them, with the positions a reader would give them, and remembers the source at each commit. */
final class PureTeller implements Teller {
    static final Column ID = Column.required("id", DataType.of(DataType.Kind.INT8));
    static final Column A = Column.nullable("a", DataType.wstring(40));
    static final Column B = Column.nullable("b", DataType.of(DataType.Kind.INT4));
    static final Column WIDE_B = Column.nullable("b", DataType.numeric(12, 2));
    static final Column BIG = Column.nullable("big", DataType.of(DataType.Kind.NCLOB));
    static final Column ADDED = Column.nullable("added", DataType.wstring(20));
    private static final List<Column> KEY = List.of(ID);
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final DateTimeFormatter HUNDREDTHS =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** A load and what belongs to it. */
    static final class Generation {
        final Instant start;
        final List<PureChange> load = new ArrayList<>();
        final List<Piece> loadPieces = new ArrayList<>();
        /** In the order in which they happened. */
        final List<Piece> changes = new ArrayList<>();
        /** What restarts wrote again. */
        final List<Piece> replays = new ArrayList<>();
        /** The source after each commit. */
        final List<Committed> commits = new ArrayList<>();

        Instant read;
        Instant end;
        boolean overlaps;

        private Generation(Instant start) {
            this.start = start;
            this.read = start;
            this.end = start;
        }
    }

    record Committed(Instant time, SortedMap<Long, Source.Row> rows) {}

    /** A change of a generation; a load's part has several. */
    record Made(Generation generation, List<PureChange> changes, boolean replayed) {}

    private record Written(Piece piece, PureChange change, int transaction) {}

    final List<Generation> generations = new ArrayList<>();
    final Map<Piece, Made> made = new LinkedHashMap<>();
    private final boolean wholeImages;
    private final List<Written> ofRun = new ArrayList<>();
    /** Whether the added column is none of the source's any more: what it held is nobody's business. */
    boolean columnGone;

    private List<Column> columns = List.of(ID, A, B, BIG);
    private final Map<Long, Source.Row> twice = new TreeMap<>();
    private Instant now = START;
    private int behind;
    private boolean hurry;
    private boolean transacting;
    private int transaction;
    private Instant commitTime = START;
    private Instant run = START;
    private Instant file = START;
    private int fileRow;
    private boolean fileOpen;
    private boolean runNamed;
    private boolean firstOfTransaction;
    private long counter = 49;
    private int part;
    private int lastNo = -1;

    PureTeller(boolean wholeImages) {
        this.wholeImages = wholeImages;
    }

    private Generation generation() {
        return generations.get(generations.size() - 1);
    }

    @Override
    public void loadTwice(Step.LoadTwice step) {
        twice.put(step.id(), Source.Row.of(step.no() + 2_000_000, false));
    }

    @Override
    public void loadBegins(Step.Load step, boolean first) {
        closeFile();
        now = now.plusSeconds(10);
        generations.add(new Generation(now));
        ofRun.clear();
    }

    @Override
    public void loadEnds(Step.Load step, SortedMap<Long, Source.Row> rows) {
        Generation generation = generation();
        now = now.plusSeconds(2);
        generation.read = now;
        generation.overlaps = !generation.changes.isEmpty();
        int row = 0;
        for (Map.Entry<Long, Source.Row> entry : rows.entrySet()) {
            generation.load.add(loaded(generation, row, entry.getKey(), entry.getValue()));
            row++;
        }
        for (Map.Entry<Long, Source.Row> entry : twice.entrySet()) {
            generation.load.add(loaded(generation, row++, entry.getKey(), entry.getValue()));
        }
        twice.clear();
        now = now.plusSeconds(1);
        generation.end = now;
        int half = generation.load.size() / 2;
        List<List<PureChange>> parts =
                List.of(generation.load.subList(0, half), generation.load.subList(half, generation.load.size()));
        for (int i = 0; i < parts.size(); i++) {
            var piece = new Piece(step.no(), i, false);
            made.put(piece, new Made(generation, List.copyOf(parts.get(i)), false));
            generation.loadPieces.add(piece);
        }
        generation.commits.add(new Committed(generation.read, new TreeMap<>(rows)));
    }

    private PureChange loaded(Generation generation, int row, long id, Source.Row values) {
        return new PureChange(
                Operation.INSERT,
                new ChangePosition.Load(generation.start, "", 1, row),
                new RowOrigin("LOAD" + generations.size(), row),
                generation.start.plusMillis(row),
                new PureChange.Image(columns, cells(id, values, true)),
                null);
    }

    /** @param lob whether the large object is in the image */
    private @Nullable Object[] cells(long id, Source.Row row, boolean lob) {
        @Nullable Object[] cells = new @Nullable Object[columns.size()];
        cells[0] = id;
        cells[1] = row.a();
        cells[2] = columns.contains(WIDE_B) ? (Object) new BigDecimal(row.b()).setScale(2) : (Object) row.b();
        cells[3] = lob || wholeImages ? row.big() : PureChange.UNKNOWN;
        if (cells.length > 4) {
            cells[4] = row.added();
        }
        return cells;
    }

    private PureChange.Image image(long id, Source.Row row, boolean lob) {
        return new PureChange.Image(columns, cells(id, row, lob));
    }

    private static PureChange.Image key(long id) {
        return new PureChange.Image(KEY, id);
    }

    @Override
    public void insert(Step.Insert step, Source.Row row) {
        change(step.no(), Operation.INSERT, image(step.id(), row, true), null);
    }

    @Override
    public void update(Step.Update step, Source.Row row) {
        change(step.no(), Operation.UPDATE, image(step.id(), row, step.lob()), null);
    }

    @Override
    public void delete(Step.Delete step, Source.Row row) {
        change(step.no(), Operation.DELETE, wholeImages ? image(step.id(), row, true) : key(step.id()), null);
    }

    @Override
    public void move(Step.Move step, Source.Row before, Source.Row row) {
        change(
                step.no(),
                Operation.UPDATE,
                image(step.to(), row, step.lob()),
                wholeImages ? image(step.id(), before, true) : key(step.id()));
    }

    @Override
    public void swap(Step.Swap step, Source.Row ofOne, Source.Row ofOther) {
        swapped(step.no(), step.one(), ofOne, step.other(), ofOther);
    }

    private void swapped(int no, long one, Source.Row ofOne, long other, Source.Row ofOther) {
        change(no, Operation.UPDATE, image(other, ofOne, false), wholeImages ? image(one, ofOne, true) : key(one));
        change(
                no,
                Operation.UPDATE,
                image(one, ofOther, false),
                wholeImages ? image(other, ofOther, true) : key(other));
    }

    @Override
    public void twins(Step.SwapTwins step, Source.Row one, Source.Row other) {
        change(step.no(), Operation.UPDATE, image(step.one(), one, true), null);
        change(step.no(), Operation.UPDATE, image(step.other(), other, true), null);
        var rows = new TreeMap<>(
                generation().commits.isEmpty()
                        ? new TreeMap<Long, Source.Row>()
                        : generation()
                                .commits
                                .get(generation().commits.size() - 1)
                                .rows());
        rows.put(step.one(), one);
        rows.put(step.other(), other);
        commit(step.no(), rows);
        swapped(step.no(), step.one(), one, step.other(), other);
    }

    @Override
    public void forge(Step.Forge step) {
        Written last = ofRun.isEmpty() ? null : ofRun.get(ofRun.size() - 1);
        if (last == null) {
            return;
        }

        PureChange change = last.change();
        @Nullable Object[] cells = change.image().values();
        Object id = requireNonNull(cells[0]);
        var image = new PureChange.Image(columns, cells((Long) id, Source.Row.of(step.no() + 3_000_000, false), true));
        add(new Piece(step.no(), 0, false), change.with(image).as(Operation.UPDATE));
    }

    private void begin() {
        if (transacting) {
            return;
        }

        transacting = true;
        transaction++;
        now = hurry ? now.plusMillis(1) : now.plusSeconds(1).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        hurry = false;
        commitTime = now.minusSeconds(behind);
        firstOfTransaction = true;
    }

    private void change(int no, Operation operation, PureChange.Image image, PureChange.@Nullable Image before) {
        begin();
        part = no == lastNo ? part + 1 : 0;
        lastNo = no;
        var piece = new Piece(no, part, false);
        PureChange change = new PureChange(operation, next(commitTime), origin(), commitTime, image, before);
        add(piece, change);
        ofRun.add(new Written(piece, change, transaction));
    }

    private void add(Piece piece, PureChange change) {
        made.put(piece, new Made(generation(), List.of(change), false));
        generation().changes.add(piece);
    }

    private ChangePosition.Sequenced next(Instant time) {
        if (!fileOpen) {
            fileOpen = true;
            Instant name = now.plusMillis(100);
            file = name.isAfter(file) ? name : file.plusMillis(1);
            fileRow = 0;
        }
        if (!runNamed) {
            runNamed = true;
            run = file;
        }
        counter += firstOfTransaction ? 12 : 4;
        firstOfTransaction = false;
        var sequence = new ChangeSequence(HUNDREDTHS.format(time) + String.format(Locale.ROOT, "%019d", counter));
        return new ChangePosition.Sequenced(generation().start, sequence, run, file, fileRow++);
    }

    private RowOrigin origin() {
        return new RowOrigin("cdc-" + file, fileRow);
    }

    private void closeFile() {
        fileOpen = false;
    }

    @Override
    public void commit(int no, SortedMap<Long, Source.Row> rows) {
        transacting = false;
        generation().commits.add(new Committed(commitTime, new TreeMap<>(rows)));
    }

    @Override
    public void flush(int no) {
        closeFile();
    }

    @Override
    public void hurry() {
        // More than nine transactions do not fit into a hundredth of a second.
        hurry = now.getNano() < 9_000_000;
    }

    @Override
    public void newRun(int no) {
        closeFile();
        restartCounter();
        ofRun.clear();
    }

    private void restartCounter() {
        counter = 49;
        runNamed = false;
    }

    @Override
    public void replay(Step.Replay step) {
        closeFile();
        int from = Math.max(0, ofRun.size() - step.changes());
        if (step.form() == ScriptReplay.SAME_SEQUENCE || from == ofRun.size()) {
            // The same change twice in one run: what a delivery does at any time.
            return;
        }

        restartCounter();
        now = now.plusSeconds(1);
        List<Written> again = List.copyOf(ofRun.subList(from, ofRun.size()));
        ofRun.clear();
        int last = -1;
        for (Written written : again) {
            firstOfTransaction |= written.transaction() != last;
            last = written.transaction();
            var piece = new Piece(step.no(), ofRun.size(), false);
            PureChange change = new PureChange(
                    written.change().operation(),
                    next(written.change().time()),
                    origin(),
                    written.change().time(),
                    written.change().image(),
                    written.change().old());
            made.put(piece, new Made(generation(), List.of(change), true));
            generation().replays.add(piece);
            ofRun.add(new Written(piece, change, written.transaction()));
        }
    }

    /** Pieces of files that have what was written again, and did not come whole: files come whole, or not at all. */
    Set<Piece> halfThere(Generation generation, Set<Piece> arrived) {
        Map<Instant, List<Piece>> files = new TreeMap<>();
        generation.replays.forEach(piece -> files.put(file(piece), new ArrayList<>()));
        if (files.isEmpty()) {
            return Set.of();
        }
        made.forEach((piece, made) -> {
            if (made.generation() == generation && !generation.loadPieces.contains(piece)) {
                List<Piece> together = files.get(file(piece));
                if (together != null) {
                    together.add(piece);
                }
            }
        });
        Set<Piece> half = new HashSet<>();
        files.values().stream().filter(pieces -> !arrived.containsAll(pieces)).forEach(half::addAll);
        return half;
    }

    private Instant file(Piece piece) {
        return requireNonNull(made.get(piece)).changes().get(0).file();
    }

    /**
     * Whether a generation ends with a file that goes on with the transaction its run began with, behind a restart, and repeats rows of it
     * but not its last ones: nothing tells that from a replay (rule S3).
     */
    boolean isHeld(Generation generation) {
        List<List<PureChange>> files = new ArrayList<>();
        made.forEach((piece, made) -> {
            if (made.generation() == generation && !generation.loadPieces.contains(piece)) {
                PureChange change = made.changes().get(0);
                List<PureChange> last = files.isEmpty() ? List.of() : files.get(files.size() - 1);
                if (last.isEmpty() || !last.get(0).file().equals(change.file())) {
                    files.add(new ArrayList<>());
                }
                files.get(files.size() - 1).add(change);
            }
        });
        int begun = 0;
        for (int i = 1; i < files.size(); i++) {
            Instant time = files.get(i).get(0).time();
            if (!run(files.get(i)).equals(run(files.get(i - 1)))) {
                begun = i;
            } else if (begun > 0 && time.equals(files.get(begun).get(0).time())) {
                List<PureChange> before = flat(files.subList(0, i));
                List<PureChange> head = flat(files.subList(i, files.size()));
                int end = before.size() - head.size();
                boolean atEnd = end >= 0 && same(head, before, end);
                for (int at = 0; at < end && !atEnd; at++) {
                    if (same(head, before, at)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static Instant run(List<PureChange> file) {
        return ((ChangePosition.Sequenced) file.get(0).position()).run();
    }

    private static List<PureChange> flat(List<List<PureChange>> files) {
        return files.stream().flatMap(List::stream).toList();
    }

    private static boolean same(List<PureChange> head, List<PureChange> all, int from) {
        for (int i = 0; i < head.size(); i++) {
            PureChange one = head.get(i);
            PureChange other = all.get(from + i);
            if (one.operation() != other.operation()
                    || !one.time().equals(other.time())
                    || !cells(one.image()).equals(cells(other.image()))
                    || !cells(one.old()).equals(cells(other.old()))) {
                return false;
            }
        }
        return true;
    }

    private static List<@Nullable Object> cells(PureChange.@Nullable Image image) {
        return image == null ? List.of() : Arrays.asList(image.values());
    }

    @Override
    public void addColumn(int no) {
        closeFile();
        columns = new ArrayList<>(columns);
        columns.add(ADDED);
        columns = List.copyOf(columns);
    }

    @Override
    public void dropColumn(int no) {
        closeFile();
        columnGone = true;
        columns = columns.stream().filter(column -> !column.equals(ADDED)).toList();
    }

    @Override
    public void widen(int no) {
        closeFile();
        columns = columns.stream()
                .map(column -> column.equals(B) ? WIDE_B : column)
                .toList();
    }

    @Override
    public void clockBack(Step.ClockBack step) {
        behind += step.seconds();
    }
}
