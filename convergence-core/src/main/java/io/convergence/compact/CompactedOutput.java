package io.convergence.compact;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.Map;

/** Where the rows of one compacted file go. Nothing is visible before {@link #finish}. Not thread-safe. */
interface CompactedOutput extends AutoCloseable {
    /** A way to write outputs. */
    interface Maker {
        /** @param columns of the output; all optional */
        CompactedOutput open(ObjectStore store, String key, ColumnUnion columns, CompactionOptions options);
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
