package io.convergence.target;

/** What DMS does about an error. Each setting takes some of these. */
public enum ErrorPolicy {
    IGNORE,
    /** Leaves the row out. */
    IGNORE_RECORD,
    LOG_ERROR,
    /** Goes on without the table. */
    SUSPEND_TABLE,
    STOP_TASK,
    /** Replaces the row. */
    INSERT_RECORD,
    /** Inserts the row. */
    UPDATE_RECORD
}
