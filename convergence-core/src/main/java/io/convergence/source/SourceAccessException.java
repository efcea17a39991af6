package io.convergence.source;

import io.convergence.ConvergenceException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;

/** The source database could not be asked. Retryable where the driver says that a second attempt may succeed. */
public final class SourceAccessException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final boolean retryable;

    SourceAccessException(String message, SQLException cause) {
        super(message, cause);
        String state = cause.getSQLState();
        // SQL standard: class 08 = connection, class 40 = transaction rollback.
        retryable = cause instanceof SQLTransientException
                || cause instanceof SQLRecoverableException
                || (state != null && (state.startsWith("08") || state.startsWith("40")));
    }

    @Override
    public boolean retryable() {
        return retryable;
    }
}
