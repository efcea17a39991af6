package io.convergence.merge;

import java.util.List;
import java.util.Set;

/** Finds what a change log holds already. Must answer the same for the same question during one merge. */
@FunctionalInterface
public interface LoggedChanges {
    /**
     * The entries of these identities; others may be among the answer.
     *
     * @param identities see {@link LogEntry#identity()}
     */
    List<LogEntry> find(Set<String> identities);

    static LoggedChanges none() {
        return identities -> List.of();
    }
}
