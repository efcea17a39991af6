package io.convergence.testkit.dms;

import io.convergence.TableId;

/**
 * Hears what a stand-in does. Called by the stand-in's worker, which waits for the return: what a callback does to the
 * source happens at exactly that point. An exception thrown here ends the stand-in.
 */
public interface StandInProgress {
    /** Hears nothing. */
    StandInProgress NONE = new StandInProgress() {};

    /** The table is about to be read; its changes are captured already. */
    default void loadStarted(TableId table) {}

    /**
     * A LOAD file was written.
     *
     * @param rows rows of the table written so far
     */
    default void loaded(TableId table, long rows) {}

    /** All LOAD files of the table are written. */
    default void loadEnded(TableId table, long rows) {}

    /** A file of changes was written. */
    default void changesWritten(TableId table, String key, long rows) {}

    /** A file with changes of all tables was written ({@code PreserveTransactions}). */
    default void transactionsWritten(String key, long rows) {}
}
