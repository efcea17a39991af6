package io.convergence.merge;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Finds what a change log holds already. Must answer the same for the same question during one merge. */
@FunctionalInterface
public interface LoggedChanges {
    /**
     * The entries of these identities; others may be among the answer.
     *
     * @param identities see {@link LogEntry#identity()}
     */
    List<LogEntry> find(Set<String> identities);

    /**
     * Those entries with a change sequence which new changes may contradict (rule S2), each with the position it has by now: the files
     * of its run may have got another name since.
     *
     * @param wanted which entries are asked for
     * @param from the least time part among the new changes
     */
    default List<LogEntry> contradicted(Predicate<LogEntry> wanted, String from) {
        return List.of();
    }

    static LoggedChanges none() {
        return identities -> List.of();
    }
}
