package io.convergence.compact;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import java.util.Map;

/** Where the rows of one compacted file go. Nothing is visible before {@link #finish}. Not thread-safe. */
interface CompactedOutput extends AutoCloseable {
    /** So that an output of 512 MB has parts of the default size. */
    long FEW_PARTS = 64;

    long LARGEST_PART_BYTES = 64L << 20;

    /** A way to write outputs. */
    interface Maker {
        /** @param columns of the output; all optional */
        CompactedOutput open(ObjectStore store, String key, ColumnUnion columns, CompactionOptions options);
    }

    /** Size of an output's parts: the default up to 512 MB; beyond, an output still has few parts, each held in memory. */
    static int partBytes(CompactionOptions options) {
        long even = options.largestOfBand().bytes() / FEW_PARTS;
        return (int) Math.min(Math.max(even, ObjectWriter.DEFAULT_PART_BYTES), LARGEST_PART_BYTES);
    }

    /** Makes the footer's entries of what is known only when all rows are written. */
    interface Footer {
        Map<String, String> entries(OutputChecks checks);
    }

    /** A finished output; no commit of the ledger refers to it yet. */
    record Finished(ObjectStat stat, OutputChecks checks) {}

    /**
     * Appends all rows of a source, whose columns are among the output's, after those before. Reads the source once and
     * from front to back; may hold rows of it after it returns, but nothing of the source itself, which the caller closes.
     *
     * @throws CompactionException if the source is damaged
     */
    void append(OpenSource source);

    /** Size the file would have if it ended now: bytes written, and an estimate of what is still held. */
    long bytes();

    /** Writes what is held and the footer, and makes the object visible. */
    Finished finish(Footer footer);

    /** Discards what was written unless it was finished. */
    @Override
    void close();
}
