package io.convergence.target;

import io.convergence.Finding;
import io.convergence.Severity;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What findings say, as comments of a template, each where it belongs: at an attribute, the endpoint or the replication. */
final class DeploymentAdvice {
    private final List<Finding> findings;

    /** @param without codes of findings that do not concern the language */
    DeploymentAdvice(DeploymentValues deployment, Set<String> without) {
        findings = deployment.validate().stream()
                .filter(finding -> finding.severity() != Severity.INFO && !without.contains(finding.code()))
                .toList();
    }

    List<String> at(S3Attribute attribute) {
        return comments(path -> path.equals(path(attribute)));
    }

    /** Of the settings, except at attributes that are written: there the comments stand where they are. */
    List<String> atEndpoint(Set<S3Attribute> written) {
        return comments(path -> path.startsWith(DeploymentChecks.SETTINGS)
                && written.stream().map(DeploymentAdvice::path).noneMatch(path::equals));
    }

    /** Of mappings, task settings, and all of it together. */
    List<String> atReplication() {
        return comments(path -> !path.startsWith(DeploymentChecks.SETTINGS));
    }

    private List<String> comments(Predicate<String> path) {
        return findings.stream()
                .filter(finding -> path.test(finding.path()))
                .map(finding -> finding.code() + ": " + finding.message() + " " + finding.fix())
                .toList();
    }

    private static String path(S3Attribute attribute) {
        return DeploymentChecks.SETTINGS + "." + attribute.jsonName();
    }
}
