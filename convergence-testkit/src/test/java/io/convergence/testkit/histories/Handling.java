package io.convergence.testkit.histories;

import io.convergence.change.ChangeRecord;
import io.convergence.merge.ChangeMerger;
import io.convergence.merge.MergeInput;
import io.convergence.merge.MergePolicy;
import io.convergence.merge.MergeResult;
import io.convergence.merge.StoredRow;
import io.convergence.raw.ReplayVerdict;
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

    /** What comparing the rows at a run's start told. */
    default ReplayVerdict verdict(ReplayVerdict verdict) {
        return verdict;
    }
}
