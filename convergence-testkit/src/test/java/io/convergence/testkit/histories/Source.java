package io.convergence.testkit.histories;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The source table of a history: its rows, and nothing else. What the lake must show is read off them (rule S19); no
 * change is ever decoded here. Tells each step that applies to a {@link Teller}.
 */
final class Source {
    /** Values are made of one number, so that no two steps make rows that look alike. */
    record Row(
            @Nullable String a,
            long b,
            @Nullable String big,
            @Nullable String added) {
        static Row of(int value, boolean withAdded) {
            return new Row(text(value), value, value % 5 == 0 ? null : "big" + value, added(value, withAdded));
        }

        private static @Nullable String text(int value) {
            return value % 6 == 0 ? null : "a" + value;
        }

        private static @Nullable String added(int value, boolean withAdded) {
            return withAdded && value % 2 == 0 ? "x" + value : null;
        }

        Row changed(int value, boolean lob, boolean withAdded) {
            String added = value % 3 == 0 && withAdded ? added(value + 1, true) : this.added;
            return new Row(text(value), value, lob ? "big" + value : big, added);
        }

        Row withAdded(@Nullable String other) {
            return new Row(a, b, big, other);
        }
    }

    /** What rows hold in a column that is added with a default. */
    static final String DEFAULT = "deflt";

    private final Teller teller;
    private final SortedMap<Long, Row> rows = new TreeMap<>();
    private boolean loaded;
    private boolean open;
    private boolean columnAdded;
    private boolean columnGone;
    private boolean renamed;
    private boolean truncated;
    private boolean widened;
    private Step.@Nullable Load loading;
    private int meanwhile;

    private Source(Teller teller) {
        this.teller = teller;
    }

    /** @return the source's rows at the end */
    static SortedMap<Long, Row> tell(List<Step> steps, Teller teller) {
        var source = new Source(teller);
        for (Step step : steps) {
            step.tell(source);
            source.afterStep();
        }
        source.endLoad();
        if (!source.loaded) {
            source.load(new Step.Load(Integer.MAX_VALUE, 0, io.convergence.testkit.dms.ScriptReload.FILES_KEPT));
            source.endLoad();
        }
        source.commit(Integer.MAX_VALUE);
        source.arrive(Integer.MAX_VALUE);
        return Collections.unmodifiableSortedMap(source.rows);
    }

    private void afterStep() {
        if (loading != null && meanwhile-- <= 0) {
            endLoad();
        }
    }

    private void endLoad() {
        Step.Load ended = loading;
        if (ended == null) {
            return;
        }

        commit(ended.no());
        loading = null;
        loaded = true;
        teller.loadEnds(ended, Collections.unmodifiableSortedMap(new TreeMap<>(rows)));
    }

    private boolean changing() {
        return loaded || loading != null;
    }

    /** Between transactions, and not while a load goes on. */
    private boolean quiet() {
        return loaded && loading == null && !open;
    }

    void row(Step.Row step) {
        if (!changing() && !rows.containsKey(step.id())) {
            rows.put(step.id(), Row.of(step.value(), false));
            teller.row(step, Row.of(step.value(), false));
        }
    }

    void load(Step.Load step) {
        if (loading != null || open) {
            return;
        }

        teller.loadBegins(step, !loaded);
        loading = step;
        meanwhile = step.meanwhile();
    }

    void insert(Step.Insert step) {
        if (changing() && !rows.containsKey(step.id())) {
            Row row = Row.of(step.value(), columnAdded);
            rows.put(step.id(), row);
            open = true;
            teller.insert(step, row);
        }
    }

    void update(Step.Update given) {
        Row before = rows.get(given.id());
        if (changing() && before != null) {
            var step = new Step.Update(given.no(), given.id(), given.value(), given.lob() || loading != null);
            Row row = before.changed(step.value(), step.lob(), columnAdded);
            rows.put(step.id(), row);
            open = true;
            teller.update(step, row);
        }
    }

    void delete(Step.Delete step) {
        if (changing() && rows.containsKey(step.id())) {
            Row row = rows.remove(step.id());
            open = true;
            teller.delete(step, row);
        }
    }

