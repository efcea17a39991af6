package io.convergence.merge;

import io.convergence.Finding;
import io.convergence.change.ChangePosition;
import io.convergence.change.Operation;
import io.convergence.merge.MergeCounts.Tally;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.FileContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
 * Where it is not, the key is contested until a later change determines its row. The cases are in
 * {@code docs/decisions/0008-taken-keys.md}.
 */
final class Replay {
    private final MergePolicy policy;
    private final Tally tally;
    private final ImageMatch images;
    private final RowMaking making;
    private final LoadOverlap overlap;
    private final RowCells unseen;
    private final RowCells unread;
    private Set<MergeKey> ambiguous = Set.of();
    private final Map<MergeKey, Slot> slots = new HashMap<>();
    private final Map<Vacated, Integer> lastFreed = new HashMap<>();
    private final Map<String, Integer> lastOfTransaction = new HashMap<>();
    private final Map<MergeKey, List<Integer>> touches = new HashMap<>();
    private final Watcher watcher;
    private List<Change> changes = List.of();

    Replay(MergePolicy policy, RowLayout layout, Tally tally) {
        this(policy, layout, tally, Watcher.NONE);
    }

    Replay(MergePolicy policy, RowLayout layout, Tally tally, Watcher watcher) {
        this.watcher = watcher;
        this.policy = policy;
        this.tally = tally;
        this.images = new ImageMatch(policy, layout);
        this.making = new RowMaking(layout, tally);
        this.overlap = new LoadOverlap(policy, layout);
        unseen = making.unknown();
        unread = making.unknown();
    }

    /** Sees what is at the keys while changes are applied. */
    interface Watcher {
        Watcher NONE = new Watcher() {
            @Override
            public void changed(Change change, List<AtKey> keys) {}

            @Override
            public void committed(List<AtKey> keys) {}
        };

        /** After each change: what is at the keys it names. */
        void changed(Change change, List<AtKey> keys);

        /** After the last change of each transaction: what is at all keys its changes name. A load row is one of its own. */
        void committed(List<AtKey> keys);
    }

    /**
     * What is at a key.
     *
     * @param rows one at most after a commit
     * @param last the newest change that named the key
     * @param contested whether it is not told what is there; later changes may tell
     */
    record AtKey(MergeKey key, List<RowCells> rows, Change last, boolean contested) {
        private static AtKey of(Slot slot) {
            return new AtKey(
                    slot.key,
                    slot.rows.stream().map(Row::cells).toList(),
                    Objects.requireNonNull(slot.last),
                    slot.contested != null);
        }
    }

    private record Vacated(MergeKey key, String transaction) {}

    /** What is at one key at some moment. */
    private static final class Slot {
        private final MergeKey key;
        private final List<Row> rows = new ArrayList<>(1);
        private @Nullable ChangePosition position;
        private @Nullable ChangePosition keyChangedAt;
        private @Nullable String contested;
        private boolean maybeFree;
        private @Nullable Change last;
        private boolean ofUpdates;
        private @Nullable DeletedRow deleted;

        Slot(MergeKey key) {
            this.key = key;
        }

        /** The key's row is as the full load read it, maybe later than changes that come only now. */
        boolean loaded() {
            return rows.size() == 1 && position instanceof ChangePosition.Load && contested == null;
        }

        void clear() {
            rows.clear();
            ofUpdates = false;
            settle();
        }

        void settle() {
            contested = null;
            maybeFree = false;
        }

        void contest(Change change, String why) {
            if (contested == null) {
                contested = why + " (" + change.operation() + " at " + change.place() + ")";
            }
        }
    }

    /**
     * @param placedOver see {@link LiveRow#placedOver()}
     * @param insertedBy the transaction that inserted it, if that is among the changes applied here
     * @param misread whether the load may have read another row in its place, so that some of its cells are given up
     */
    private record Row(
            RowCells cells,
            @Nullable String placedOver,
            @Nullable String insertedBy,
            boolean misread) {
        Row with(RowCells changed) {
            return new Row(changed, placedOver, insertedBy, misread);
        }

        boolean insertedIn(Change change) {
            return insertedBy != null && insertedBy.equals(change.transaction());
        }
    }

