package io.convergence.source;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** A text that should describe a source does not. Thread-safe. */
public final class InvalidSourceSchemaException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String path;

    InvalidSourceSchemaException(String path, String why, String fix, @Nullable Throwable cause) {
        super("Cannot read source schema at " + path + ": " + why + " " + fix, cause);
        this.path = path;
    }

    /** Where in the text: a JSON path such as {@code $.tables[0].columns[2].type}. */
    public String path() {
        return path;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
