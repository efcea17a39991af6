package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.change.ChangeId;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowOrigin;
import io.convergence.merge.MergeCounts.Tally;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.FileContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The state per key as a pure function of stored rows and changes: no input, no output, no clock. Whatever the order and
 * split in which changes are delivered, and however often, the outcome equals that of applying all distinct changes in
 * position order (rule S11); where stored rows do not suffice for that, the answer is
 * {@link MergeResult.NeedsHistory}, and where the changes contradict each other, {@link MergeResult.Disputed}.
 *
 * <p>Keys linked by key changes are decided together, other keys apart. A group starts from its stored rows if each of
 * its changes is newer than what is stored of its keys, and otherwise from all its changes. An older change may be
 * dropped only if the stored row depends on nothing below it: no inherited cell, no key change above it.
 *
 * <p>An insert of a live key replaces the row (counted): the full load had read it already, or a TRUNCATE went unseen. If
 * the key is freed later in the same transaction, the old row may be the one that goes, where constraints can be deferred
 * ({@link KeyUniqueness}): the images tell which, or a later change does, or the key is disputed.
 *
 * <p>A full load that runs while changes go on may have read a row after changes that are replayed over it. For a key
 * change onto a key whose row is still as loaded that row's own cells are kept. Where the load may have read another row
 * than the one a key change took away, the cells that no change tells are unknown and reported; {@link
 * MergePolicy#loadEnd()} bounds the time in which that is possible. The cases are in
 * {@code docs/decisions/0008-taken-keys.md}.
 *
 * <p>All changes and stored rows are of one load generation: a reload starts with nothing stored. Immutable;
 * thread-safe. Holds the touched keys and all given changes in memory.
 */
public final class ChangeMerger {
    private final MergePolicy policy;
    private final RowLayout layout;
    private final LoadOverlap overlap;

    private ChangeMerger(MergePolicy policy) {
        this.policy = policy;
        this.layout = RowLayout.of(policy.columns());
        this.overlap = new LoadOverlap(policy, layout);
    }

    public static ChangeMerger of(MergePolicy policy) {
        return new ChangeMerger(requireNonNull(policy, "policy"));
    }

    /** The columns of the rows this merger reads and makes. */
    public RowLayout layout() {
        return layout;
    }

    /**
     * Tells the changes that belong to the history of these keys, as {@link MergeInput#withHistory} wants them. The
     * predicate is not thread-safe.
     *
     * @throws UnmergeableChangeException when asked about a change that {@link #merge(MergeInput)} refuses
     */
    public Predicate<ChangeRecord> touching(Set<MergeKey> keys) {
        Set<MergeKey> wanted = Set.copyOf(keys);
        var decoder = new ChangeDecoder(policy, layout);
        return record -> keys(decoder.decode(record)).stream().anyMatch(wanted::contains);
    }

    /**
     * The keys a change touches: its row's, and that before the change if it is another one.
     *
     * @throws UnmergeableChangeException as {@link #merge(MergeInput)}
     */
    public Set<MergeKey> keys(ChangeRecord record) {
        return Set.copyOf(keys(new ChangeDecoder(policy, layout).decode(record)));
    }

    /** Merges with the newest transaction held and without history. */
    public MergeResult merge(StoredRows stored, Collection<? extends ChangeRecord> changes) {
        return merge(MergeInput.of(stored, changes));
    }

    /**
     * @throws UnmergeableChangeException if a change has no key, a column that is not published, or a value that the
     *     published type cannot hold
     * @throws IllegalArgumentException if the changes are not of this table, or not of the generation stored
     */
    public MergeResult merge(MergeInput input) {
        return new Run(input, null).run();
    }

    /**
     * Merges some of the changes of a merge: all of some keys and of those linked to them by key changes. What follows from
     * the counts of the whole is told by {@link #findings}, and completeness by the mark.
     *
     * @param mark has seen every change of all parts
     * @throws UnmergeableChangeException as {@link #merge(MergeInput)}
     */
    public MergeResult mergePart(MergeInput input, CommitMark mark) {
        return new Run(input, requireNonNull(mark, "mark")).run();
    }

    /**
     * What the counts of a whole merge give reason to tell.
     *
     * @param previous the {@code completeThrough} of the stored state; null if there is none
     * @param loaded whether the table has a full load
     */
    public List<Finding> findings(MergeCounts counts, @Nullable Instant previous, boolean loaded) {
        var findings = new ArrayList<Finding>();
        if (counts.of(What.LATE) > 0 && previous != null) {
            findings.add(MergeFindings.late(policy, counts.of(What.LATE), previous));
        }
        if (counts.of(What.ORPHAN_POSSIBLE) > 0) {
            findings.add(MergeFindings.orphans(policy, counts.of(What.ORPHAN_POSSIBLE)));
        }
        if (counts.of(What.ROW_OF_UPDATES) > 0 && policy.keyChanges() == KeyChanges.BEFORE_IMAGES) {
            findings.add(MergeFindings.rowsOfUpdates(policy, counts.of(What.ROW_OF_UPDATES), loaded));
        }
        if (counts.of(What.LOAD_OVERLAP_UNKNOWN) > 0) {
            findings.add(MergeFindings.loadOverlap(policy, counts.of(What.LOAD_OVERLAP_UNKNOWN)));
        }
        if (counts.of(What.UNSEEN_KEY_FREED) > 0) {
            findings.add(MergeFindings.unseenKeyFreed(policy, counts.of(What.UNSEEN_KEY_FREED)));
        }
        return findings;
    }

    /** One call. */
    private final class Run {
        private final MergeInput input;
        private final Tally tally = new Tally();
        private final List<Finding> findings = new ArrayList<>();
        private final Map<MergeKey, StoredRow> stored = new HashMap<>();
        private final Map<MergeKey, StoredRow> results = new TreeMap<>();
        private final Set<MergeKey> historyNeeded = new TreeSet<>();
        private final Set<String> heldFiles = new TreeSet<>();
        private final List<RowOrigin> quarantined = new ArrayList<>();
        private final List<Finding> disputes = new ArrayList<>();
        private final CommitMark mark;
        private final boolean whole;
        private boolean loaded;

        Run(MergeInput input, @Nullable CommitMark markOfAll) {
            this.input = input;
            this.whole = markOfAll == null;
            this.mark = markOfAll == null ? new CommitMark(input.newest(), input.previous()) : markOfAll;
        }

        MergeResult run() {
            List<Change> changes = distinct();
            new OrderCheck(disputes, policy.runsByCounter()).check(changes);
            var loadKeys = new LoadKeys(policy, tally);
            loadKeys.check(changes);
            disputes.addAll(loadKeys.disputes());
            findings.addAll(loadKeys.warnings());
            List<List<Change>> groups = group(ready(changes));
            loadStored(groups);
            if (disputes.isEmpty()) {
                groups.forEach(this::decide);
            }
            if (!disputes.isEmpty()) {
                return disputed();
            }
            if (!historyNeeded.isEmpty()) {
                historyNeeded.addAll(input.complete());
                var received = new Tally();
                received.add(What.RECEIVED, input.changes().size());
                return new MergeResult.NeedsHistory(historyNeeded, MergeCounts.of(received), List.of());
            }
            return merged();
        }

        /** In position order, each change once. */
        private List<Change> distinct() {
            tally.add(What.RECEIVED, input.changes().size());
            var decoder = new ChangeDecoder(policy, layout);
            var changes = new ArrayList<Change>(input.changes().size());
            for (ChangeRecord record : input.changes()) {
                changes.add(decoder.decode(record));
            }
            if (!changes.isEmpty()) {
                Instant generation = changes.get(0).position().generation();
                loaded = !generation.equals(FileContext.NO_LOAD);
                changes.forEach(change -> requireGeneration(generation, change.position(), change.place()));
            }
            changes.sort(Comparator.comparing(Change::position));
            Map<ChangeId, Change> byId = new LinkedHashMap<>();
            for (Change change : changes) {
                Change first = byId.putIfAbsent(change.id(), change);
                if (first == null) {
                    continue;
                }
                tally.add(What.DUPLICATE);
                if (!first.sameContent(change)) {
                    disputes.add(MergeFindings.orderDisputed(
                            "Two different changes carry the same identity", first, change));
                }
            }
            return new ArrayList<>(byId.values());
        }

        private static void requireGeneration(Instant generation, ChangePosition position, String place) {
            if (!position.generation().equals(generation)) {
                throw new IllegalArgumentException(
                        "Cannot merge generations " + generation + " and " + position.generation() + " (" + place
                                + ") together: start the newer one with nothing stored.");
            }
        }

        /** Without those of the newest commit timestamp, unless it is settled (rule S7). */
        private List<Change> ready(List<Change> changes) {
            if (whole) {
                changes.stream().filter(change -> !change.isLoad()).forEach(change -> mark.see(change.record()));
            }
            var ready = new ArrayList<Change>(changes.size());
            for (Change change : changes) {
                if (!change.isLoad() && mark.holds(CommitMark.commitOf(change.record()))) {
                    tally.add(What.HELD);
                    heldFiles.add(change.record().origin().key());
                } else {
                    ready.add(change);
                }
            }
            return ready;
        }

        /** Keys linked by key changes, each group's changes in position order. */
        private List<List<Change>> group(List<Change> changes) {
            var links = new KeyLinks();
            for (Change change : changes) {
                links.link(change.key(), change.oldKey() == null ? change.key() : change.oldKey());
            }
            Map<MergeKey, List<Change>> groups = new LinkedHashMap<>();
            for (Change change : changes) {
                groups.computeIfAbsent(links.find(change.key()), root -> new ArrayList<>())
                        .add(change);
            }
            return new ArrayList<>(groups.values());
        }

        private void loadStored(List<List<Change>> groups) {
            for (List<Change> group : groups) {
                for (Change change : group) {
                    for (MergeKey key : keys(change)) {
                        input.stored().find(key).ifPresent(row -> {
                            requireGeneration(change.position().generation(), row.position(), "stored");
                            stored.put(key, row);
                            if (OrderCheck.disagree(change.position(), row.position())) {
                                disputes.add(MergeFindings.orderDisputed(change, row));
                            }
                        });
                    }
                }
            }
            var touched = new HashSet<MergeKey>();
            groups.forEach(group -> group.forEach(change -> touched.addAll(keys(change))));
            for (MergeKey key : input.complete()) {
                if (!touched.contains(key)) {
                    input.stored()
                            .find(key)
                            .filter(row -> !ofEarlierLoad(row))
                            .ifPresent(row -> disputes.add(MergeFindings.historyIncomplete(policy, key, row)));
                }
            }
        }

        private void decide(List<Change> group) {
            var keys = new HashSet<MergeKey>();
            group.forEach(change -> keys.addAll(keys(change)));
            boolean some = keys.stream().anyMatch(input.complete()::contains);
            if (some && !input.complete().containsAll(keys)) {
                historyNeeded.addAll(keys);
                return;
            }
            if (some) {
                replayAll(group, keys);
                return;
            }
            List<Change> fresh = new ArrayList<>(group.size());
            var local = new Tally();
            for (Change change : group) {
                switch (fate(change)) {
                    case APPLY -> fresh.add(change);
                    case NEEDS_HISTORY -> {
                        historyNeeded.addAll(keys);
                        return;
                    }
                    case REPLAYED -> local.add(What.REPLAYED);
                    case STALE -> local.add(What.STALE);
                    case STALE_BELOW_TOMBSTONE -> local.add(What.STALE_BELOW_TOMBSTONE);
                    case QUARANTINED -> {
                        local.add(What.QUARANTINED);
                        quarantined.add(change.record().origin());
                        findings.add(MergeFindings.quarantined(change));
                    }
                }
            }
            if (leavesLoadedCellsBehind(fresh)) {
                historyNeeded.addAll(keys);
                return;
            }
            tally.addAll(local);
            var replay = new Replay(policy, layout, tally);
            for (MergeKey key : keys) {
                StoredRow row = stored.get(key);
                if (row != null) {
                    replay.start(row);
                }
            }
            replay.apply(fresh);
            finish(replay);
            Set<Change> effective = replay.effective();
            for (Change change : fresh) {
                tally.add(effective.contains(change) ? What.APPLIED : What.SUPERSEDED);
                countLate(change);
            }
        }

        private void countLate(Change change) {
            Instant previous = input.previous();
            if (previous != null
                    && !change.isLoad()
                    && change.record()
                            .timestamp()
                            .filter(time -> time.isBefore(previous))
                            .isPresent()) {
                tally.add(What.LATE);
            }
        }

        private void replayAll(List<Change> group, Set<MergeKey> keys) {
            var ids = new HashSet<ChangeId>();
            group.forEach(change -> ids.add(change.id()));
            for (MergeKey key : keys) {
                StoredRow row = stored.get(key);
                if (row != null && !ofEarlierLoad(row) && !ids.contains(ChangeId.of(row.position()))) {
                    disputes.add(MergeFindings.historyIncomplete(policy, key, row));
                }
            }
            tally.add(What.FROM_HISTORY, group.size());
            var replay = new Replay(policy, layout, tally);
            keys.stream()
                    .map(stored::get)
                    .filter(row -> row != null && ofEarlierLoad(row))
                    .forEach(replay::start);
            replay.apply(group);
            finish(replay);
        }

        private static boolean ofEarlierLoad(StoredRow row) {
            return row instanceof Tombstone tombstone && tombstone.ofEarlierLoad();
        }

        private void finish(Replay replay) {
            disputes.addAll(replay.collisions());
            replay.collect(results);
        }

        private Fate fate(Change change) {
            List<MergeKey> keys = keys(change);
            for (MergeKey key : keys) {
                StoredRow row = stored.get(key);
                if (row != null && applied(change, row)) {
                    return Fate.REPLAYED;
                }
            }
            if (keys.stream().anyMatch(key -> !stored.containsKey(key)) && belowFloor(change)) {
                return Fate.QUARANTINED;
            }
            for (MergeKey key : keys) {
                StoredRow row = stored.get(key);
                if (row == null) {
                    continue;
                }
                Fate fate = fate(change, row);
                if (fate != Fate.APPLY) {
                    return change.oldKey() == null ? fate : Fate.NEEDS_HISTORY;
                }
            }
            return Fate.APPLY;
        }

        private boolean belowFloor(Change change) {
            return policy.floor()
                    .filter(floor -> change.position().compareTo(floor) < 0)
                    .isPresent();
        }

        private static boolean applied(Change change, StoredRow row) {
            return ChangeId.of(row.position()).equals(change.id())
                    || (row instanceof Tombstone tombstone
                            && tombstone
                                    .deletedRow()
                                    .filter(deleted ->
                                            ChangeId.of(deleted.position()).equals(change.id()))
                                    .isPresent())
                    || row.keyChangedAt()
                            .filter(at -> ChangeId.of(at).equals(change.id()))
                            .isPresent();
        }

        private static boolean isOldKey(MergeKey key, Change change) {
            MergeKey oldKey = change.oldKey();
            return oldKey != null && oldKey.equals(key);
        }

        /**
         * Whether a row takes cells of an earlier merge to another key and a row comes to the key it left: that may be the
         * one the load had read there, which only the loaded row itself can tell.
         */
        private boolean leavesLoadedCellsBehind(List<Change> fresh) {
            var left = new HashSet<MergeKey>();
            var taken = new HashSet<MergeKey>();
            for (Change change : fresh) {
                if (!overlap.mayPrecedeRead(change)) {
                    continue;
                }
                MergeKey oldKey = change.oldKey();
                if (oldKey != null || change.operation() == Operation.INSERT) {
                    taken.add(change.key());
                }
                if (oldKey != null
                        && stored.get(oldKey) instanceof LiveRow live
                        && !(live.position() instanceof ChangePosition.Load)
                        && live.cells().hasInherited()) {
                    left.add(oldKey);
                }
            }
            return !Collections.disjoint(left, taken);
        }

        /** What the row at one of the change's keys makes of it. */
        private Fate fate(Change change, StoredRow row) {
            if (row.keyChangedAt().isPresent() && overlap.mayPrecedeRead(change)) {
                return Fate.NEEDS_HISTORY;
            }
            if (change.position().compareTo(row.position()) > 0) {
                boolean frees = change.operation() == Operation.DELETE || isOldKey(row.key(), change);
                return frees && row instanceof LiveRow live && cut(change, live) ? Fate.NEEDS_HISTORY : Fate.APPLY;
            }
            if (row.keyChangedAt()
                    .filter(at -> change.position().compareTo(at) < 0)
                    .isPresent()) {
                return Fate.NEEDS_HISTORY;
            }
            if (row instanceof LiveRow live) {
                return live.cells().hasInherited() ? Fate.NEEDS_HISTORY : Fate.STALE;
            }
            if (policy.deletedRows() == DeletedRows.KEPT && row instanceof Tombstone tombstone) {
                // The change may be the last one before the delete, or tell a cell of the row that is kept.
                DeletedRow deleted = tombstone.deleted();
                if (deleted == null
                        || change.position().compareTo(deleted.position()) > 0
                        || deleted.cells().hasInherited()) {
                    return Fate.NEEDS_HISTORY;
                }
            }
            // The delete may be that of an older row, and this change the one that put a new one on the key before it.
            boolean together =
                    policy.keyUniqueness() == KeyUniqueness.AT_COMMIT && sameMoment(change.position(), row.position());
            return together ? Fate.NEEDS_HISTORY : Fate.STALE_BELOW_TOMBSTONE;
        }

        /** Whether the row may have come to its key in the transaction of the change that frees it. */
        private boolean cut(Change change, LiveRow live) {
            if (live.overTransaction() != null && live.overTransaction().equals(change.transaction())) {
                return true;
            }
            return policy.keyUniqueness() == KeyUniqueness.AT_COMMIT && sameMoment(change.position(), live.position());
        }

        private static boolean sameMoment(ChangePosition one, ChangePosition other) {
            if (one instanceof ChangePosition.Sequenced a && other instanceof ChangePosition.Sequenced b) {
                return a.sequence().timePart().equals(b.sequence().timePart());
            }
            return one instanceof ChangePosition.Filed a
                    && other instanceof ChangePosition.Filed b
                    && a.fileInstant().equals(b.fileInstant());
        }

        private MergeResult disputed() {
            var counts = new Tally();
            counts.add(What.RECEIVED, input.changes().size());
            counts.add(What.WITHHELD, input.changes().size());
            counts.add(What.DISPUTED, disputes.size());
            return new MergeResult.Disputed(MergeCounts.of(counts), disputes);
        }

        private MergeResult merged() {
            var upserts = new ArrayList<LiveRow>();
            var tombstones = new ArrayList<Tombstone>();
            for (StoredRow row : results.values()) {
                if (row instanceof LiveRow live) {
                    upserts.add(live);
                } else if (row instanceof Tombstone tombstone) {
                    tombstones.add(tombstone);
                }
            }
            MergeCounts counts = MergeCounts.of(tally);
            if (whole) {
                findings.addAll(ChangeMerger.this.findings(counts, input.previous(), loaded));
            }
            return new MergeResult.Merged(
                    upserts,
                    tombstones,
                    heldFiles,
                    quarantined,
                    mark.completeThrough().orElse(null),
                    counts,
                    findings);
        }
    }

    private enum Fate {
        APPLY,
        NEEDS_HISTORY,
        REPLAYED,
        STALE,
        STALE_BELOW_TOMBSTONE,
        QUARANTINED
    }

    private static List<MergeKey> keys(Change change) {
        MergeKey oldKey = change.oldKey();
        return oldKey == null ? List.of(change.key()) : List.of(change.key(), oldKey);
    }
}
