package io.convergence.merge;

/** How soon the source makes sure that no two rows have the same key: decides what the order of changes proves (rule S10). */
public enum KeyUniqueness {
    /**
     * At the end of each statement at the latest, as MySQL, MariaDB and SQL Server always do, and the others for
     * constraints that are not deferrable. A row that is on a key when another comes to it is the one that leaves first.
     */
    AT_EACH_STATEMENT,
    /** At the commit: constraints may be deferrable. What images do not tell is disputed. */
    AT_COMMIT
}
