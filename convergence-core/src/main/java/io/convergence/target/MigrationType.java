package io.convergence.target;

import java.util.Locale;

/** What a task does: {@code MigrationType} of a task, {@code ReplicationType} of a serverless replication. */
public enum MigrationType {
    FULL_LOAD,
    CDC,
    FULL_LOAD_AND_CDC;

    /** As the API writes it, e.g. {@code full-load-and-cdc}. */
    public String wireValue() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads any of AWS's spellings: upper or lower case, hyphens or underscores.
     *
     * @throws IllegalArgumentException if it is none of the values
     */
    public static MigrationType parse(String text) {
        return WireValues.parse("MigrationType", values(), MigrationType::wireValue, text);
    }

    boolean loads() {
        return this != CDC;
    }

    boolean captures() {
        return this != FULL_LOAD;
    }
}
