package io.convergence.change;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * Consecutive changes of any tables that were committed at one time, in the order in which they happened. DMS gives
 * transactions no number: those that follow each other with the same commit time, normal where the source's clock is
 * coarse, come as one. Without a timestamp column the time is that of the change sequence, in hundredths of a second. Immutable.
 *
 * @param begins whether the first change is the first of that time
 * @param ends whether the last change is known to be the last of that time: not for a part of a large transaction, and not at
 *     the end of the files, because DMS may cut a transaction across files (rule S7)
 */
public record CommittedChanges(Instant commitTime, List<ChangeRecord> changes, boolean begins, boolean ends) {
    public CommittedChanges {
        requireNonNull(commitTime, "commitTime");
        changes = List.copyOf(changes);
    }
}
