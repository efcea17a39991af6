package io.convergence.target;

import io.convergence.Finding;
import java.util.ArrayList;
import java.util.List;

/** The checks behind {@link S3TargetSettings#validate()}: the rules of two tables, in their order. */
final class S3TargetChecks {
    private S3TargetChecks() {}

    static List<Finding> findings(S3TargetSettings settings) {
        List<Finding> findings = new ArrayList<>();
        S3TargetRules.RULES.forEach(rule -> rule.apply(settings).ifPresent(findings::add));
        return List.copyOf(findings);
    }

    static List<Finding> findings(S3TargetSettings settings, TargetSurroundings surroundings) {
        List<Finding> findings = new ArrayList<>(findings(settings));
        S3SurroundingsRules.RULES.forEach(
                rule -> rule.apply(settings, surroundings).ifPresent(findings::add));
        return List.copyOf(findings);
    }
}
