package io.convergence.testkit.dms;

/** What a reload does with the files that are there ({@code TargetTablePrepMode}). */
public enum ScriptReload {
    /** Deletes them all first, as DROP_AND_CREATE and TRUNCATE_BEFORE_LOAD do. */
    FOLDER_EMPTIED,
    /** Overwrites LOAD files of the same name and leaves all others, as DO_NOTHING does: a shorter load leaves old LOAD files behind it. */
    FILES_KEPT
}
