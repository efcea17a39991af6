package io.convergence.pipeline;

import io.convergence.ledger.LedgerEntry;
import java.util.Locale;

/** What may happen to a table between two looks at it. */
public enum TableEvent {
    /** Raw files came: changes, or more of the load there is. */
    FILES_CAME,
    /** LOAD files of a newer load came, or a load's for the first time. */
    NEWER_LOAD,
    /** Raw files were deleted or rewritten, be it by DMS or by hand. */
    FILES_GONE,
    /** Files are again as they were, or a damaged one was mended. */
    FILES_RESTORED,
    /** The settle time passed without new files. */
    TIME_PASSED,
    /** Somebody gave another source schema, or other options. */
    SCHEMA_GIVEN,
    /** A merge read the rows: what only they tell is told by it. */
    ROWS_READ,
    /** Somebody accepted a reload by another guard, or guards what was not guarded. */
    GUARD_GIVEN,
    /** DMS's {@code Ddls} statistic rose. */
    DDLS_ROSE,
    /** A merge was taken back. */
    UNDONE,
    /** The store or the program failed. */
    FAULT,
    /** It does so no more. */
    FAULT_ENDED,
    /** Somebody declared this. */
    DECLARED_TRUNCATED,
    /** Somebody declared this. */
    DECLARED_RELOADED,
    /** Somebody declared this. */
    DECLARED_EXPIRED,
    /** Somebody declared this. */
    DECLARED_LOAD_START,
    /** Somebody declared this. */
    DECLARED_LOAD_COMPLETE,
    /** Somebody declared this. */
    DECLARED_COLUMN_DEFAULT,
    /** Somebody declared this. */
    DECLARED_RENAMED,
    /** Somebody declared this. */
    DECLARED_ORDER;

    public static TableEvent declared(LedgerEntry.Declared.Kind what) {
        return valueOf("DECLARED_" + what.name());
    }

    /** For people: what is to be done or waited for. */
    String label() {
        return switch (this) {
            case FILES_CAME -> "files that come";
            case NEWER_LOAD -> "a newer load";
            case FILES_GONE -> "deleting the files it names";
            case FILES_RESTORED -> "restoring files";
            case TIME_PASSED -> "the settle time";
            case SCHEMA_GIVEN -> "the source's schema as it is now";
            case ROWS_READ -> "the next merge";
            case GUARD_GIVEN -> "accepting the reload (another guard)";
            case DDLS_ROSE -> "another DDL statement";
            case UNDONE -> "undo of the merge";
            case FAULT -> "a fault";
            case FAULT_ENDED -> "another run";
            case DECLARED_TRUNCATED,
                    DECLARED_RELOADED,
                    DECLARED_EXPIRED,
                    DECLARED_LOAD_START,
                    DECLARED_LOAD_COMPLETE,
                    DECLARED_COLUMN_DEFAULT,
                    DECLARED_RENAMED,
                    DECLARED_ORDER ->
                "declaring "
                        + name().substring("DECLARED_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-');
        };
    }
}
