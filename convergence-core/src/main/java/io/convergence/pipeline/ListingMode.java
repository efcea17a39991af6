package io.convergence.pipeline;

/** How a table's raw files are listed when it is planned (rule L7). */
public enum ListingMode {
    /** Everything, each time. */
    FULL,
    /**
     * Everything at first and then once a day by the store's clock (the audit); in between only files of changes flushed
     * since the newest one less 2 hours, all LOAD files, and a HEAD of the oldest raw object of those that are not listed.
     * The default.
     *
     * <p>When the last audit was, from where a listing may begin, and which files were listed and are in no compacted
     * file and not applied, stands in the log: each commit tells it, and after an audit without one a fence does. So a new
     * process goes on where another one ended.
     *
     * <p>A file of changes that arrives later than that is found by the audit, and so is one that was rewritten or
     * deleted while older ones stand; if such a file must be read, everything is listed at once. Before a merge
     * commits, each file whose changes it commits is looked at again (rule L4), by the same listing.
     *
     * <p>Where names do not sort by time ({@link io.convergence.raw.RawLayout#cdcKeysFrom}) it is one listing for each date
     * folder since then, up to 24, and one of the LOAD files. With transaction files, segments of a parallel load outside
     * these folders, or files elsewhere than the layout's settings put them, it is the same as {@link #FULL}.
     */
    RESUMED
}
