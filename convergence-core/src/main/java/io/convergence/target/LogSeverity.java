package io.convergence.target;

/** How much a component of a task logs. */
public enum LogSeverity {
    ERROR,
    WARNING,
    INFO,
    DEFAULT,
    DEBUG,
    DETAILED_DEBUG;

    /** As AWS writes it, e.g. {@code LOGGER_SEVERITY_DEBUG}. */
    public String wireValue() {
        return "LOGGER_SEVERITY_" + name();
    }

    /**
     * Reads any of AWS's spellings: upper or lower case, hyphens or underscores.
     *
     * @throws IllegalArgumentException if it is none of the values
     */
    public static LogSeverity parse(String text) {
        return WireValues.parse("Severity", values(), LogSeverity::wireValue, text);
    }
}
