package io.convergence.merge;

import io.convergence.change.ChangeRecord;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random life of a small source table, kept as the source's own rows, and the changes DMS would have written of it.
 * Nothing here looks at decoded changes: what the lake must show is read off the source's rows (rule S19).
 */
final class History {
    static final Column ADDED = Column.nullable("added", DataType.of(DataType.Kind.NCLOB));

    /** How the full load saw the table. */
    enum Load {
        /** A CDC-only task: rows that existed before are known only as far as changes told. */
        NONE,
        /** A snapshot taken before the first change. */
        BEFORE,
        /** A snapshot taken somewhere among the changes, all of which are replayed over it. */
        OVERLAP
    }

    /** What the source's applications do. */
    enum Life {
        /** Inserts, updates, deletes, and now and then a key changes. Keys are checked at each statement. */
        ORDINARY,
        /** Keys are mostly changed, swapped and used again; constraints are deferred; few different values; coarse commit times. */
        WILD
    }

    private static final class SourceRow {
        private String a;
        private Long b;
        private String big;
        private String added;
        private boolean told;
        private boolean bigTold;
    }

    private record Gone(Map<String, Object> cells, Instant time) {}

    private final Random random;
    private final Life life;
    private final Load load;
    private final KeyUniqueness uniqueness;
    private final int values;
    private final boolean coarse;
    private final List<ChangeRecord> changes = new ArrayList<>();
    private final Map<Long, SourceRow> source = new TreeMap<>();
    private final Map<Long, Gone> gone = new TreeMap<>();
    private final Map<Instant, Map<Object, Map<String, Object>>> commits = new TreeMap<>();
    private final int keys;
    private final Instant loadEnd;
    private final Instant loaded;
    private boolean columnAdded;
    private int transaction;
    private int counter;

    History(long seed, Life life) {
        random = new Random(seed);
        this.life = life;
        load = Load.values()[random.nextInt(3)];
        boolean wild = life == Life.WILD;
        // An ordinary source's constraints are not deferrable; that this is not known must not cost anything.
        uniqueness = random.nextBoolean() ? KeyUniqueness.AT_COMMIT : KeyUniqueness.AT_EACH_STATEMENT;
        values = wild && random.nextBoolean() ? 2 : 40;
        coarse = wild && uniqueness == KeyUniqueness.AT_COMMIT && random.nextInt(4) == 0;
        keys = wild ? 3 + random.nextInt(3) : 8;
        for (long id = 1; id <= keys; id++) {
            if (random.nextBoolean()) {
                source.put(id, newRow());
            }
        }
        int transactions = 1 + random.nextInt(8);
        int loadAt = load == Load.OVERLAP ? random.nextInt(transactions + 1) : 0;
        int addColumnAt = random.nextInt(transactions * 2);
        for (transaction = 1; transaction <= transactions; transaction++) {
            columnAdded |= transaction >= addColumnAt;
            if (load != Load.NONE && transaction == loadAt + 1) {
                takeLoad();
            }
            runTransaction();
            gone.keySet().removeAll(source.keySet());
            commits.put(Sample.commit(time()), expected());
        }
        if (load != Load.NONE && loadAt == transactions) {
            takeLoad();
        }
        if (load == Load.NONE) {
            changes.replaceAll(change -> ((Sample.Row) change).withoutLoad());
        }
        loaded = Sample.commit(time(loadAt) + 1);
        boolean endUnknown = wild && random.nextInt(3) == 0;
        loadEnd = endUnknown ? null : Sample.commit(time(loadAt) + 1 + random.nextInt(3));
    }

    List<ChangeRecord> changes() {
        return changes;
    }

    Load load() {
        return load;
    }

    KeyUniqueness uniqueness() {
        return uniqueness;
    }

    /** What is known of the source beside its changes. */
    MergePolicy policy(MergePolicy base) {
        MergePolicy policy = base.withKeyUniqueness(uniqueness);
        return loadEnd == null ? policy : policy.withLoadEnd(loadEnd);
    }

    /** What the lake must show; "?" for cells that no file ever told. */
    Map<Object, Map<String, Object>> expected() {
        var expected = new LinkedHashMap<Object, Map<String, Object>>();
        source.forEach((id, row) -> {
            if (row.told) {
                expected.put(id, cells(id, row));
            }
        });
        return expected;
    }

    private static Map<String, Object> cells(long id, SourceRow row) {
        var cells = new LinkedHashMap<String, Object>();
        cells.put("id", id);
        cells.put("a", row.a);
        cells.put("b", row.b);
        cells.put("big", row.bigTold ? row.big : "?");
        cells.put("added", row.added);
        return cells;
    }

