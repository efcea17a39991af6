package io.convergence.change;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;

/**
 * Changes that share a commit timestamp, in order: one transaction, or several where the source's clock ticks coarsely
 * (SQL Server's log has milliseconds, other sources may have whole seconds), which the files cannot tell apart.
 *
 * @param changes at least one
 * @param whole whether a later commit was seen, so that no change of this one can follow; the last group of a stream may
 *     be cut by the end of its files (rule S7)
 */
public record CommitGroup(Instant commitTime, List<ChangeRecord> changes, boolean whole) {
    public CommitGroup {
        requireNonNull(commitTime, "commitTime");
        changes = List.copyOf(changes);
        if (changes.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot group the changes of commit " + commitTime + ": there are none.");
        }
    }
}
