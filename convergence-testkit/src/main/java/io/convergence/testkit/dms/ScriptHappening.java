package io.convergence.testkit.dms;

/** What may happen in a random history of {@link DmsScript#play}, beside inserts, updates and deletes cut into files. */
public enum ScriptHappening {
    /** A transaction's rows lie in two files. */
    CUT_TRANSACTION,
    KEY_CHANGE,
    /** Two rows exchange their keys in one transaction. */
    KEY_SWAP,
    /** A row is deleted and inserted again, in one transaction. */
    REINSERT,
    /** An update leaves a LOB as it is, so that the file holds null. */
    LOB_UNCHANGED,
    /** A file is stored after the next one. */
    LATE_FILE,
    /** The task stops and resumes: the counter begins low, nothing is written again. */
    NEW_RUN,
    REPLAY_SAME_SEQUENCE,
    REPLAY_NEW_SEQUENCE,
    /** The changes of a load's time are in its rows and come again behind it. */
    LOAD_OVERLAP,
    RELOAD_FOLDER_EMPTIED,
    RELOAD_FILES_KEPT,
    /** A nullable column without default. */
    ADD_COLUMN,
    /** A column with a default: its rows need a declaration. */
    ADD_COLUMN_WITH_DEFAULT,
    DROP_COLUMN,
    /** A column gets another name: its rows need a declaration. */
    RENAME_COLUMN,
    WIDEN_COLUMN,
    /** The source's clock steps back between two changes of one row: a dispute. */
    CLOCK_STEPS_BACK
}
