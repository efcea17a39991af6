package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.change.ChangeId;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.merge.MergeCounts.Tally;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.merge.RowVersion.Begin;
import io.convergence.merge.RowVersion.End;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The history of a table as a slowly changing dimension of type 2: all versions of all rows, as a pure function of the
 * changes; no input, no output, no clock. In whatever order changes are given, and however often, the answer is the same
 * (rule S11).
 *
 * <ul>
 *   <li>The position orders changes (rule S1). Commit times only say from when to when a version was: from inclusive, to
 *       exclusive, null for the current one. Where a commit time is before that of an earlier change of the key, which a
 *       source's clock can do between runs, the version begins when the one before it did, and that is reported.
 *   <li>Within a transaction all changes have one commit time. Of each key only the state at the commit is a version,
 *       unless {@link Intermediate#KEPT} is asked for.
 *   <li>A delete ends the version. A key change ends the version of the old key and begins one of the new (rule S10).
 *       Unknown cells inherit as in the current table (rule S9), and never across a delete.
 *   <li>An update that leaves every cell as it was makes no version.
 *   <li>The history starts when the load has ended: until then rows may be newer than the changes replayed over them
 *       (rule S6). What was there then is valid from the start of the history on. The start is
 *       {@link MergePolicy#loadEnd()}, or what {@link #startingAt} says; a table without a load starts at its first change.
 * </ul>
 *
 * All changes must be of one load generation and have a commit time. Immutable; thread-safe. Holds all given changes in memory.
 */
public final class ChangeHistory {
    // DMS writes commit times with six fraction digits.
    private static final Duration TIMESTAMP_STEP = Duration.ofNanos(1000);

    /** What becomes of states that a row had only within a transaction. */
    public enum Intermediate {
        /** They are no versions: nobody else could see them at the source. */
        COLLAPSED,
        /**
         * They are versions that end when they begin. While a transaction has more than one row on a key, which deferred
         * constraints allow, no state of that key is told.
         */
        KEPT
    }

    private final MergePolicy policy;
    private final RowLayout layout;
    private final Intermediate intermediate;
    private final @Nullable Instant startTime;

    private ChangeHistory(MergePolicy policy, Intermediate intermediate, @Nullable Instant startTime) {
        this.policy = policy;
        this.layout = RowLayout.of(policy.columns());
        this.intermediate = intermediate;
        this.startTime = startTime;
    }

    /** With states within a transaction collapsed, starting at the end of the load. */
    public static ChangeHistory of(MergePolicy policy) {
        return new ChangeHistory(requireNonNull(policy, "policy"), Intermediate.COLLAPSED, null);
    }

    public ChangeHistory withIntermediate(Intermediate states) {
        return new ChangeHistory(policy, requireNonNull(states, "states"), startTime);
    }

    /** Starts at this moment instead. Before the load's end it would show rows as they never were. */
    public ChangeHistory startingAt(Instant moment) {
        return new ChangeHistory(policy, intermediate, requireNonNull(moment, "moment"));
    }

    /**
     * The versions that the changes tell.
     *
     * @param changes all changes of the generation, or all of some keys and of those linked to them by key changes, in any order
     * @param newest what to do with the newest transaction (rule S7)
     * @throws UnmergeableChangeException as {@link ChangeMerger#merge}; also if a change has no commit time
     * @throws IllegalArgumentException if the changes are not of this table or not of one generation; if there is a load and
     *     neither its end nor a start is given
     */
    public HistoryResult versions(Collection<? extends ChangeRecord> changes, NewestTransaction newest) {
        return new Run().run(changes, newest);
    }

    private final class Run implements Replay.Watcher {
        private final Tally tally = new Tally();
        private final List<Finding> findings = new ArrayList<>();
        private final List<Finding> disputes = new ArrayList<>();
        private final Map<MergeKey, List<RowVersion>> versions = new TreeMap<>();
        private final Map<MergeKey, Change> contested = new TreeMap<>();
        private @Nullable Change backwards;
        private long backwardsCount;
        private Instant start = Instant.MIN;

        HistoryResult run(Collection<? extends ChangeRecord> records, NewestTransaction hold) {
            List<Change> changes = distinct(records);
            new OrderCheck(disputes, policy.runsByCounter()).check(changes);
            var loadKeys = new LoadKeys(policy, tally);
            loadKeys.check(changes);
            disputes.addAll(loadKeys.disputes());
            findings.addAll(loadKeys.warnings());
            start = start(changes);
            @Nullable
            Instant last = changes.stream()
                    .filter(change -> !change.isLoad())
                    .map(Run::time)
                    .max(Comparator.naturalOrder())
                    .orElse(null);
            Set<String> heldFiles = new TreeSet<>();
            if (hold == NewestTransaction.HOLD) {
                changes.removeIf(change -> !change.isLoad() && time(change).equals(last) && hold(change, heldFiles));
            }
            for (List<Change> group : groups(changes)) {
                new Replay(policy, layout, tally, this).apply(group);
            }
            contested.values().forEach(change -> disputes.add(MergeFindings.historyContested(policy, change)));
            if (!disputes.isEmpty()) {
                return new HistoryResult.Disputed(disputes);
            }

            if (backwards != null) {
                findings.add(MergeFindings.historyTimeBack(backwards, backwardsCount));
            }
            List<RowVersion> all = new ArrayList<>();
            versions.values().forEach(all::addAll);
            Instant complete = last == null || hold == NewestTransaction.HOLD ? last : last.plus(TIMESTAMP_STEP);
            return new HistoryResult.Versions(all, start, complete, heldFiles, MergeCounts.of(tally), findings);
        }

        private boolean hold(Change change, Set<String> files) {
            tally.add(What.HELD);
            files.add(change.record().origin().key());
            return true;
        }

        private static Instant time(Change change) {
            return change.record().timestamp().orElseThrow();
        }

        /** In position order, each change once. */
        private List<Change> distinct(Collection<? extends ChangeRecord> records) {
            tally.add(What.RECEIVED, records.size());
            var decoder = new ChangeDecoder(policy, layout);
            List<Change> all = new ArrayList<>(records.size());
            for (ChangeRecord record : records) {
                Change change = decoder.decode(record);
                if (!change.isLoad() && record.timestamp().isEmpty()) {
                    throw new UnmergeableChangeException(
                            record.origin(),
                            "it has no commit time, without which no history can be told.",
                            "Let DMS write one (TimestampColumnName), or keep the current state alone.");
                }
                all.add(change);
            }
            all.sort(Comparator.comparing(Change::position));
            Map<ChangeId, Change> byId = new LinkedHashMap<>();
            for (Change change : all) {
                requireSameGeneration(all.get(0), change);
                Change first = byId.putIfAbsent(change.id(), change);
                if (first != null) {
                    tally.add(What.DUPLICATE);
                    if (!first.sameContent(change)) {
                        disputes.add(MergeFindings.orderDisputed(
                                "Two different changes carry the same identity", first, change));
                    }
                }
            }
            return new ArrayList<>(byId.values());
        }

        private static void requireSameGeneration(Change one, Change other) {
            if (!one.position().generation().equals(other.position().generation())) {
                throw new IllegalArgumentException("Cannot tell one history of generations "
                        + one.position().generation() + " and "
                        + other.position().generation() + " (" + other.place()
                        + "): a reload begins a history of its own.");
            }
        }

        private Instant start(List<Change> changes) {
            if (startTime != null) {
                return startTime;
            }
            if (changes.stream().noneMatch(Change::isLoad)) {
                return changes.stream()
                        .map(Run::time)
                        .min(Comparator.naturalOrder())
                        .orElse(Instant.MIN);
            }
            return policy.loadEnd()
                    .orElseThrow(() -> new IllegalArgumentException("Cannot tell the history of table "
                            + policy.schema().table()
                            + ": it was loaded, and until the load's end rows may be newer than the"
                            + " changes replayed over them. Give the load's end"
                            + " (MergePolicy.withLoadEnd) or a start after it (startingAt)."));
        }

        private Collection<List<Change>> groups(List<Change> changes) {
            var links = new KeyLinks();
            for (Change change : changes) {
                links.link(change.key(), change.oldKey() == null ? change.key() : change.oldKey());
            }
            Map<MergeKey, List<Change>> groups = new LinkedHashMap<>();
            for (Change change : changes) {
                groups.computeIfAbsent(links.find(change.key()), root -> new ArrayList<>())
                        .add(change);
            }
            return groups.values();
        }

        @Override
        public void changed(Change change, List<Replay.AtKey> keys) {
            // Before the start there are no versions, only what will be there then.
            if (intermediate == Intermediate.KEPT
                    && !change.isLoad()
                    && !time(change).isBefore(start)) {
                keys.stream().filter(at -> at.rows().size() <= 1).forEach(this::see);
            }
        }

        @Override
        public void committed(List<Replay.AtKey> keys) {
            for (Replay.AtKey at : keys) {
                if (at.contested()) {
                    contested.putIfAbsent(at.key(), at.last());
                } else if (beforeStart(at)) {
                    // What it was before does not matter.
                    contested.remove(at.key());
                }
                see(at);
            }
        }

        private boolean beforeStart(Replay.AtKey at) {
            List<RowVersion> ofKey = versions.getOrDefault(at.key(), List.of());
            boolean begun = ofKey.stream().anyMatch(version -> version.begin() != Begin.START || !version.current());
            return !begun && (at.last().isLoad() || time(at.last()).isBefore(start));
        }

        private void see(Replay.AtKey at) {
            List<RowVersion> ofKey = versions.computeIfAbsent(at.key(), key -> new ArrayList<>());
            RowVersion open =
                    ofKey.isEmpty() || !ofKey.get(ofKey.size() - 1).current() ? null : ofKey.get(ofKey.size() - 1);
            RowCells now = at.rows().isEmpty() ? null : at.rows().get(0);
            if (beforeStart(at)) {
                ofKey.clear();
                if (now != null) {
                    ofKey.add(begin(at, now, start, Begin.START));
                }
                return;
            }
            if (open != null
                    && now != null
                    && same(open.cells(), now)
                    && !(intermediate == Intermediate.KEPT && anew(open, at.last()))) {
                return;
            }

            Instant moment = moment(at.last(), ofKey);
            if (open != null) {
                ofKey.set(ofKey.size() - 1, end(open, moment, now == null ? at : null));
            }
            if (now != null) {
                ofKey.add(begin(at, now, moment, begin(at)));
            }
        }

        /** Whether a change put another row of the same cells on the key. */
        private boolean anew(RowVersion open, Change last) {
            return !open.position().equals(last.position())
                    && (last.operation() == Operation.INSERT
                            || (last.oldKey() != null && last.key().equals(open.key())));
        }

        private Begin begin(Replay.AtKey at) {
            Change last = at.last();
            if (last.operation() == Operation.INSERT) {
                return Begin.INSERT;
            }
            return last.oldKey() != null && last.key().equals(at.key()) ? Begin.KEY_CHANGE : Begin.UPDATE;
        }

        private RowVersion begin(Replay.AtKey at, RowCells cells, Instant moment, Begin begin) {
            MergeKey from = begin == Begin.KEY_CHANGE ? at.last().oldKey() : null;
            return new RowVersion(at.key(), cells, moment, null, at.last().position(), begin, End.OPEN, from, null);
        }

        /** @param gone tells what took the row away; null if another version follows */
        private RowVersion end(RowVersion open, Instant moment, Replay.@Nullable AtKey gone) {
            MergeKey to = null;
            End end = End.REPLACED;
            if (gone != null) {
                Change last = gone.last();
                boolean moved = last.oldKey() != null && last.oldKey().equals(open.key());
                to = moved ? last.key() : null;
                end = moved ? End.KEY_CHANGE : End.DELETED;
            }
            return new RowVersion(
                    open.key(),
                    open.cells(),
                    open.validFrom(),
                    moment,
                    open.position(),
                    open.begin(),
                    end,
                    open.fromKey(),
                    to);
        }

        /** The commit time, but not before anything that was at the key before. */
        private Instant moment(Change last, List<RowVersion> ofKey) {
            Instant moment = time(last);
            Instant least = start;
            if (!ofKey.isEmpty()) {
                RowVersion before = ofKey.get(ofKey.size() - 1);
                least = before.validTo().orElse(before.validFrom());
            }
            if (!moment.isBefore(least)) {
                return moment;
            }
            backwards = backwards == null ? last : backwards;
            backwardsCount++;
            return least;
        }

        private static boolean same(RowCells one, RowCells other) {
            for (int i = 0; i < one.layout().size(); i++) {
                if (!java.util.Objects.equals(one.published(i), other.published(i))
                        || one.unknownBits().get(i) != other.unknownBits().get(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
