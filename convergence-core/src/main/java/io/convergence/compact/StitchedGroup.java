package io.convergence.compact;

import io.convergence.store.internal.PageFile;
import io.convergence.store.internal.pages.PageCodecs;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * A row group of an output in making: its columns are stitched by workers and by the thread that writes them, whoever is free. What comes
 * out does not depend on who does what.
 */
final class StitchedGroup {
    private final List<SourceGroup> sources;
    private final List<ColumnDescriptor> columns;
    private final CellFold[] read;
    private final CellFold[] encoded;
    private final StitchingParts parts;
    private final int[] order;
    private final AtomicInteger next = new AtomicInteger();
    private final List<CompletableFuture<StitchedChunk>> chunks;
    private final Helper helper = new Helper(this);

    StitchedGroup(
            List<SourceGroup> sources,
            List<ColumnDescriptor> columns,
            CellFold[] read,
            CellFold[] encoded,
            StitchingParts parts) {
        this.sources = List.copyOf(sources);
        this.columns = columns;
        this.read = read;
        this.encoded = encoded;
        this.parts = parts;
        this.order = largestFirst();
        this.chunks = columns.stream()
                .map(column -> new CompletableFuture<StitchedChunk>())
                .toList();
    }

    private int[] largestFirst() {
        return IntStream.range(0, columns.size())
                .boxed()
                .sorted(Comparator.comparing((Integer column) -> -sources.stream()
                        .mapToLong(source -> source.stored(column))
                        .sum()))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    long rows() {
        return sources.stream().mapToLong(SourceGroup::rows).sum();
    }

    /** Stored bytes of the sources. */
    long bytes() {
        return sources.stream().mapToLong(SourceGroup::stored).sum();
    }

    /** What workers run. It may wait in a busy executor long after the group is written, and must not hold the group's bytes then. */
    static final class Helper implements Runnable {
        private volatile @Nullable StitchedGroup group;

        private Helper(StitchedGroup group) {
            this.group = group;
        }

        @Override
        public void run() {
            StitchedGroup current = group;
            if (current != null) {
                current.work();
            }
        }
    }

    /** For workers; does nothing once the group is written or given up. */
    Helper helper() {
        return helper;
    }

    /** Stitches columns until none is left. */
    private void work() {
        try (PageCodecs codecs = new PageCodecs()) {
            while (workOnOne(codecs)) {
                // The next one.
            }
        }
    }

    private boolean workOnOne(PageCodecs codecs) {
        int index = next.getAndIncrement();
        if (index >= order.length) {
            return false;
        }

        int column = order[index];
        CompletableFuture<StitchedChunk> chunk = chunks.get(column);
        try {
            chunk.complete(ColumnStitcher.stitch(
                    sources, columns.get(column), column, read[column], encoded[column], codecs, parts));
        } catch (RuntimeException | Error e) {
            stop(e);
        }
        return true;
    }

    /** No further column is begun, and whoever waits for one gets the failure. */
    void stop(Throwable failure) {
        helper.group = null;
        next.set(order.length);
        chunks.forEach(chunk -> chunk.completeExceptionally(failure));
    }

    /**
     * Stitches what no worker has begun, and waits for what one has.
     *
     * @throws CompactionException if a source is damaged
     */
    void finish() {
        work();
        for (CompletableFuture<StitchedChunk> chunk : chunks) {
            join(chunk);
        }
    }

    /**
     * Writes the columns in order, stitching those that no worker has begun.
     *
     * @param copied folds, by column, pages as they are stored
     * @throws CompactionException if a source is damaged
     */
    void write(long firstRow, CellFold[] copied, PageFile target) {
        try (PageCodecs codecs = new PageCodecs()) {
            target.startGroup(rows());
            for (int column = 0; column < chunks.size(); column++) {
                CompletableFuture<StitchedChunk> chunk = chunks.get(column);
                boolean more = true;
                while (more && !chunk.isDone()) {
                    more = workOnOne(codecs);
                }
                StitchedChunk stitched = join(chunk);
                stitched.write(firstRow, copied[column], target);
            }
        } finally {
            helper.group = null;
        }
    }

    private StitchedChunk join(CompletableFuture<StitchedChunk> chunk) {
        try {
            return chunk.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }

            throw e;
        }
    }
}
