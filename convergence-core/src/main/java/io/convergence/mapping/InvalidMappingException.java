package io.convergence.mapping;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Table mappings that cannot be read, built or applied. Thread-safe. */
public final class InvalidMappingException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    InvalidMappingException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.findings = List.of();
    }

    private InvalidMappingException(String message, List<Finding> findings) {
        super(message, null);
        this.findings = List.copyOf(findings);
    }

    /** Messages of an evaluation are sentences that begin with a word in upper case. */
    static InvalidMappingException ofEvaluation(List<Finding> findings) {
        return new InvalidMappingException(
                "Cannot evaluate table mappings: "
                        + findings.stream()
                                .map(finding -> lower(finding.message()) + " " + finding.fix())
                                .collect(Collectors.joining(" | ")),
                findings);
    }

    private static String lower(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
    }

    InvalidMappingException(List<Finding> findings) {
        super("Cannot build table mappings: "
                + findings.stream().map(Finding::toString).collect(Collectors.joining(" | ")));
        this.findings = List.copyOf(findings);
    }

    /**
     * All errors, where the rules themselves were at fault; warnings, where a name is computed by an expression and only
     * DMS knows it; empty where the text could not be read.
     */
    public List<Finding> findings() {
        return findings == null ? List.of() : findings;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
