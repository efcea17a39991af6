package io.convergence.testkit.ledger.simulation;

/** What must hold whatever fails. */
enum Invariant {
    /** The rows of the live files are those that arrived, each once. */
    I1_ROWS,
    /** A raw file is in at most one live compacted file, and applied at most once. */
    I2_ONE_COMMIT,
    /** Every file the log refers to exists with the ETag it was committed with. */
    I3_FILES_EXIST,
    /** Nothing is deleted that a reader, a writer or an undo may still need. */
    I4_DELETES,
    /** A reader that starts at any step sees each row once, and no file is missing to it. */
    I5_READERS,
    /** Rows stand in the order of their raw files. */
    I6_ORDER,
    /** A compacted file tells of which raw file each row is. */
    I7_CONTENT,
    /** Nothing is written outside the library's own prefixes, and what is written once is not written again. */
    I8_PREFIXES,
    /** A run after a successful one writes nothing. */
    I9_IDEMPOTENT,
    /** Two runs after the last fault all is done; clean-up leaves no orphan and no open upload. */
    I10_QUIESCENCE,
    /** What stands in rows is neither in the log, nor in manifests, nor in what is thrown or told of plans and snapshots. */
    I11_SECRETS,
    /** What a process holds of the bytes it read does not grow with the number of files. */
    I12_HEAP,
    /** The log is one history: slots are never changed, and always readable. */
    LOG
}
