package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.Severity;
import java.io.PrintWriter;
import java.util.List;

/** Tells findings on stderr, one a line. */
final class Findings {
    private Findings() {}

    /** @return {@link ExitCode#DATA} if a person should look at one of them */
    static int tell(List<Finding> findings, PrintWriter err) {
        findings.forEach(finding -> err.println("convergence: " + finding));
        err.flush();

        return findings.stream().anyMatch(finding -> finding.severity() != Severity.INFO)
                ? ExitCode.DATA
                : ExitCode.DONE;
    }
}