    void move(Step.Move given) {
        Row before = rows.get(given.id());
        if (!changing() || before == null || rows.containsKey(given.to())) {
            return;
        }

        // Whose large object a load that goes on has read cannot be told from images that leave it out.
        int value = loading != null && given.value() == 0 ? 7 * given.no() + 1_000_000 : given.value();
        boolean lob = value != 0 && (given.lob() || loading != null);
        var step = new Step.Move(given.no(), given.id(), given.to(), value, lob);
        Row row = value == 0 ? before : before.changed(value, lob, columnAdded);
        rows.remove(step.id());
        rows.put(step.to(), row);
        open = true;
        teller.move(step, before, row);
    }

    void swap(Step.Swap step) {
        Row one = rows.get(step.one());
        Row other = rows.get(step.other());
        if (loaded && loading == null && one != null && other != null && step.one() != step.other()) {
            rows.put(step.one(), other);
            rows.put(step.other(), one);
            open = true;
            teller.swap(step, one, other);
        }
    }

    void swapTwins(Step.SwapTwins step) {
        Row one = rows.get(step.one());
        Row other = rows.get(step.other());
        if (!quiet() || one == null || other == null || step.one() == step.other()) {
            return;
        }

        Row first = new Row("twin", step.value(), "one" + step.value(), one.added());
        Row second = new Row("twin", step.value(), "other" + step.value(), first.added());
        rows.put(step.one(), second);
        rows.put(step.other(), first);
        teller.twins(step, first, second);
        teller.commit(step.no(), Collections.unmodifiableSortedMap(rows));
    }

    void loadTwice(Step.LoadTwice step) {
        if (!changing() && rows.containsKey(step.id())) {
            teller.loadTwice(step);
        }
    }

    void forge(Step.Forge step) {
        if (loaded && loading == null && open) {
            teller.forge(step);
        }
    }

    void commit(int no) {
        if (open) {
            open = false;
            teller.commit(no, Collections.unmodifiableSortedMap(rows));
        }
    }

    void flush(int no) {
        if (loaded && loading == null) {
            teller.flush(no);
        }
    }

    void hurry() {
        if (quiet()) {
            teller.hurry();
        }
    }

    void newRun(int no) {
        if (quiet()) {
            teller.newRun(no);
        }
    }

    void replay(Step.Replay step) {
        if (quiet()) {
            teller.replay(step);
        }
    }

    void addColumn(int no) {
        if (quiet() && !columnAdded && !columnGone) {
            columnAdded = true;
            teller.addColumn(no);
        }
    }

    void dropColumn(int no) {
        if (quiet() && columnAdded) {
            columnAdded = false;
            columnGone = true;
            rows.replaceAll((id, row) -> row.withAdded(null));
            teller.dropColumn(no);
        }
    }

    void addDefault(Step.AddDefault step) {
        if (quiet() && !columnAdded && !columnGone) {
            columnAdded = true;
            rows.replaceAll((id, row) -> row.withAdded(DEFAULT));
            teller.addDefault(step, DEFAULT);
        }
    }

    void rename(Step.Rename step) {
        if (quiet() && !renamed) {
            renamed = true;
            teller.rename(step);
        }
    }

    void truncate(Step.Truncate step) {
        if (quiet() && !truncated && !rows.isEmpty()) {
            truncated = true;
            rows.clear();
            teller.truncate(step);
        }
    }

    void halfLoad(int no) {
        if (loading == null && !open) {
            teller.halfLoad(no);
        }
    }

    void mergeCut(int no) {
        if (loaded && loading == null && open) {
            teller.mergeCut(no);
        }
    }

    void widen(int no) {
        if (quiet() && !widened) {
            widened = true;
            teller.widen(no);
        }
    }

    void clockBack(Step.ClockBack step) {
        if (quiet()) {
            teller.clockBack(step);
        }
    }

    void pause(Step.Pause step) {
        if (quiet()) {
            teller.pause(step);
        }
    }

    void lateFile(int no) {
        if (quiet()) {
            teller.lateFile(no);
        }
    }

    void arrive(int no) {
        if (quiet()) {
            teller.arrive(no);
        }
    }

    void merge(Step.Merge step) {
        if (quiet()) {
            teller.merge(step);
        }
    }

    void compact(Step.Compact step) {
        if (quiet()) {
            teller.compact(step);
        }
    }
}
