package io.convergence.ledger;

import io.convergence.store.ObjectStore;
import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The port to what a query engine sees of a table: derived from the log and the raw listing alone, so that it can be made
 * again at any time. Implementations are thread-safe.
 */
public interface Projection {
    /** For messages. */
    String description();

    /**
     * Shows the files there are now. Nothing is written if they are shown already; nothing newer is replaced by something
     * older, however long this takes.
     *
     * @param files the files of a snapshot taken when it is called; called again if another process showed other files
     * @throws io.convergence.store.StoreException if it cannot be written; what was shown before still is, or what is new
     * @throws LedgerException if the files are not certain to be there any more, as after a sleep of a day; nothing was written
     * @throws IllegalArgumentException if it and the files lie within each other's folders; nothing was written
     */
    Shown show(Supplier<TableFiles> files);

    /** Whether exactly these files are shown; if not, {@link #show} repairs it. */
    boolean shows(TableFiles files);

    /**
     * Which of these objects engines may open by what is shown now, whatever the log says by now. What is not among them is not
     * shown again by any process, but queries that began before the projection was last written may still read it.
     *
     * @param store where the objects are
     * @return some of the keys
     * @throws io.convergence.store.StoreException if it cannot be read
     */
    Set<String> shown(ObjectStore store, Collection<String> keys);

    /**
     * What was shown.
     *
     * @param slot the files are of
     * @param files that are shown
     * @param waiting raw files that are not shown yet
     * @param change whether anything was written
     */
    record Shown(long slot, int files, int waiting, Change change) {}

    /** Whether {@link #show} wrote something. */
    enum Change {
        WRITTEN,
        NONE
    }
}
