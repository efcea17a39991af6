package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.store.ObjectStore;
import java.util.List;

/**
 * Where the outputs of one table are, and nothing else.
 *
 * @param store of compacted files and curated tables
 * @param folders of the table, each with its slash; outputs lie in folders {@code gen-SLOT-RANDOM} below
 */
public record LakeFolders(ObjectStore store, List<String> folders) {
    public LakeFolders {
        requireNonNull(store, "store");
        folders = List.copyOf(folders);
        for (String folder : folders) {
            if (folder.isEmpty() || !folder.endsWith("/")) {
                throw new IllegalArgumentException("Cannot take '" + folder
                        + "' for a table's folder: it must be one of the table's own and end with '/'.");
            }
        }
    }
}
