package io.convergence.target;

/** What DMS does with what is there before it loads a table. */
public enum TargetTablePrepMode {
    /** Leaves the files: a load that runs again writes LOAD00000001 anew beside those of higher numbers. */
    DO_NOTHING,
    /** Removes the files of the table. */
    DROP_AND_CREATE,
    /** Removes the files of the table. */
    TRUNCATE_BEFORE_LOAD
}
