package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

record DeploymentValues(
        ReplicationSpec spec,
        String name,
        String endpointIdentifier,
        MigrationType migrationType,
        Optional<String> sourceEndpointArn,
        Optional<String> replicationInstanceArn,
        Optional<ServerlessCompute> serverless,
        Optional<String> cdcStartPosition,
        Map<String, String> tags)
        implements Deployment {
    DeploymentValues {
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    @Override
    public List<Finding> validate() {
        return DeploymentChecks.findings(this);
    }

    @Override
    public String toCloudFormation() {
        return CloudFormationTemplate.write(this);
    }

    @Override
    public String toTerraform() {
        return TerraformConfiguration.write(this);
    }

    @Override
    public CreateEndpointInput createEndpoint() {
        return new CreateEndpointInput(
                endpointIdentifier, spec.settings(), S3Endpoint.connectionAttributes(spec.settings()), tags);
    }

    @Override
    public CreateReplicationTaskInput createReplicationTask(String targetEndpointArn) {
        requireNonNull(targetEndpointArn, "targetEndpointArn");
        String operation = "CreateReplicationTask";
        if (serverless.isPresent()) {
            throw refused(operation, "it is serverless", "Use createReplicationConfig");
        }

        return new CreateReplicationTaskInput(
                name,
                given(operation, "source endpoint", sourceEndpointArn, "sourceEndpointArn"),
                targetEndpointArn,
                given(operation, "replication instance", replicationInstanceArn, "replicationInstanceArn"),
                migrationType,
                spec.tableMappings(),
                spec.taskSettings(),
                cdcStartPosition,
                tags);
    }

    @Override
    public CreateReplicationConfigInput createReplicationConfig(String targetEndpointArn) {
        requireNonNull(targetEndpointArn, "targetEndpointArn");
        String operation = "CreateReplicationConfig";
        ServerlessCompute compute = serverless.orElseThrow(
                () -> refused(operation, "it is not serverless", "Use createReplicationTask, or set serverless"));
        return new CreateReplicationConfigInput(
                name,
                given(operation, "source endpoint", sourceEndpointArn, "sourceEndpointArn"),
                targetEndpointArn,
                compute,
                migrationType,
                spec.tableMappings(),
                spec.taskSettings(),
                tags);
    }

    @Override
    public Builder toBuilder() {
        return new Builder(this);
    }

    private String given(String operation, String what, Optional<String> arn, String method) {
        return arn.orElseThrow(() -> refused(operation, "the ARN of its " + what + " is not known", "Set " + method));
    }

    private IllegalStateException refused(String operation, String why, String fix) {
        return new IllegalStateException(
                "Cannot make the input of " + operation + " for deployment '" + name + "': " + why + ". " + fix + ".");
    }
}
