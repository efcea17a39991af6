package io.convergence.target;

/** How DMS compares source and target. */
public enum ValidationMode {
    ROW_LEVEL,
    GROUP_LEVEL
}
