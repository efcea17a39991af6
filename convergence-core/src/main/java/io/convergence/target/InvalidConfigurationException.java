package io.convergence.target;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import java.util.List;
import java.util.stream.Collectors;

/** Settings or a spec that cannot be read or that contradict themselves. Thread-safe. */
public final class InvalidConfigurationException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    InvalidConfigurationException(String what, List<Finding> findings) {
        super("Cannot accept " + what + ": "
                + findings.stream().map(Finding::toString).collect(Collectors.joining(" | ")));
        this.findings = List.copyOf(findings);
    }

    /** All errors, in order. */
    public List<Finding> findings() {
        return findings == null ? List.of() : findings;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
