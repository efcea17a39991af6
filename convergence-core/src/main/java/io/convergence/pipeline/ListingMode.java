package io.convergence.pipeline;

/** How a table's raw files are listed when it is planned (rule L7). */
public enum ListingMode {
    /** Everything, each time. */
    FULL,
    /**
     * Everything at first and then once a day (the audit); in between only files of changes flushed since the newest one
     * less 2 hours, all LOAD files, and a HEAD of the oldest raw object of those that are not listed.
     *
     * <p>A file of changes that arrives later than that is found by the audit, and so is one that was rewritten or
     * deleted while older ones stand. A {@link LakeTable} remembers what it listed; a new one begins with an audit, so this
     * pays in a process that lives on. Before a merge commits, everything is listed all the same (rule L4).
     *
     * <p>Where names do not sort by time ({@link io.convergence.raw.RawLayout#cdcKeysFrom}) it is one listing for each date
     * folder since then, up to 24, and one of the LOAD files. With transaction files, segments of a parallel load outside
     * these folders, or files elsewhere than the layout's settings put them, it is the same as {@link #FULL}.
     */
    RESUMED
}
