package io.convergence.curated;

import io.convergence.change.Operation;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.LiveRow;
import io.convergence.store.internal.pages.ByteSink;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * How many buckets a table gets: they double while the files of one are expected to exceed twice the target size. In a table with partitions that
 * counts for the largest partition of a bucket, as each has files of its own: many small partitions need no more than one bucket. Buckets become
 * fewer only where the partitioning changes.
 */
final class BucketCount {
    private static final int MOST_BITS = 20;

    private BucketCount() {}

    /**
     * Bits of the hash that tell a key's bucket, before the changes are known.
     *
     * @param newBytes stored bytes of the files whose changes come
     */
    static int of(
            Optional<LedgerEntry.Merge> published,
            Partitioning partitioning,
            long newBytes,
            SnapshotSettings settings) {
        Optional<SnapshotLayout> layout = published.flatMap(SnapshotLayout::of);
        boolean parted =
                layout.filter(all -> all.partitioning().isPartitioned()).isPresent();
        long bytes = bytes(published);
        if (!partitioning.isPartitioned()) {
            return of(parted ? 0 : layout.map(SnapshotLayout::bits).orElse(0), newBytes + bytes, settings);
        }
        // What is not parted yet is planned when the changes are known.
        return layout.filter(all -> parted)
                .map(all -> of(all.bits(), grown(largest(all), bytes, newBytes), settings))
                .orElse(0);
    }

    private static long bytes(Optional<LedgerEntry.Merge> published) {
        return published
                .map(merge -> merge.data().stream().mapToLong(LedgerFile::size).sum())
                .orElse(0L);
    }

    /** As the table grows. */
    private static long grown(long largest, long bytes, long newBytes) {
        return bytes == 0 ? newBytes : (long) ((double) largest / bytes * (bytes + newBytes));
    }

    private static long largest(SnapshotLayout layout) {
        Map<String, Long> sizes = new HashMap<>();
        for (SnapshotLayout.Bucket bucket : layout.buckets()) {
            layout.parts(bucket)
                    .forEach(part -> sizes.merge(part.folder(), part.files().bytes(), Long::sum));
        }
        return sizes.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static int of(int least, long bytes, SnapshotSettings settings) {
        int bits = least;
        while (bits < MOST_BITS && bytes >>> bits > 2 * settings.targetSize().bytes()) {
            bits++;
        }
        return bits;
    }

    /** Whether the rows are parted for the first time, or otherwise than they are. */
    static boolean isPlannedAnew(
            Optional<LedgerEntry.Merge> published, Partitioning partitioning, Map<String, String> renames) {
        return published.isEmpty()
                || !PublishedTable.partitioning(published.get(), renames).equals(partitioning);
    }

    /** Bits of the hash that tell a key's bucket, by how the rows and the changes spread over partitions. */
    static int planned(
            PartitionFolders folders,
            PublishedTable table,
            ChangeSpool changes,
            IntFunction<FormMap> forms,
            long newBytes,
            Optional<LedgerEntry.Merge> published,
            SnapshotSettings settings) {
        Map<String, long[]> sizes = new HashMap<>();
        long spooled = 0;
        try (SortedSpool.Cursor all = changes.open()) {
            while (all.next()) {
                int head = ChangeSpool.head(all.row(), all.at());
                if (ChangeSpool.operation(all.row(), head) == Operation.DELETE) {
                    continue;
                }
                FormMap form = forms.apply(ByteSink.intAt(all.row(), head + ChangeSpool.FORM));
                int length = SortedSpool.intAt(all.row(), all.at());
                spooled += length;
                sizes.computeIfAbsent(folders.of(form, all.row(), head + ChangeSpool.IMAGE), any -> new long[2])[0] +=
                        length;
            }
        }
        long rows = published
                .map(merge -> merge.data().stream().mapToLong(LedgerFile::rows).sum())
                .orElse(0L);
        if (rows > 0) {
            table.forEach(row -> {
                if (row instanceof LiveRow live) {
                    sizes.computeIfAbsent(folders.of(live), any -> new long[2])[1]++;
                }
            });
        }
        double ofSpooled = spooled == 0 ? 0 : (double) newBytes / spooled;
        double ofRow = rows == 0 ? 0 : (double) bytes(published) / rows;
        double largest = sizes.values().stream()
                .mapToDouble(size -> size[0] * ofSpooled + size[1] * ofRow)
                .max()
                .orElse(0);
        return of(0, (long) largest, settings);
    }
}
