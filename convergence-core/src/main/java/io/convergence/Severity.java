package io.convergence;

/** How much a {@link Finding} matters. Ordered from least to most severe. */
public enum Severity {
    /** Worth knowing; nothing is lost. */
    INFO,
    /** Something may be lost or misread under stated circumstances. */
    WARNING,
    /** Rows will be lost or misread, or the service refuses the configuration. */
    ERROR
}
