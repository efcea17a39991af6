package io.convergence.cli;

/** Nobody takes the results any more, so that more work is in vain. Why is known to the {@link ResultWriter}. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException() {
        super("the output is closed");
    }
}
