package io.convergence.merge;

/** What becomes of rows that are deleted at the source. */
public enum DeletedRows {
    /** They go; a tombstone remembers the key alone (rule S12). */
    REMOVED,
    /** Soft delete: they stay, marked, see {@link DeletedRow}. */
    KEPT
}
