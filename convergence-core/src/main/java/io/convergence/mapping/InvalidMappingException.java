package io.convergence.mapping;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import java.util.List;
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

    InvalidMappingException(List<Finding> findings) {
        super("Cannot build table mappings: "
                + findings.stream().map(Finding::toString).collect(Collectors.joining(" | ")));
        this.findings = List.copyOf(findings);
    }

    /** All errors, where the rules themselves were at fault; empty where the text could not be read. */
    public List<Finding> findings() {
        return findings == null ? List.of() : findings;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
