package io.convergence.audit;

/** Is told how far an audit is. Called from the working thread, so it should return at once; exceptions it throws end the audit. */
@FunctionalInterface
public interface AuditListener {
    /** What is being read. */
    enum Step {
        /** Footers of Parquet files, in files of all tables. */
        FOOTERS,
        /** Rows, in files of all tables. */
        ROWS
    }

    void progress(Step step, long done, long total);

    static AuditListener none() {
        return (step, done, total) -> {};
    }
}
