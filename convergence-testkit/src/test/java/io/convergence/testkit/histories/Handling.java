package io.convergence.testkit.histories;

import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.merge.ChangeMerger;
import io.convergence.merge.MergeInput;
import io.convergence.merge.MergePolicy;
import io.convergence.merge.MergeResult;
import io.convergence.merge.StoredRow;
import java.util.List;
import java.util.Optional;

/** What stands around the merger, as the pipeline does it. Mutants do one thing of it wrong. */
interface Handling {
    Handling RIGHT = new Handling() {};

    default MergeResult merge(ChangeMerger merger, MergeInput input) {
        return merger.merge(input);
    }

    default MergePolicy policy(MergePolicy policy) {
        return policy;
    }

    /** A change as it is placed. */
    default PureChange placed(PureChange change) {
        return change;
    }

    /** What a merge is given. */
    default List<? extends ChangeRecord> given(List<PureChange> changes) {
        return changes;
    }

    /** What a merge finds of a key. */
    default StoredRow found(StoredRow row) {
        return row;
    }

    /**
     * What is kept of a key.
     *
     * @param before what was kept of it so far, tombstones included
     */
    default Optional<StoredRow> kept(StoredRow row, Optional<StoredRow> before) {
        return Optional.of(row);
    }

    default MergeInput.NewestTransaction newest(MergeInput.NewestTransaction newest) {
        return newest;
    }

    /** Whether a load with so many of its parts is taken for whole. */
    default boolean loadIsComplete(int parts, int of) {
        return parts == of;
    }

    /** Rule S5. */
    default boolean belongs(PureTeller.Generation generation, PureTeller.Made change) {
        return change.generation() == generation;
    }

    default boolean dropsReplays() {
        return true;
    }

    /** Whether a reload begins with nothing. */
    default boolean reloadsFromNothing() {
        return true;
    }

    /** A change moved to another generation, for those who mix them. */
    static ChangePosition in(PureTeller.Generation generation, ChangePosition position) {
        if (position instanceof ChangePosition.Sequenced s) {
            return new ChangePosition.Sequenced(generation.start, s.sequence(), s.run(), s.fileInstant(), s.row());
        }
        return position instanceof ChangePosition.Load load
                ? new ChangePosition.Load(generation.start, load.segment(), load.fileNumber(), load.row())
                : position;
    }
}
