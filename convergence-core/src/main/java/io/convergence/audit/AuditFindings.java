package io.convergence.audit;

import io.convergence.ConvergenceException;
import io.convergence.Finding;

/** Texts that more than one part of an audit needs. */
final class AuditFindings {
    private AuditFindings() {}

    static Finding unreadable(String key, ConvergenceException e) {
        return Finding.error(
                "FILE_UNREADABLE",
                key,
                String.valueOf(e.getMessage()),
                e.retryable() ? "Ask again." : "Restore the file, or reload the table.");
    }

    static Finding rowsNotRead(String key, ConvergenceException e) {
        return Finding.warning(
                "ROWS_NOT_READ",
                key,
                "Only its name and size are known: " + e.getMessage(),
                "Look at it by other means; nothing is said here about its rows.");
    }
}