    /** What the lake must have shown after each commit time; coarse ones may be of two transactions. */
    Map<Instant, Map<Object, Map<String, Object>>> commits() {
        return commits;
    }

    /** Rows deleted last on keys that are free, as they were then, and when. Rows never told of before are not among them. */
    Map<Object, Map<String, Object>> deleted() {
        var deleted = new LinkedHashMap<Object, Map<String, Object>>();
        gone.forEach((id, row) -> {
            if (!source.containsKey(id)) {
                deleted.put(id, row.cells());
            }
        });
        return deleted;
    }

    /** When the rows of {@link #deleted()} were deleted. */
    Map<Object, Instant> deletedAt() {
        var times = new LinkedHashMap<Object, Instant>();
        deleted().keySet().forEach(id -> times.put(id, gone.get((Long) id).time()));
        return times;
    }

    /** Every row of the load was read before this. */
    Instant loaded() {
        return loaded;
    }

    private SourceRow newRow() {
        var row = new SourceRow();
        row.a = text();
        row.b = number();
        row.big = text();
        return row;
    }

    private String text() {
        return random.nextInt(8) == 0 ? null : "v" + random.nextInt(values);
    }

    private Long number() {
        return random.nextInt(8) == 0 ? null : (long) random.nextInt(values);
    }

    private void takeLoad() {
        int number = 0;
        for (Map.Entry<Long, SourceRow> entry : source.entrySet()) {
            SourceRow row = entry.getValue();
            row.told = true;
            row.bigTold = true;
            changes.add(Sample.load(number++, image(entry.getKey(), row, true)));
        }
    }

    private Map<Column, Object> image(long id, SourceRow row, boolean bigTold) {
        Map<Column, Object> cells = Sample.row(id, row.a, row.b, bigTold ? row.big : Sample.UNKNOWN);
        if (columnAdded) {
            cells.put(ADDED, row.added);
        }
        return cells;
    }

    private void runTransaction() {
        int steps = 1 + random.nextInt(4);
        for (int i = 0; i < steps; i++) {
            if (life == Life.ORDINARY) {
                ordinaryStep();
            } else {
                wildStep();
            }
        }
        counter += 8;
    }

