package io.convergence.pipeline;

import io.convergence.TableId;

/** Is told how far long work is. Called from the working thread, so it should return at once; exceptions it throws end the work. */
@FunctionalInterface
public interface ProgressListener {
    /** What is being done. */
    enum Step {
        /** Reading order and times of raw files, in files. */
        PROFILE,
        /** Reading changes, in files. */
        READ,
        /** Writing compacted files, in rows. */
        COMPACT,
        /** Writing the published table, in rows. */
        WRITE
    }

    /** @param total 0 if not known */
    void progress(TableId table, Step step, long done, long total);

    static ProgressListener none() {
        return (table, step, done, total) -> {};
    }
}
