package io.convergence.pipeline;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** The pipeline cannot be set up or a table's work cannot go on. */
public final class PipelineException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    PipelineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
