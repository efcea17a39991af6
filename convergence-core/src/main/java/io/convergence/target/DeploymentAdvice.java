package io.convergence.target;

import io.convergence.Finding;
import io.convergence.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What findings say, as comments of a template, each where it belongs: at an attribute, the endpoint or the replication. */
final class DeploymentAdvice {
    private final List<Finding> left = new ArrayList<>();

    /** @param without codes of findings that do not concern the language */
    DeploymentAdvice(DeploymentValues deployment, Set<String> without) {
        for (Finding finding : deployment.validate()) {
            if (finding.severity() != Severity.INFO && !without.contains(finding.code())) {
                left.add(finding);
            }
        }
    }

    List<String> at(S3Attribute attribute) {
        return take(DeploymentChecks.SETTINGS + "." + attribute.jsonName(), true);
    }

    /** Of the settings, except at attributes that are written. */
    List<String> atEndpoint(Collection<S3Attribute> written) {
        List<Finding> elsewhere = new ArrayList<>();
        for (S3Attribute attribute : written) {
            String path = DeploymentChecks.SETTINGS + "." + attribute.jsonName();
            left.stream().filter(finding -> finding.path().equals(path)).forEach(elsewhere::add);
        }
        left.removeAll(elsewhere);
        List<String> comments = take(DeploymentChecks.SETTINGS, false);
        left.addAll(elsewhere);
        return comments;
    }

    /** All that is left. */
    List<String> atReplication() {
        return take("", false);
    }

    private List<String> take(String path, boolean whole) {
        List<Finding> taken = left.stream()
                .filter(finding ->
                        whole ? finding.path().equals(path) : finding.path().startsWith(path))
                .toList();
        left.removeAll(taken);
        return taken.stream()
                .map(finding -> finding.code() + ": " + finding.message() + " " + finding.fix())
                .toList();
    }
}
