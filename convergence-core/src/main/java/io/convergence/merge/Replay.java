package io.convergence.merge;

import io.convergence.Finding;
import io.convergence.change.CellState;
import io.convergence.change.ChangePosition;
import io.convergence.change.Operation;
import io.convergence.merge.MergeCounts.Tally;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.FileContext;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies changes in position order to the keys of one group linked by key changes (rules S9, S10). This is the
 * definition of the right answer; everything else in this package decides whether it may start from stored rows.
 *
 * <p>At a commit every key has at most one row, but within a transaction a row may move onto a key whose own row moves
 * on only later. Such a key holds several candidates until then; which of them moves on must be told by the images.
 * Where it is not, the key is contested until a later change determines its row.
 */
final class Replay {
    private final MergePolicy policy;
    private final RowLayout layout;
    private final BitSet keyPlaces = new BitSet();
    private final Tally tally;
    private final RowCells unseen;
    private final Map<MergeKey, Slot> slots = new HashMap<>();
    private final Map<Vacated, Integer> lastLeft = new HashMap<>();
    private final Map<Vacated, Integer> lastFreed = new HashMap<>();
    private final Map<String, Integer> lastOfTransaction = new HashMap<>();

    Replay(MergePolicy policy, RowLayout layout, Tally tally) {
        this.policy = policy;
        this.layout = layout;
        this.tally = tally;
        policy.keyColumns().forEach(name -> keyPlaces.set(layout.indexOf(name)));
        var all = new BitSet(layout.size());
        all.set(0, layout.size());
        unseen = RowCells.adopt(layout, new @Nullable Object[layout.size()], all, all);
    }

    private record Vacated(MergeKey key, String transaction) {}

    /** What is at one key at some moment. */
    private static final class Slot {
        private final MergeKey key;
        private final List<Row> rows = new ArrayList<>(1);
        private @Nullable ChangePosition position;
        private @Nullable ChangePosition keyChangedAt;
        private @Nullable String contested;
        private @Nullable Change last;

        Slot(MergeKey key) {
            this.key = key;
        }

        /** The key's row is as the full load read it, maybe later than changes that come only now. */
        boolean loaded() {
            return rows.size() == 1 && position instanceof ChangePosition.Load && contested == null;
        }
    }

    private record Row(RowCells cells, @Nullable String placedOver) {}

    /** A row taken from a key, and whether it surely is the one that was there. */
    private record Taken(@Nullable Row row, boolean sure) {}

    void start(StoredRow stored) {
        var slot = new Slot(stored.key());
        slot.position = stored.position();
        slot.keyChangedAt = stored.keyChangedAt().orElse(null);
        if (stored instanceof LiveRow live) {
            slot.rows.add(new Row(live.cells(), live.overTransaction()));
        }
        slots.put(stored.key(), slot);
    }

