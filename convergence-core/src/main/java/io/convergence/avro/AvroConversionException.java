package io.convergence.avro;

import io.convergence.ConvergenceException;

/** A value that has no counterpart on the other side of the bridge. Thread-safe. */
public final class AvroConversionException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String column;

    AvroConversionException(String column, String reason, Throwable cause) {
        super(
                "Cannot convert column '" + column + "': " + reason
                        + ". Leave the column out, or give it another type.",
                cause);
        this.column = column;
    }

    public String column() {
        return column;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
