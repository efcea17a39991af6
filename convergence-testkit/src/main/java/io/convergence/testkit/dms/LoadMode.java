package io.convergence.testkit.dms;

/** How the full load and the changes meet. */
public enum LoadMode {
    /**
     * As DMS does it: changes are captured from before the load on; each table is read by itself, as it is at that moment;
     * changes made meanwhile are written after the load, some of which the LOAD rows already show.
     */
    OVERLAP,
    /** All tables are read as of the one moment at which capturing begins: no change shows twice. */
    SNAPSHOT
}
