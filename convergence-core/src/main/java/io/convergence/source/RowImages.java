package io.convergence.source;

/** How much of the old row a source logs for updates and deletes, which decides what DMS can write. */
public enum RowImages {
    /** Every column: MySQL binlog_row_image=FULL, Oracle ALL-column supplemental logging, PostgreSQL REPLICA IDENTITY FULL. */
    FULL,
    /** Key columns only, e.g. PostgreSQL's default replica identity: deletes carry the key, unchanged TOAST values are missing. */
    KEY_ONLY,
    /** Nothing of the old row, e.g. PostgreSQL REPLICA IDENTITY NOTHING or no key: updates and deletes are not replicated. */
    NONE
}
