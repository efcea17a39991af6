package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of a table's changes opens (rule L6): every row that has arrived stands in exactly one of the compacted
 * and tail files, or waits. Immutable; thread-safe.
 *
 * @param slot it is pinned to; {@link LedgerSnapshot#NONE} without a log
 * @param compacted live compacted files
 * @param tail raw files in no compacted one
 * @param waiting raw files in no compacted one that this reader cannot take yet, such as files of another schema
 * @param schema of the published table; null if nothing was merged yet
 * @param completeThrough of the published table, exclusive; null if not known
 * @param expiry until when, by the store's clock, compacted files are certain to stay
 */
public record TableFiles(
        long slot,
        List<LedgerFile> compacted,
        List<ObjectStat> tail,
        List<ObjectStat> waiting,
        @Nullable TableSchema schema,
        @Nullable Instant completeThrough,
        Instant expiry) {
    public TableFiles {
        compacted = List.copyOf(compacted);
        tail = List.copyOf(tail);
        waiting = List.copyOf(waiting);
        requireNonNull(expiry, "expiry");
    }

    /**
     * @param rawFiles as they were listed after the snapshot was taken, so that none is missed that is in no compacted file
     * @param fits which files of the tail the reader can take
     */
    public static TableFiles of(LedgerSnapshot snapshot, Collection<ObjectStat> rawFiles, Predicate<ObjectStat> fits) {
        return of(snapshot, file -> true, rawFiles, fits);
    }

    /**
     * As {@link #of(LedgerSnapshot, Collection, Predicate)}, without some compacted files.
     *
     * @param current which compacted files hold rows of the table as it is: not those of a load that a newer one replaced
     */
    public static TableFiles of(
            LedgerSnapshot snapshot,
            Predicate<LedgerEntry.CompactedFile> current,
            Collection<ObjectStat> rawFiles,
            Predicate<ObjectStat> fits) {
        List<ObjectStat> tail = snapshot.tail(rawFiles);
        return new TableFiles(
                snapshot.slot(),
                snapshot.compacted().stream()
                        .filter(current)
                        .map(LedgerEntry.CompactedFile::file)
                        .toList(),
                tail.stream().filter(fits).toList(),
                tail.stream().filter(fits.negate()).toList(),
                snapshot.schema().orElse(null),
                snapshot.completeThrough().orElse(null),
                snapshot.expiry());
    }

    public Optional<TableSchema> publishedSchema() {
        return Optional.ofNullable(schema);
    }

    public Optional<Instant> complete() {
        return Optional.ofNullable(completeThrough);
    }
}
