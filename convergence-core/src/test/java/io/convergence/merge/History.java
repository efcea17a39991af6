package io.convergence.merge;

import io.convergence.change.ChangeRecord;
import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A random life of a small source table, kept as the source's own rows, and the changes DMS would have written of it.
 * Nothing here looks at decoded changes: what the lake must show is read off the source's rows.
 */
final class History {
    static final Column ADDED =
            Column.nullable("added", io.convergence.schema.DataType.of(io.convergence.schema.DataType.Kind.NCLOB));

    /** How the full load saw the table. */
    enum Load {
        /** A CDC-only task: rows that existed before are known only as far as changes told. */
        NONE,
        /** A snapshot taken before the first change. */
        BEFORE,
        /** A snapshot taken somewhere among the changes, all of which are replayed over it. */
        OVERLAP
    }

    private static final class SourceRow {
        private String a;
        private Long b;
        private String big;
        private String added;
        private boolean told;
        private boolean bigTold;

        SourceRow(Random random) {
            a = text(random);
            b = number(random);
            big = text(random);
        }

        SourceRow(SourceRow other) {
            a = other.a;
            b = other.b;
            big = other.big;
            added = other.added;
            told = other.told;
            bigTold = other.bigTold;
        }
    }

    private final Random random;
    private final Load load;
    private final List<ChangeRecord> changes = new ArrayList<>();
    private final Map<Long, SourceRow> source = new TreeMap<>();
    private final int keys;
    private final java.util.Set<Long> used = new java.util.HashSet<>();
    private final java.util.Set<Long> left = new java.util.HashSet<>();
    private boolean window;
    private boolean columnAdded;
    private boolean movedThrough;
    private int transaction;
    private int counter;

    History(long seed) {
        random = new Random(seed);
        load = Load.values()[random.nextInt(3)];
        keys = 3 + random.nextInt(3);
        for (long id = 1; id <= keys; id++) {
            if (random.nextBoolean()) {
                source.put(id, new SourceRow(random));
            }
        }
        used.addAll(source.keySet());
        window = load == Load.OVERLAP;
        int transactions = 1 + random.nextInt(8);
        int loadAt = random.nextInt(transactions + 1);
        int addColumnAt = random.nextInt(transactions * 2);
        if (load == Load.BEFORE) {
            takeLoad();
        }
        for (transaction = 1; transaction <= transactions; transaction++) {
            columnAdded |= transaction >= addColumnAt;
            if (load == Load.OVERLAP && transaction == loadAt + 1) {
                takeLoad();
            }
            runTransaction();
        }
        if (load == Load.OVERLAP && loadAt == transactions) {
            takeLoad();
        }
        if (load == Load.NONE) {
            changes.replaceAll(change -> ((Sample.Row) change).withoutLoad());
        }
    }

    List<ChangeRecord> changes() {
        return changes;
    }

    /** Whether rows moved through each other, which the images may not tell apart. */
    boolean movedThrough() {
        return movedThrough;
    }

    Load load() {
        return load;
    }

    /** What the lake must show; "?" for cells that no file ever told. */
    Map<Object, Map<String, Object>> expected() {
        var expected = new LinkedHashMap<Object, Map<String, Object>>();
        source.forEach((id, row) -> {
            if (!row.told) {
                return;
            }
            var cells = new LinkedHashMap<String, Object>();
            cells.put("id", id);
            cells.put("a", row.a);
            cells.put("b", row.b);
            cells.put("big", row.bigTold ? row.big : "?");
            cells.put("added", row.added);
            expected.put(id, cells);
        });
        return expected;
    }

    private static String text(Random random) {
        return random.nextInt(8) == 0 ? null : "v" + random.nextInt(40);
    }

    private static Long number(Random random) {
        return random.nextInt(8) == 0 ? null : (long) random.nextInt(40);
    }

    private void takeLoad() {
        window = false;
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
            switch (random.nextInt(9)) {
                case 0, 1 -> insert();
                case 2, 3, 4 -> update();
                case 5 -> delete();
                case 6, 7 -> move();
                default -> {
                    if (random.nextInt(3) == 0) {
                        shift();
                    } else {
                        deleteAndInsert();
                    }
                }
            }
        }
        counter += 8;
    }

    private int next() {
        counter += 4;
        return counter;
    }

    private Long pick(boolean live) {
        List<Long> candidates = new ArrayList<>();
        for (long id = 1; id <= keys; id++) {
            if (source.containsKey(id) == live && !(window && left.contains(id))) {
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
        SourceRow row = new SourceRow(random);
        used.add(id);
        row.told = true;
        row.bigTold = true;
        if (columnAdded && random.nextBoolean()) {
            row.added = text(random);
        }
        source.put(id, row);
        changes.add(Sample.insert(transaction, next(), image(id, row, true)));
    }

    /** Changes some cells. An unchanged big cell is not logged. */
    private boolean change(SourceRow row) {
        row.told = true;
        if (random.nextBoolean()) {
            row.a = text(random);
        }
        if (random.nextBoolean()) {
            row.b = number(random);
        }
        if (columnAdded && random.nextInt(3) == 0) {
            row.added = text(random);
        }
        boolean bigChanged = random.nextInt(3) == 0;
        if (bigChanged) {
            row.big = text(random);
            row.bigTold = true;
        }
        return bigChanged;
    }

    private void update() {
        Long id = pick(true);
        if (id != null) {
            SourceRow row = source.get(id);
            boolean bigTold = change(row);
            changes.add(Sample.update(transaction, next(), image(id, row, bigTold)));
        }
    }

    private void delete() {
        Long id = pick(true);
        if (id != null) {
            delete(id);
        }
    }

    private void delete(long id) {
        source.remove(id);
        changes.add(Sample.delete(transaction, next(), id));
    }

    private void deleteAndInsert() {
        Long id = pick(true);
        if (id != null) {
            delete(id);
            insert(id);
        }
    }

    private void move() {
        Long from = pick(true);
        Long to = pick(false);
        // Keys used again around a key change while the load is taken: see ChangeMerger on what is not told apart
        // there.
        if (from != null && to != null && !(window && used.contains(to))) {
            left.add(from);
            used.add(to);
            SourceRow row = source.remove(from);
            boolean bigTold = random.nextBoolean() && change(row);
            row.told = true;
            source.put(to, row);
            changes.add(Sample.move(transaction, next(), from, image(to, row, bigTold)));
        }
    }

    /** One statement that permutes the keys of some live rows, logged row by row. */
    private void shift() {
        List<Long> live = new ArrayList<>(source.keySet());
        if (live.size() < 2 || window) {
            return;
        }
        movedThrough = true;
        Collections.shuffle(live, random);
        List<Long> cycle = live.subList(0, 2 + random.nextInt(live.size() - 1));
        boolean fullBefore = random.nextBoolean();
        boolean logsBig = random.nextBoolean();
        Map<Long, SourceRow> old = new TreeMap<>();
        cycle.forEach(id -> old.put(id, source.get(id)));
        for (int i = 0; i < cycle.size(); i++) {
            long from = cycle.get(i);
            long to = cycle.get((i + 1) % cycle.size());
            SourceRow row = old.get(from);
            row.told = true;
            row.bigTold |= logsBig;
            Map<Column, Object> before = fullBefore ? image(from, row, logsBig) : Sample.cells(Sample.ID, from);
            source.put(to, row);
            changes.add(Sample.move(transaction, next(), before, image(to, row, logsBig)));
        }
    }
}
