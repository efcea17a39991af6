package io.convergence.raw;

import java.util.Locale;

/** What somebody declares of the order of a run's changes where its files contradict themselves (rule S2). */
public enum DeclaredOrder {
    /** The change counter decides alone; times and rows do not. For a source whose clock stepped back within the run. */
    COUNTER,
    /** The files as they follow each other, and the rows in them, decide; times and counter do not. */
    FILES,
    /**
     * The run follows all changes before it, though its first times are older: the source's clock stepped back between
     * the runs, or what DMS wrote again is to be applied again. Its times count as not older than those.
     */
    FOLLOWS;

    /** As declared in the log: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such order */
    public static DeclaredOrder parse(String label) {
        for (DeclaredOrder order : values()) {
            if (order.label().equals(label)) {
                return order;
            }
        }

        throw new IllegalArgumentException(
                "Cannot order changes by '" + label + "': it is none of counter, files and follows.");
    }
}
