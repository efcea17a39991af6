package io.convergence.testkit.dms;

/** How files declare column {@code Op}. Which one DMS writes is not verified; its timestamp column is REQUIRED. */
public enum OpRepetition {
    REQUIRED,
    OPTIONAL
}
