package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a process found of a table's raw files, for the log to keep, so that one that starts from the log need not list
 * them all again (rule L7). Whoever tells it has listed, or took from the log, every file whose changes were flushed
 * before {@code from}: each of them is then known to the log, or is in {@code seen}. Immutable; thread-safe.
 *
 * @param audited when everything was listed last, by the store's clock; null if that was not now
 * @param from listings may begin here, by the times in names, from now on
 * @param seen raw objects that were found and that a listing from there would not find
 * @param gone raw objects the log takes for present that were not found
 */
public record RawFilesListed(@Nullable Instant audited, Instant from, List<ObjectStat> seen, List<ObjectStat> gone) {
    public RawFilesListed {
        requireNonNull(from, "from");
        seen = List.copyOf(seen);
        gone = List.copyOf(gone);
    }

    /** When everything was listed last, if that was now. */
    public Optional<Instant> audit() {
        return Optional.ofNullable(audited);
    }
}