    /** A row taken from a key, and whether it surely is the one that was there. */
    private record Taken(@Nullable Row row, boolean sure) {}

    void start(StoredRow stored) {
        var slot = new Slot(stored.key());
        boolean seen = !(stored instanceof Tombstone tombstone && tombstone.ofEarlierLoad());
        slot.position = seen ? stored.position() : null;
        slot.keyChangedAt = stored.keyChangedAt().orElse(null);
        if (stored instanceof LiveRow live) {
            slot.rows.add(new Row(live.cells(), live.overTransaction(), null, false));
        } else if (stored instanceof Tombstone tombstone) {
            slot.deleted = tombstone.deleted();
        }
        slots.put(stored.key(), slot);
    }

    /** @param all all changes to apply, in position order */
    void apply(List<Change> all) {
        changes = all;
        look();
        giveUpAmbiguous();
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
            List<Slot> named = from == null ? List.of(slot) : List.of(from, slot);
            watch(() -> watcher.changed(change, named.stream().map(AtKey::of).toList()));
            String transaction = change.transaction();
            if (transaction == null) {
                watch(() -> watcher.committed(named.stream().map(AtKey::of).toList()));
                continue;
            }
            Set<Slot> touched = open.computeIfAbsent(transaction, any -> new LinkedHashSet<>());
            touched.add(slot);
            if (from != null) {
                touched.add(from);
            }
            if (Objects.equals(lastOfTransaction.get(transaction), i)) {
                touched.forEach(Replay::commit);
                watch(() -> watcher.committed(touched.stream().map(AtKey::of).toList()));
                open.remove(transaction);
            }
        }
    }

    private void watch(Runnable seeing) {
        if (watcher != Watcher.NONE) {
            seeing.run();
        }
    }

    private void giveUpAmbiguous() {
        Map<MergeKey, RowCells> loaded = new HashMap<>();
        slots.values().stream()
                .filter(Slot::loaded)
                .forEach(slot -> loaded.put(slot.key, slot.rows.get(0).cells()));
        changes.stream().filter(Change::isLoad).forEach(change -> loaded.put(change.key(), making.read(change)));
        ambiguous = loaded.isEmpty() ? Set.of() : overlap.ambiguous(loaded, changes);
        for (MergeKey key : ambiguous) {
            Slot slot = slots.get(key);
            if (slot != null && slot.loaded()) {
                slot.rows.set(0, new Row(unread, null, null, true));
            }
        }
    }

    private void look() {
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            touches.computeIfAbsent(change.key(), key -> new ArrayList<>(1)).add(i);
            if (change.oldKey() != null) {
                touches.computeIfAbsent(change.oldKey(), key -> new ArrayList<>(1))
                        .add(i);
            }
            String transaction = change.transaction();
            if (transaction == null) {
                continue;
            }
            lastOfTransaction.put(transaction, i);
            MergeKey oldKey = change.oldKey();
            if (oldKey != null) {
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
            slot.contest(
                    Objects.requireNonNull(slot.last), "more than one row is left on it at the end of its transaction");
            slot.rows.subList(0, slot.rows.size() - 1).clear();
        }
        if (!slot.rows.isEmpty()) {
            slot.deleted = null;
        }
    }

    private void apply(Change change, int index, Slot slot, @Nullable Slot from) {
        if (slot.rows.isEmpty() && change.operation() != Operation.DELETE) {
            slot.deleted = null;
        }
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
                    keep(slot, change, take(slot, change, index));
                }
            }
        }
    }

    /**
     * Keeps the deleted row, if such rows are kept. One that moved to another key is not deleted. Of one that is not singled
     * out only what the delete tells is known.
     */
    private void keep(Slot slot, Change delete, Taken taken) {
        if (policy.deletedRows() == DeletedRows.KEPT) {
            RowCells cells =
                    taken.row() == null || !taken.sure() ? unseen : taken.row().cells();
            slot.deleted = new DeletedRow(
                    making.deleted(cells, delete),
                    Objects.requireNonNull(slot.position),
                    delete.record().timestamp().orElse(null));
        }
    }

    private void insert(Change change, int index, Slot slot) {
        if (change.isLoad() && ambiguous.contains(change.key())) {
            slot.clear();
            slot.rows.add(new Row(unread, null, null, true));
            return;
        }
        RowCells cells = making.fresh(change);
        boolean oldMayGo = policy.keyUniqueness() == KeyUniqueness.AT_COMMIT && later(lastFreed, change, index);
        boolean hides = oldMayGo && neverSeen(slot) && withoutLoad(change);
        boolean live = !slot.rows.isEmpty();
        if (live) {
            tally.add(What.INSERT_OVER_LIVE);
        }
        if (hides) {
            slot.rows.add(new Row(unseen, null, null, false));
        }
        if (!oldMayGo) {
            slot.clear();
        }
        slot.ofUpdates = false;
        slot.rows.add(new Row(cells, live || hides ? change.transaction() : null, change.transaction(), false));
    }

    private void update(Change change, Slot slot) {
        if (slot.rows.isEmpty()) {
            countAbsent();
            slot.ofUpdates = true;
            slot.rows.add(new Row(making.over(null, change), null, null, false));
            return;
        }
        if (slot.rows.size() == 2
                && policy.keyUniqueness() == KeyUniqueness.AT_EACH_STATEMENT
                && mayNotExist(slot.rows.get(0), change)) {
            // Another statement finds one row on the key.
            slot.rows.remove(0);
        }
        int chosen = insertedOverUnseen(slot, change) ? 1 : choose(slot, change, false);
        int place = chosen < 0 ? slot.rows.size() - 1 : chosen;
        if (chosen < 0) {
            slot.contest(change, "an update does not tell which of several rows on it it means");
        }
        Row row = slot.rows.get(place);
        RowCells cells = making.over(row.cells() == unseen ? null : row.cells(), change);
        slot.rows.set(place, row.with(cells));
        if (slot.rows.size() == 1) {
            slot.maybeFree = false;
            if (chosen >= 0 && !cells.hasInherited()) {
                slot.settle();
            }
        }
    }

    private void move(Change change, int index, Slot from, Slot to) {
        tally.add(What.KEY_CHANGED);
        boolean ofUpdates = from.ofUpdates;
        Taken taken = from.rows.isEmpty() ? new Taken(null, true) : take(from, change, index);
        Row moved = taken.row();
        boolean freedLater = later(lastFreed, change, index);
        boolean hides = neverSeen(to) && (withoutLoad(change) || overlap.mayPrecedeRead(change));
        if (hides && freedLater) {
            to.rows.add(new Row(unseen, null, null, false));
        }
        String placedOver = to.rows.isEmpty() && !hides ? null : change.transaction();
        boolean collides = false;
        if (!to.rows.isEmpty() && !freedLater) {
            if (to.loaded() && overlap.mayPrecedeRead(change)) {
                // Keys are unique at each commit and nothing frees this one: the load read the row after it had moved.
                tally.add(What.LOAD_OVERLAP_KEY_CHANGE);
                if (!ambiguous.contains(to.key)) {
                    moved = to.rows.get(0);
                    taken = new Taken(moved, true);
                }
            } else {
                collides = !to.maybeFree;
            }
            to.clear();
        }
        RowCells base = moved == null || moved.cells() == unseen ? null : moved.cells();
        if (base == null) {
            countAbsent();
        }
        RowCells cells = making.over(base, change);
        to.ofUpdates = base == null || ofUpdates;
        to.rows.add(new Row(cells, placedOver, null, moved != null && moved.misread()));
        if (collides) {
            to.contest(change, "a row moves onto it while its own row stays");
        }
        if (!taken.sure() && cells.hasInherited()) {
            to.contest(change, "cells it keeps come from a row that the images do not single out");
        }
    }

    private static boolean neverSeen(Slot slot) {
        return slot.position == null && slot.rows.isEmpty();
    }

    /** Then a key that no change has touched may have a row all the same. */
    private static boolean withoutLoad(Change change) {
        return change.position().generation().equals(FileContext.NO_LOAD);
    }

    /**
     * Whether a row was inserted on a key that is freed later in the transaction, and that may have had another row nobody
     * has seen: so rare that it is reported, not disputed.
     */
    private boolean insertedOverUnseen(Slot slot, Change change) {
        return slot.rows.size() == 2
                && withoutLoad(change)
                && slot.rows.get(0).cells() == unseen
                && slot.rows.get(1).insertedIn(change);
    }

    private void countAbsent() {
        tally.add(What.UPDATE_OF_ABSENT);
        if (policy.keyChanges() == KeyChanges.UNTRACKED) {
            tally.add(What.ORPHAN_POSSIBLE);
        }
    }

    /** Removes the row the change means. The slot has one at least. */
    private Taken take(Slot slot, Change change, int index) {
        if (slot.rows.size() == 1) {
            boolean sure = slot.contested == null;
            Row row = slot.rows.get(0);
            slot.clear();
            if (row.insertedIn(change)) {
                rememberOrder(slot, change);
            }
            return new Taken(row, sure);
        }
        rememberOrder(slot, change);
        if (insertedOverUnseen(slot, change) && images.fits(slot.rows.get(1).cells(), change)) {
            tally.add(What.UNSEEN_KEY_FREED);
            return takeAll(slot, 1);
        }
        boolean sure = slot.contested == null;
        boolean doubtful = slot.rows.size() == 2 && mayNotExist(slot.rows.get(0), change);
        int chosen = doubtful ? chooseBeside(slot, change, index) : choose(slot, change, true);
        if (doubtful && chosen == 1) {
            return takeAll(slot, 1);
        }
        if (chosen < 0) {
            slot.contest(change, "a change does not tell which of several rows on it leaves");
            slot.maybeFree = true;
            sure = false;
            chosen = slot.rows.size() - 1;
        } else if (chosen > 0) {
            slot.contest(change, "the row that came last leaves, and whether the older one is still there is not told");
            slot.maybeFree = true;
        }
        return new Taken(slot.rows.remove(chosen), sure);
    }

    /** Takes a row and with it the older one beside it, which was not there. */
    private static Taken takeAll(Slot slot, int place) {
        var taken = new Taken(slot.rows.get(place), slot.contested == null);
        slot.clear();
        return taken;
    }

    /** Whether the key may have been free for this transaction: the load found no row on it, or maybe a later one. */
    private boolean mayNotExist(Row row, Change change) {
        return (row.cells() == unseen || row.cells() == unread) && overlap.mayPrecedeRead(change);
    }

    /**
     * Which of two rows leaves, of which the older may not be there: told by whether the key has a row afterwards. Where the
     * load found none, it was free when that was read, and so it is after the last change that frees it.
     *
     * @return 0 if the older one leaves, 1 if the other leaves and the key is free, -1 if that is not told
     */
    private int chooseBeside(Slot slot, Change change, int index) {
        boolean toldOld = change.operation() == Operation.DELETE || images.tellsOldCells(change);
        boolean refuted = toldOld && !images.fits(slot.rows.get(1).cells(), change);
        boolean found = slot.rows.get(0).cells() == unread;
        return switch (after(slot.key, index)) {
            case FREE -> refuted ? -1 : 1;
            case UNTOUCHED -> refuted ? 0 : found ? -1 : 1;
            case TAKEN -> refuted || policy.keyUniqueness() == KeyUniqueness.AT_EACH_STATEMENT ? 0 : -1;
            case OPEN -> refuted ? 0 : -1;
        };
    }

    /** What the next change of a key tells of it. */
    private enum After {
        /** It comes to it. */
        FREE,
        /** It speaks of the row on it. */
        TAKEN,
        /** Either, as far as can be told. */
        OPEN,
        /** There is none before the load's end. */
        UNTOUCHED
    }

    private After after(MergeKey key, int index) {
        List<Integer> places = touches.getOrDefault(key, List.of());
        int place = Collections.binarySearch(places, index) + 1;
        if (place >= places.size()) {
            return After.UNTOUCHED;
        }
        int nextIndex = places.get(place);
        Change next = changes.get(nextIndex);
        if (!overlap.mayPrecedeRead(next)) {
            return After.UNTOUCHED;
        }
        boolean comes = next.key().equals(key) && (next.operation() == Operation.INSERT || next.oldKey() != null);
        if (!comes) {
            return After.TAKEN;
        }
        return later(lastFreed, next, nextIndex) ? After.OPEN : After.FREE;
    }

    /**
     * What became of the key depends on what was on it before its transaction, so a change that arrives late from before
     * must not be decided by the stored row alone.
     */
    private void rememberOrder(Slot slot, Change change) {
        if (policy.keyUniqueness() == KeyUniqueness.AT_COMMIT || slot.rows.size() > 1) {
            slot.keyChangedAt = change.position();
        }
    }

    /** The place of the row the change means, or -1 if its images fit none, or several that differ. */
    private int choose(Slot slot, Change change, boolean leaves) {
        if (slot.rows.size() == 1) {
            return 0;
        }
        boolean delete = change.operation() == Operation.DELETE;
        boolean toldOld = delete || images.tellsOldCells(change);
        int found = -1;
        int hidden = -1;
        boolean allEqual = !delete;
        for (int i = 0; i < slot.rows.size(); i++) {
            RowCells cells = slot.rows.get(i).cells();
            allEqual &= images.sameButForKey(cells, slot.rows.get(0).cells());
            if (cells == unseen) {
                hidden = i;
            } else if (images.fits(cells, change)) {
                found = found == -1 ? i : -2;
            }
        }
        if (hidden >= 0) {
            // Nothing contradicts a row nobody has seen: it is meant only where the old cells rule out all others.
            found = toldOld && found == -1 ? hidden : -1;
        } else if (leaves && policy.keyUniqueness() == KeyUniqueness.AT_EACH_STATEMENT) {
            return 0;
        } else if (found == -2 && allEqual) {
            return 0;
        } else if (!toldOld && (change.oldKey() == null || found > 0)) {
            // The image after a change proves nothing for a row that came within the transaction: the change may have
            // made the key's own row look like it. That a row is changed to look like the key's own is not assumed.
            found = -1;
        }
        if (found >= 0) {
            tally.add(What.MOVED_BY_IMAGE);
        }
        return Math.max(found, -1);
    }

    /** The state of each key that a change touched. */
    void collect(Map<MergeKey, StoredRow> into) {
        for (Slot slot : slots.values()) {
            if (slot.last == null || slot.position == null) {
                continue;
            }
            if (slot.rows.isEmpty()) {
                into.put(slot.key, new Tombstone(slot.key, slot.position, slot.keyChangedAt, slot.deleted));
                continue;
            }
            Row row = slot.rows.get(0);
            if (slot.ofUpdates) {
                tally.add(What.ROW_OF_UPDATES);
            }
            if (row.misread()) {
                tally.add(What.LOAD_OVERLAP_UNKNOWN, row.cells().unknownBits().cardinality());
            }
            into.put(slot.key, new LiveRow(slot.key, slot.position, slot.keyChangedAt, row.placedOver(), row.cells()));
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
