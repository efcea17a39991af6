package io.convergence.testkit.histories;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which changes of a load and after it stand in which file, by the source's own rows, so that the rows can be told which a lake must
 * show without some of the files. No file is read for it.
 */
final class FiledChanges {
    private final boolean wholeImages;
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, NavigableSet<Integer>> files = new LinkedHashMap<>();
    private NavigableSet<Integer> pending = new TreeSet<>();
    private SortedMap<Long, Source.Row> loaded = new TreeMap<>();
    private int runStart;
    private int transaction;
    private boolean written;

    /** @param wholeImages whether each change tells all cells */
    FiledChanges(boolean wholeImages) {
        this.wholeImages = wholeImages;
    }

    /**
     * @param from the key of the row it changes; null for an insert
     * @param to the key it has then; null for a delete
     * @param lob whether {@code big} is told
     */
    private record Change(
            int transaction,
            @Nullable Long from,
            @Nullable Long to,
            Source.@Nullable Row row,
            boolean lob,
            boolean swap) {}

    /** The table is loaded with these rows; earlier changes and files do not touch them any more (rule S5). */
    void begin(SortedMap<Long, Source.Row> rows) {
        changes.clear();
        files.clear();
        pending = new TreeSet<>();
        loaded = new TreeMap<>(rows);
        runStart = 0;
        written = false;
    }

    void insert(long id, Source.Row row) {
        add(new Change(transaction, null, id, row, true, false));
    }

    void update(long id, long to, Source.Row row, boolean lob) {
        add(new Change(transaction, id, to, row, lob, false));
    }

    void delete(long id) {
        add(new Change(transaction, id, null, null, true, false));
    }

    /** One change after the other in the same file; the row of either is what the other key had. */
    void swap(long one, Source.Row ofOne, long other, Source.Row ofOther) {
        add(new Change(transaction, one, other, ofOne, false, true));
        add(new Change(transaction, other, one, ofOther, false, true));
    }

    private void add(Change change) {
        pending.add(changes.size());
        changes.add(change);
    }

    void commit() {
        transaction++;
    }

    /** The number of the one that is open, or comes next. */
    int transaction() {
        return transaction;
    }

    void restart() {
        runStart = changes.size();
    }

    /** The last changes are written again, those since the last restart at most. */
    void replay(int last, boolean newSequence) {
        int from = Math.max(runStart, changes.size() - last);
        for (int i = from; i < changes.size(); i++) {
            pending.add(i);
            written = true;
        }
        if (newSequence) {
            runStart = from;
        }
    }

    /** @param keys of the files there are; new ones have what was changed, or written again, since the last ones */
    void filed(Collection<String> keys) {
        for (String key : keys) {
            if (!key.contains("/LOAD") && !files.containsKey(key)) {
                files.put(key, pending);
                pending = new TreeSet<>();
            }
        }
    }

    /** Whether changes since the load were written again. */
    boolean replayed() {
        return written;
    }

    private Set<Integer> delivered(Predicate<String> stored) {
        Set<Integer> there = new HashSet<>();
        files.forEach((key, of) -> {
            if (stored.test(key)) {
                there.addAll(of);
            }
        });
        return there;
    }

    /** The newest transaction of which a file is there. */
    int newest(Predicate<String> stored) {
        return delivered(stored).stream()
                .mapToInt(change -> changes.get(change).transaction())
                .max()
                .orElse(-1);
    }

    /**
     * The rows that the changes in stored files make of the load, in the source's order. What none of them tells of {@code big}
     * stays as it was, or null (rule S9).
     *
     * @param below a transaction that is not applied, nor are those behind it
     */
    Rows rows(Predicate<String> stored, int below) {
        Set<Integer> there = delivered(stored);
        SortedMap<Long, Source.Row> rows = new TreeMap<>(loaded);
        boolean onto = false;
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (!there.contains(i) || change.transaction() >= below) {
                continue;
            }
            if (change.swap()) {
                // Both are in one file.
                Change other = changes.get(++i);
                Source.Row one = rows.remove(change.from());
                Source.Row second = rows.remove(other.from());
                put(rows, change, one);
                put(rows, other, second);
                onto = true;
                continue;
            }
            Source.Row before =
                    Optional.ofNullable(change.from()).map(rows::remove).orElse(null);
            onto |= change.from() != null
                    && change.to() != null
                    && !change.to().equals(change.from())
                    && rows.containsKey(change.to());
            put(rows, change, before);
        }
        return new Rows(rows, onto);
    }

    private void put(SortedMap<Long, Source.Row> rows, Change change, Source.@Nullable Row before) {
        Source.Row row = change.row();
        if (change.to() == null || row == null) {
            return;
        }
        String big = change.lob() || wholeImages ? row.big() : before == null ? null : before.big();
        rows.put(change.to(), new Source.Row(row.a(), row.b(), big, row.added()));
    }

    /** @param onto whether a row went to a key that another one had, as far as the files tell: which it was may be disputed (rule S10) */
    record Rows(SortedMap<Long, Source.Row> rows, boolean onto) {}
}