    private void ordinaryStep() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> insert();
            case 5, 6, 7, 8, 9, 10, 11, 12 -> update();
            case 13, 14, 15 -> delete();
            case 16 -> insertAndDelete();
            case 17, 18 -> deleteAndInsert();
            default -> move();
        }
    }

    private void wildStep() {
        boolean deferred = uniqueness == KeyUniqueness.AT_COMMIT;
        switch (random.nextInt(14)) {
            case 0, 1 -> insert();
            case 2, 3 -> update();
            case 4 -> delete();
            case 5, 6, 7 -> move();
            case 8 -> deleteAndInsert();
            case 9 -> insertAndDelete();
            case 10 -> {
                if (deferred) {
                    insertAndDeleteTheOldRow();
                }
            }
            case 11 -> {
                if (deferred) {
                    passThrough();
                }
            }
            default -> shift();
        }
    }

    private int next() {
        counter += 4;
        return counter;
    }

    /** Coarse commit times make one transaction of two, as far as files tell. */
    private int time(int number) {
        return coarse ? (number + 1) / 2 : number;
    }

    private int time() {
        return time(transaction);
    }

    private Long pick(boolean live) {
        List<Long> candidates = new ArrayList<>();
        for (long id = 1; id <= keys; id++) {
            if (source.containsKey(id) == live) {
                candidates.add(id);
            }
        }
        return candidates.isEmpty() ? null : candidates.get(random.nextInt(candidates.size()));
    }

    private void insert() {
        Long id = pick(false);
        if (id != null) {
            insert(id);
        }
    }

    private void insert(long id) {
        SourceRow row = newRow();
        row.told = true;
        row.bigTold = true;
        if (columnAdded && random.nextBoolean()) {
            row.added = text();
        }
        put(id, row);
        changes.add(Sample.insert(time(), next(), image(id, row, true)));
    }

    /** Changes some cells. An unchanged big cell is not logged. */
    private boolean change(SourceRow row) {
        row.told = true;
        if (random.nextBoolean()) {
            row.a = text();
        }
        if (random.nextBoolean()) {
            row.b = number();
        }
        if (columnAdded && random.nextInt(3) == 0) {
            row.added = text();
        }
        boolean bigChanged = random.nextInt(3) == 0;
        if (bigChanged) {
            row.big = text();
            row.bigTold = true;
        }
        return bigChanged;
    }

    private void update() {
        Long id = pick(true);
        if (id != null) {
            SourceRow row = source.get(id);
            boolean bigTold = change(row);
            changes.add(Sample.update(time(), next(), image(id, row, bigTold)));
        }
    }

    private void delete() {
        Long id = pick(true);
        if (id != null) {
            delete(id);
        }
    }

    private void delete(long id) {
        SourceRow row = source.remove(id);
        bury(id, row, logDelete(id, row));
    }

    /** Key-only, or with the whole row. */
    private boolean logDelete(long id, SourceRow row) {
        boolean whole = random.nextInt(3) == 0;
        changes.add(
                whole
                        ? Sample.cdc(
                                io.convergence.change.Operation.DELETE, time(), next(), image(id, row, true), Map.of())
                        : Sample.delete(time(), next(), id));
        return whole;
    }

    private void put(long id, SourceRow row) {
        source.put(id, row);
        gone.remove(id);
    }

    private void bury(long id, SourceRow row, boolean whole) {
        if (row.told) {
            row.bigTold |= whole;
            gone.put(id, new Gone(cells(id, row), Sample.commit(time())));
        } else {
            gone.remove(id);
        }
    }

    private void deleteAndInsert() {
        Long id = pick(true);
        if (id != null) {
            delete(id);
            insert(id);
        }
    }

    private void insertAndDelete() {
        Long id = pick(false);
        if (id != null) {
            insert(id);
            delete(id);
        }
    }

    /** Two rows on one key until the old one is deleted: the constraint is deferred. */
    private void insertAndDeleteTheOldRow() {
        Long id = pick(true);
        if (id != null) {
            SourceRow old = source.get(id);
            insert(id);
            bury(id, old, logDelete(id, old));
        }
    }

    /** A row comes to a key that is live and moves on in a second statement: the constraint is deferred. */
    private void passThrough() {
        Long from = pick(true);
        Long over = pick(true);
        Long to = pick(false);
        if (from == null || to == null || from.equals(over)) {
            return;
        }
        SourceRow row = source.remove(from);
        row.told = true;
        put(to, row);
        boolean fullBefore = random.nextBoolean();
        logMove(from, over, row, fullBefore, false);
        logMove(over, to, row, fullBefore, false);
    }

    private void logMove(long from, long to, SourceRow row, boolean fullBefore, boolean logsBig) {
        Map<Column, Object> before = fullBefore ? image(from, row, logsBig) : Sample.cells(Sample.ID, from);
        changes.add(Sample.move(time(), next(), before, image(to, row, logsBig)));
    }

    private void move() {
        Long from = pick(true);
        Long to = pick(false);
        if (from != null && to != null) {
            SourceRow row = source.remove(from);
            boolean bigTold = random.nextBoolean() && change(row);
            row.told = true;
            put(to, row);
            changes.add(Sample.move(time(), next(), from, image(to, row, bigTold)));
        }
    }

    /** One statement that moves several live rows through each other's keys, a swap or {@code id = id + 1}, logged row by row. */
    private void shift() {
        List<Long> path = new ArrayList<>(source.keySet());
        if (path.size() < 2) {
            return;
        }
        Collections.shuffle(path, random);
        path = new ArrayList<>(path.subList(0, 2 + random.nextInt(path.size() - 1)));
        Long free = pick(false);
        if (free != null && random.nextBoolean()) {
            path.add(free);
        }
        boolean fullBefore = random.nextBoolean();
        boolean logsBig = random.nextBoolean();
        boolean touches = random.nextInt(3) == 0;
        String stamp = text();
        Map<Long, SourceRow> old = new TreeMap<>();
        path.stream().filter(source::containsKey).forEach(id -> old.put(id, source.remove(id)));
        for (int i = 0; i < path.size(); i++) {
            long from = path.get(i);
            long to = path.get((i + 1) % path.size());
            SourceRow row = old.get(from);
            if (row == null) {
                continue;
            }
            Map<Column, Object> before = fullBefore ? image(from, row, logsBig) : Sample.cells(Sample.ID, from);
            if (touches) {
                row.a = stamp;
            }
            row.told = true;
            row.bigTold |= logsBig;
            put(to, row);
            changes.add(Sample.move(time(), next(), before, image(to, row, logsBig)));
        }
    }
}