    /** @param changes all changes to apply, in position order */
    void apply(List<Change> changes) {
        look(changes);
        Map<String, Set<Slot>> open = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Slot slot = slots.computeIfAbsent(change.key(), Slot::new);
            Slot from = change.oldKey() == null ? null : slots.computeIfAbsent(change.oldKey(), Slot::new);
            apply(change, i, slot, from);
            touch(slot, change);
            if (from != null) {
                touch(from, change);
            }
            String transaction = change.transaction();
            if (transaction == null) {
                continue;
            }
            Set<Slot> touched = open.computeIfAbsent(transaction, any -> new HashSet<>());
            touched.add(slot);
            if (from != null) {
                touched.add(from);
            }
            if (Objects.equals(lastOfTransaction.get(transaction), i)) {
                touched.forEach(Replay::commit);
                open.remove(transaction);
            }
        }
    }

    private void look(List<Change> changes) {
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            String transaction = change.transaction();
            if (transaction == null) {
                continue;
            }
            lastOfTransaction.put(transaction, i);
            MergeKey oldKey = change.oldKey();
            if (oldKey != null) {
                lastLeft.put(new Vacated(oldKey, transaction), i);
                lastFreed.put(new Vacated(oldKey, transaction), i);
            } else if (change.operation() == Operation.DELETE) {
                lastFreed.put(new Vacated(change.key(), transaction), i);
            }
        }
    }

    private static boolean later(Map<Vacated, Integer> last, Change change, int index) {
        String transaction = change.transaction();
        return transaction != null && last.getOrDefault(new Vacated(change.key(), transaction), -1) > index;
    }

    private void touch(Slot slot, Change change) {
        slot.position = change.position();
        if (change.oldKey() != null) {
            slot.keyChangedAt = change.position();
        }
        slot.last = change;
    }

    private static void commit(Slot slot) {
        if (slot.rows.size() > 1) {
            contest(
                    slot,
                    Objects.requireNonNull(slot.last),
                    "more than one row is left on it at the end of its transaction");
            slot.rows.subList(0, slot.rows.size() - 1).clear();
        }
    }

    private static void contest(Slot slot, Change change, String why) {
        if (slot.contested == null) {
            slot.contested = why + " (" + change.operation() + " at " + change.place() + ")";
        }
    }

    private void apply(Change change, int index, Slot slot, @Nullable Slot from) {
        switch (change.operation()) {
            case INSERT -> insert(change, index, slot);
            case UPDATE -> {
                if (from == null) {
                    update(change, slot);
                } else {
                    move(change, index, from, slot);
                }
            }
            case DELETE -> {
                if (slot.rows.isEmpty()) {
                    tally.add(What.DELETE_OF_ABSENT);
                } else {
                    take(slot, change);
                }
            }
        }
    }

    private void insert(Change change, int index, Slot slot) {
        RowCells cells = fresh(change);
        if (slot.rows.isEmpty()) {
            slot.rows.add(new Row(cells, null));
            return;
        }
        tally.add(What.INSERT_OVER_LIVE);
        if (!later(lastLeft, change, index)) {
            slot.rows.clear();
            slot.contested = null;
        }
        slot.rows.add(new Row(cells, change.transaction()));
    }

    private void update(Change change, Slot slot) {
        if (slot.rows.isEmpty()) {
            countAbsent(change);
            slot.rows.add(new Row(over(null, change), null));
            return;
        }
        int chosen = choose(slot, change);
        int place = chosen < 0 ? slot.rows.size() - 1 : chosen;
        if (chosen < 0) {
            contest(slot, change, "an update does not tell which of several rows on it it means");
        }
        Row row = slot.rows.get(place);
        RowCells cells = over(row.cells() == unseen ? null : row.cells(), change);
        slot.rows.set(place, new Row(cells, row.placedOver()));
        if (chosen >= 0 && slot.rows.size() == 1 && !cells.hasInherited()) {
            slot.contested = null;
        }
    }

    private void move(Change change, int index, Slot from, Slot to) {
        tally.add(What.KEY_CHANGED);
        Taken taken = from.rows.isEmpty() ? new Taken(null, true) : take(from, change);
        Row moved = taken.row();
        RowCells base = moved == null || moved.cells() == unseen ? null : moved.cells();
        if (mayHideRow(to, change) && later(lastFreed, change, index)) {
            to.rows.add(new Row(unseen, null));
        }
        String placedOver = to.rows.isEmpty() && !mayHideRow(to, change) ? null : change.transaction();
        String collision = null;
        if (!to.rows.isEmpty() && !later(lastFreed, change, index)) {
            if (to.loaded()) {
                // Keys are unique at each commit and nothing frees this one: the load read the row after it had moved.
                tally.add(What.LOAD_OVERLAP_KEY_CHANGE);
                base = to.rows.get(0).cells();
                taken = new Taken(to.rows.get(0), true);
            } else {
                collision = "a row moves onto it while its own row stays";
            }
            to.rows.clear();
            to.contested = null;
        }
        if (base == null) {
            countAbsent(change);
        }
        RowCells cells = over(base, change);
        to.rows.add(new Row(cells, placedOver));
        if (collision != null) {
            contest(to, change, collision);
        }
        if (!taken.sure() && cells.hasInherited()) {
            contest(to, change, "cells it keeps come from a row that the images do not single out");
        }
    }

    /** Without a full load a key that no change has touched may have a row all the same. */
    private static boolean mayHideRow(Slot slot, Change change) {
        return slot.position == null
                && slot.rows.isEmpty()
                && change.position().generation().equals(FileContext.NO_LOAD);
    }

    private void countAbsent(Change change) {
        tally.add(What.UPDATE_OF_ABSENT);
        if (policy.keyChanges() == KeyChanges.UNTRACKED) {
            tally.add(What.ORPHAN_POSSIBLE);
        }
    }

    /** Removes the row the change means. The slot has one at least. */
    private Taken take(Slot slot, Change change) {
        boolean sure = slot.contested == null;
        int chosen = choose(slot, change);
        if (chosen < 0) {
            contest(slot, change, "a change does not tell which of several rows on it leaves");
            sure = false;
            chosen = slot.rows.size() - 1;
        }
        Row row = slot.rows.remove(chosen);
        if (slot.rows.isEmpty()) {
            slot.contested = null;
        }
        return new Taken(row, sure);
    }

    /** The place of the row the change means, or -1 if its images fit none, or several that differ. */
    private int choose(Slot slot, Change change) {
        if (slot.rows.size() == 1) {
            return 0;
        }
        boolean toldOld = change.operation() == Operation.DELETE || tellsOldCells(change);
        int found = -1;
        int hidden = -1;
        boolean allEqual = true;
        for (int i = 0; i < slot.rows.size(); i++) {
            RowCells cells = slot.rows.get(i).cells();
            allEqual &= sameButForKey(cells, slot.rows.get(0).cells());
            if (cells == unseen) {
                hidden = i;
            } else if (fits(cells, change)) {
                found = found == -1 ? i : -2;
            }
        }
        if (hidden >= 0) {
            // Nothing contradicts a row nobody has seen: it is meant only where the old cells rule out all others.
            found = toldOld && found == -1 ? hidden : -1;
        } else if (found == -2 && allEqual) {
            return 0;
        } else if (!toldOld && change.oldKey() == null) {
            // An update that moves nothing changes something: likeness to a row proves nothing.
            found = -1;
        }
        if (found >= 0) {
            tally.add(What.MOVED_BY_IMAGE);
        }
        return Math.max(found, -1);
    }

    private boolean tellsOldCells(Change change) {
        for (int i = 0; i < change.oldStates().length; i++) {
            if (!keyPlaces.get(i) && change.oldStates()[i] == CellState.PRESENT) {
                return true;
            }
        }
        return false;
    }

    private boolean sameButForKey(RowCells one, RowCells other) {
        for (int i = 0; i < layout.size(); i++) {
            if (!keyPlaces.get(i)
                    && (one.unknownBits().get(i)
                            || other.unknownBits().get(i)
                            || !Objects.equals(one.array()[i], other.array()[i]))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the row can be the one the change speaks of. A before-image decides; without one, the image of a change that
     * moves a row is taken to differ from it in the key alone. A delete's nulls tell nothing: it may hold only the key.
     */
    private boolean fits(RowCells cells, Change change) {
        boolean before = tellsOldCells(change);
        CellState[] states = before ? change.oldStates() : change.states();
        @Nullable Object[] values = before ? change.oldValues() : change.values();
        for (int i = 0; i < layout.size(); i++) {
            boolean told = states[i] == CellState.PRESENT
                    || (states[i] == CellState.NULL && !before && change.operation() != Operation.DELETE);
            if (told
                    && !keyPlaces.get(i)
                    && !cells.unknownBits().get(i)
                    && !Objects.equals(cells.array()[i], values[i])) {
                return false;
            }
        }
        return true;
    }

    /** An inserted row. A column its file does not have did not exist: null. */
    private RowCells fresh(Change change) {
        var unknown = new BitSet(0);
        for (int i = 0; i < layout.size(); i++) {
            if (change.states()[i] == CellState.UNKNOWN) {
                unknown.set(i);
                tally.add(What.UNKNOWN_FIRST_SEEN);
            }
        }
        return RowCells.adopt(layout, change.values(), new BitSet(0), unknown);
    }

    /**
     * An updated row. A column the file does not have keeps the row's value as an unknown cell does; where there is no row
     * it is null: a column added later without default.
     */
    private RowCells over(@Nullable RowCells base, Change change) {
        var inherited = new BitSet(0);
        var unknown = new BitSet(0);
        @Nullable Object[] values = change.values();
        boolean copied = false;
        for (int i = 0; i < layout.size(); i++) {
            CellState state = change.states()[i];
            if (state != CellState.UNKNOWN && state != CellState.ABSENT) {
                continue;
            }
            inherited.set(i);
            boolean known = base != null ? !base.unknownBits().get(i) : state == CellState.ABSENT;
            if (!known) {
                unknown.set(i);
            }
            if (state == CellState.UNKNOWN) {
                tally.add(known ? What.UNKNOWN_KEPT : What.UNKNOWN_FIRST_SEEN);
            }
            if (base != null && base.array()[i] != null) {
                values = copied ? values : values.clone();
                copied = true;
                values[i] = base.array()[i];
            }
        }
        return RowCells.adopt(layout, values, inherited, unknown);
    }

    /** The state of each key that a change touched. */
    void collect(Map<MergeKey, StoredRow> into) {
        for (Slot slot : slots.values()) {
            if (slot.last == null || slot.position == null) {
                continue;
            }
            StoredRow state = slot.rows.isEmpty()
                    ? new Tombstone(slot.key, slot.position, slot.keyChangedAt)
                    : new LiveRow(
                            slot.key,
                            slot.position,
                            slot.keyChangedAt,
                            slot.rows.get(0).placedOver(),
                            slot.rows.get(0).cells());
            into.put(slot.key, state);
        }
    }

    /** Changes that are the last of a key, by which a key's state is explained. */
    Set<Change> effective() {
        var effective = new HashSet<Change>();
        slots.values().forEach(slot -> {
            if (slot.last != null) {
                effective.add(slot.last);
            }
        });
        return effective;
    }

    List<Finding> collisions() {
        var findings = new ArrayList<Finding>();
        slots.values().stream()
                .sorted((a, b) -> a.key.compareTo(b.key))
                .filter(slot -> slot.contested != null)
                .forEach(slot -> findings.add(
                        MergeFindings.keyCollision(policy, slot.key, Objects.requireNonNull(slot.contested))));
        return findings;
    }
}
