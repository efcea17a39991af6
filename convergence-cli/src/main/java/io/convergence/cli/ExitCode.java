package io.convergence.cli;

/** What the process tells a script. */
final class ExitCode {
    static final int DONE = 0;
    /** The data is broken, or there are findings that need a person. */
    static final int DATA = 1;

    static final int USAGE = 2;

    private ExitCode() {}
}
