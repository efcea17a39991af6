package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.Severity;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What one run of a command says, and how it ends: results on stdout, errors and findings on stderr, and the exit code
 * that follows from them. Not thread-safe.
 */
final class Console {
    private final PrintWriter out;
    private final PrintWriter err;
    private final Main options;
    private final Set<Finding> told = new HashSet<>();
    private int exitCode = ExitCode.DONE;

    private Console(PrintWriter out, PrintWriter err, Main options) {
        this.out = out;
        this.err = err;
        this.options = options;
    }

    static Console of(CommandSpec command) {
        return new Console(command.commandLine().getOut(), command.commandLine().getErr(), (Main)
                command.root().userObject());
    }

    /** For progress; findings and errors go through this class. */
    PrintWriter err() {
        return err;
    }

    InputStream in() {
        return options.in();
    }

    boolean colours() {
        return options.colours();
    }

    /** Prints results as they are. */
    void text(String text) {
        out.print(text);
    }

    /** Prints a line of results. */
    void line(String line) {
        out.println(line);
    }

    /** Prints results; {@code format} ends with {@code %n}. */
    void printf(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
    }

    /** @throws OutputClosedException if results do not reach anyone any more; to be called now and then in long output */
    void checkOutput() {
        if (out.checkError()) {
            throw new OutputClosedException();
        }
    }

    void tell(Collection<Finding> findings) {
        findings.forEach(this::tell);
    }

    /** Tells each finding once. A warning or an error makes the command end with {@link ExitCode#DATA}. */
    void tell(Finding finding) {
        if (!told.add(finding)) {
            return;
        }
        if (finding.severity() != Severity.INFO) {
            exitCode = ExitCode.DATA;
        } else if (!options.verbose()) {
            return;
        }

        out.flush();
        err.println("convergence: " + finding);
    }

    /** Tells why a document is of no use. */
    void refuse(String line) {
        exitCode = ExitCode.DATA;
        out.flush();
        err.println("convergence: " + line);
    }

    /** Tells an error after which the command goes on with the next file or table (rule S17). */
    void failed(Throwable e) {
        exitCode = ExitCode.DATA;
        out.flush();
        err.println("convergence: " + Main.oneLine(e));
        if (options.debug()) {
            e.printStackTrace(err);
        } else if (!(e instanceof ConvergenceException)) {
            err.println("convergence: This is unexpected; run again with --debug for the stack trace.");
        }
    }

    /** The work is done, but its result still needs a person. */
    void unsettled() {
        exitCode = ExitCode.DATA;
    }

    int exitCode() {
        return exitCode;
    }
}
