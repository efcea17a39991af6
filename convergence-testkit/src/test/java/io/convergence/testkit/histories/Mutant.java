package io.convergence.testkit.histories;

import io.convergence.change.CellState;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.Operation;
import io.convergence.change.RowOrigin;
import io.convergence.merge.ChangeMerger;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput;
import io.convergence.merge.MergePolicy;
import io.convergence.merge.MergeResult;
import io.convergence.merge.RowCells;
import io.convergence.merge.StoredRow;
import io.convergence.merge.Tombstone;
import io.convergence.raw.ReplayVerdict;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ways to get the merge wrong, each of which the histories must find out. They stand around the product, which knows none of them. */
enum Mutant {
    /** S1: the commit time decides, and among equals the last that came. */
    ORDER_BY_TIMESTAMP(() -> new Handling() {
        @Override
        public List<? extends ChangeRecord> given(List<PureChange> changes) {
            List<PureChange> placed = new ArrayList<>();
            for (int i = 0; i < changes.size(); i++) {
                PureChange change = changes.get(i);
                placed.add(
                        change.position() instanceof ChangePosition.Sequenced s
                                ? new PureChange(
                                        change.operation(),
                                        new ChangePosition.Sequenced(
                                                s.generation(), counted(s, i), s.generation(), s.fileInstant(), i),
                                        new RowOrigin(change.origin().key(), i),
                                        change.time(),
                                        change.image(),
                                        change.old())
                                : change);
            }
            return placed;
        }

        private static ChangeSequence counted(ChangePosition.Sequenced position, int number) {
            return new ChangeSequence(position.sequence().timePart() + String.format(Locale.ROOT, "%019d", number));
        }
    }),
    /** S1: runs are not told apart, so that the counter alone decides within a hundredth of a second. */
    RUN_IGNORED(() -> new Handling() {
        @Override
        public PureChange placed(PureChange change) {
            return change.position() instanceof ChangePosition.Sequenced s
                    ? change.at(new ChangePosition.Sequenced(
                            s.generation(), s.sequence(), s.generation(), s.fileInstant(), s.row()))
                    : change;
        }
    }),
    /** S1: rows of the load come behind the changes of its time. */
    LOAD_AFTER_CHANGES(() -> new Handling() {
        @Override
        public PureChange placed(PureChange change) {
            return change.position() instanceof ChangePosition.Load load
                    ? change.at(new ChangePosition.Sequenced(
                            load.generation(),
                            new ChangeSequence("2026030110010000" + String.format(Locale.ROOT, "%019d", load.row())),
                            load.generation(),
                            load.generation(),
                            load.row()))
                    : change;
        }
    }),
    /** S3: what a restart writes again is taken for new. */
    REPLAY_NOT_DROPPED(() -> new Handling() {
        @Override
        public ReplayVerdict verdict(ReplayVerdict verdict) {
            return ReplayVerdict.none(verdict.key(), verdict.firstTime());
        }
    }),
    /** S7: the newest transaction is applied though it may be cut. */
    HELD_TRANSACTION_APPLIED(() -> new Handling() {
        @Override
        public MergeInput.NewestTransaction newest(MergeInput.NewestTransaction newest) {
            return MergeInput.NewestTransaction.SETTLED;
        }
    }),
    /** S8: what was not logged is taken for null. */
    UNKNOWN_AS_NULL(() -> new Handling() {
        @Override
        public PureChange placed(PureChange change) {
            @Nullable Object[] cells = change.image().values();
            for (int i = 0; i < cells.length; i++) {
                cells[i] = cells[i] == PureChange.UNKNOWN ? null : cells[i];
            }
            return change.with(new PureChange.Image(change.image().columns(), cells));
        }
    }),
    /** S9: a row inserted where one was deleted keeps the old one's cells where it has none of its own. */
    KEPT_ACROSS_DELETE(() -> new Handling() {
        private final java.util.Map<Object, LiveRow> gone = new java.util.HashMap<>();

        @Override
        public Optional<StoredRow> kept(StoredRow row, Optional<StoredRow> before) {
            if (row instanceof Tombstone && before.orElse(null) instanceof LiveRow live) {
                gone.put(row.key(), live);
            }
            if (!(row instanceof LiveRow live) || !live.cells().hasUnknown() || !gone.containsKey(row.key())) {
                return Optional.of(row);
            }

            RowCells old = gone.get(row.key()).cells();
            @Nullable Object[] cells = cells(live.cells());
            live.cells().unknown().stream()
                    .filter(place -> place < old.layout().size())
                    .forEach(place -> cells[place] = old.published(place));
            return Optional.of(new LiveRow(
                    live.key(),
                    live.position(),
                    live.lastKeyChange(),
                    live.overTransaction(),
                    RowCells.of(live.cells().layout(), cells)));
        }
    }),
    /** S9: a row does not remember which of its cells it inherited. */
    INHERITED_FORGOTTEN(() -> new Handling() {
        @Override
        public Optional<StoredRow> kept(StoredRow row, Optional<StoredRow> before) {
            return Optional.of(
                    row instanceof LiveRow live
                            ? new LiveRow(
                                    live.key(),
                                    live.position(),
                                    live.lastKeyChange(),
                                    live.overTransaction(),
                                    RowCells.of(
                                            live.cells().layout(),
                                            cells(live.cells()),
                                            new BitSet(),
                                            live.cells().unknown()))
                            : row);
        }
    }),
    /** S10: the old key of a key change stays. */
    KEY_CHANGE_NOT_MOVED(() -> new Handling() {
        @Override
        public PureChange placed(PureChange change) {
            return change.withoutBefore();
        }
    }),
    /** S10: a key change is a delete and an insert, so that cells it does not log are lost. */
    KEY_CHANGE_WITHOUT_ITS_ROW(() -> new Handling() {
        @Override
        public List<? extends ChangeRecord> given(List<PureChange> changes) {
            List<ChangeRecord> split = new ArrayList<>();
            for (PureChange change : changes) {
                PureChange.Image old = change.old();
                if (old == null) {
                    split.add(change);
                } else {
                    ChangePosition.Sequenced s = (ChangePosition.Sequenced) change.position();
                    split.add(new PureChange(Operation.DELETE, before(s), change.origin(), change.time(), old, null));
                    split.add(change.withoutBefore().as(Operation.INSERT));
                }
            }
            return split;
        }

        /** Counters go up by four or more, so there is room. */
        private static ChangePosition before(ChangePosition.Sequenced position) {
            String text = position.sequence().text();
            long counter = Long.parseLong(position.sequence().counterPart()) - 1;
            return new ChangePosition.Sequenced(
                    position.generation(),
                    new ChangeSequence(text.substring(0, 16) + String.format(Locale.ROOT, "%019d", counter)),
                    position.run(),
                    position.fileInstant(),
                    position.row());
        }
    }),
    /** S11: a change beats whatever is stored. */
    NO_GUARD(() -> new Handling() {
        @Override
        public StoredRow found(StoredRow row) {
            var first = new ChangePosition.Load(row.position().generation(), "", 0, 0);
            return row instanceof LiveRow live
                    ? new LiveRow(live.key(), first, null, live.overTransaction(), live.cells())
                    : new Tombstone(row.key(), first, null);
        }
    }),
    /** S11: the guard alone decides, and history is never asked for. */
    HISTORY_NOT_ASKED(() -> new Handling() {
        @Override
        public StoredRow found(StoredRow row) {
            return row instanceof LiveRow live
                    ? new LiveRow(
                            live.key(),
                            live.position(),
                            null,
                            null,
                            RowCells.of(
                                    live.cells().layout(),
                                    cells(live.cells()),
                                    new BitSet(),
                                    live.cells().unknown()))
                    : new Tombstone(row.key(), row.position(), null);
        }
    }),
    /** S12: a deleted key is forgotten. */
    NO_TOMBSTONES(() -> new Handling() {
        @Override
        public Optional<StoredRow> kept(StoredRow row, Optional<StoredRow> before) {
            return row instanceof Tombstone ? Optional.empty() : Optional.of(row);
        }
    }),
    /** S12: a change below the floor is applied though the tombstone that would have stopped it is gone. */
    FLOOR_IGNORED(() -> new Handling() {
        @Override
        public MergePolicy policy(MergePolicy policy) {
            MergePolicy unbounded = MergePolicy.of(new TableSchema(
                            policy.schema().table(), policy.schema().columns(), policy.keyColumns()))
                    .withKeyUniqueness(policy.keyUniqueness());
            return policy.loadEnd().map(unbounded::withLoadEnd).orElse(unbounded);
        }
    }),
    /** S3: the same change in two files is taken for two. */
    DUPLICATES_TAKEN_FOR_NEW(() -> new Handling() {
        @Override
        public List<? extends ChangeRecord> given(List<PureChange> changes) {
            List<ChangeRecord> all = new ArrayList<>();
            for (PureChange change : changes) {
                all.add(
                        change.origin().key().startsWith("again")
                                        && change.position() instanceof ChangePosition.Sequenced s
                                ? change.at(new ChangePosition.Sequenced(
                                        s.generation(), s.sequence(), s.run().plusMillis(1), s.fileInstant(), s.row()))
                                : change);
            }
            return all;
        }
    }),
    /** What came twice is counted twice. */
    DUPLICATES_COUNTED_TWICE(() -> new Handling() {
        @Override
        public MergeResult merge(ChangeMerger merger, MergeInput input) {
            MergeResult result = merger.merge(input);
            return result instanceof MergeResult.Merged merged
                            && merged.counts().of(What.DUPLICATE) > 0
                    ? new MergeResult.Merged(
                            merged.upserts(),
                            merged.tombstones(),
                            merged.heldFiles(),
                            merged.quarantined(),
                            merged.complete(),
                            merged.counts().plus(merged.counts()),
                            merged.findings())
                    : result;
        }
    }),
    /** A delete is passed over. */
    DELETES_IGNORED(() -> new Handling() {
        @Override
        public List<? extends ChangeRecord> given(List<PureChange> changes) {
            return changes.stream()
                    .filter(change -> change.operation() != Operation.DELETE)
                    .toList();
        }
    }),
    /** S15: a widened value is cut to what the column was. */
    WIDENED_VALUE_LOST(() -> new Handling() {
        @Override
        public PureChange placed(PureChange change) {
            int place = change.image().indexOf("b");
            if (place < 0
                    || change.image().state(place) != CellState.PRESENT
                    || !(change.image().value(place) instanceof java.math.BigDecimal)) {
                return change;
            }

            @Nullable Object[] cells = change.image().values();
            cells[place] = null;
            return change.with(new PureChange.Image(change.image().columns(), cells));
        }
    });

    private final Supplier<Handling> handling;

    Mutant(Supplier<Handling> handling) {
        this.handling = handling;
    }

    /** Anew for each history: some remember. */
    Handling handling() {
        return handling.get();
    }

    private static @Nullable Object[] cells(RowCells row) {
        @Nullable Object[] cells = new @Nullable Object[row.layout().size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = row.published(i);
        }
        return cells;
    }
}
