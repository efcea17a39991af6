package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Until when the published table is known to hold every change, in the light of files that came late (rule S11).
 * Immutable.
 *
 * @param published exclusive, as committed; null if it was not known
 * @param late files that hold changes committed before that and were not there then
 */
record CompleteThrough(@Nullable Instant published, List<PlacedFile> late) {
    CompleteThrough {
        late = List.copyOf(late);
    }

    /** @param unapplied files of the published load that no merge has applied */
    static CompleteThrough of(LedgerSnapshot snapshot, List<PlacedFile> unapplied) {
        Instant published =
                snapshot.published().flatMap(LedgerEntry.Merge::complete).orElse(null);
        return new CompleteThrough(
                published,
                published == null
                        ? List.of()
                        : unapplied.stream()
                                .filter(file -> isLate(file, published))
                                .toList());
    }

    /**
     * A file that ends exactly at the bound may have been there: its newest transaction was held, and what is older in it
     * is applied.
     */
    private static boolean isLate(PlacedFile file, Instant published) {
        // What is old in a file that begins with a replay was there before it (rule S3).
        return file.file() instanceof RawFile.Changes
                && file.replayedRows() == 0
                && file.evidence().smallest().filter(published::isAfter).isPresent()
                && file.evidence().largest().filter(published::equals).isEmpty();
    }

    Optional<Instant> asPublished() {
        return Optional.ofNullable(published);
    }

    /** Lower, if a file came late and is not applied. */
    Optional<Instant> withoutLate() {
        Optional<Instant> oldest = late.stream()
                .flatMap(file -> file.evidence().smallest().stream())
                .min(Comparator.naturalOrder());
        return oldest.isPresent() ? oldest : asPublished();
    }

    Optional<Finding> finding(TableId table) {
        return withoutLate()
                .filter(oldest -> !late.isEmpty())
                .map(oldest -> Finding.warning(
                        "LATE_FILES",
                        table.toString(),
                        late.size() + " files came after the table was published as complete through " + published
                                + " and hold changes from " + oldest + " on, the first is '"
                                + late.get(0).key() + "'.",
                        "Nothing once they are applied; until then take the table as complete through " + oldest
                                + ". Raise the settle time if this repeats."));
    }
}
