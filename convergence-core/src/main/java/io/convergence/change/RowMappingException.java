package io.convergence.change;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** A row cannot be read as the record asked for: a column is missing or of another type, or a cell has no value the component can hold. Thread-safe. */
public final class RowMappingException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String component;

    RowMappingException(Class<?> type, String component, String reason, String advice, @Nullable Throwable cause) {
        super(
                "Cannot read a row as " + type.getSimpleName() + ": component '" + component + "' " + reason + " "
                        + advice,
                cause);
        this.component = component;
    }

    /** The name of the record's component. */
    public String component() {
        return component;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
