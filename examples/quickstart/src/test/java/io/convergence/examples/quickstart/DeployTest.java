package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.source.SourceEngine;
import io.convergence.target.Deployment;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.TaskSettings;
import org.junit.jupiter.api.Test;

/** The code of the how-to "Deploy a checked replication"; {@code DocumentedCodeTest} holds both to the same text. */
class DeployTest {
    // docs: deploy
    @Test
    void oneObjectBecomesCloudFormationTerraformAndApiInput() {
        var spec = ReplicationSpec.lakeReady("my-bucket", "raw")
                .sourceEngine(SourceEngine.POSTGRESQL)
                .settings(s -> s.serviceAccessRoleArn("arn:aws:iam::123456789012:role/dms-to-s3"))
                .tableMappings(mappings -> mappings.include("public", "%"))
                .taskSettings(TaskSettings.forS3().build())
                .build();
        var deployment = Deployment.builder(spec, "orders")
                .sourceEndpointArn("arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERSDB")
                .serverless(compute -> compute.maxCapacityUnits(16).multiAz())
                .tag("Team", "lake")
                .build();

        String template = deployment.toCloudFormation(); // template.yaml
        String terraform = deployment.toTerraform(); // orders.tf
        String endpoint = deployment.createEndpoint().toJson(); // aws dms create-endpoint --cli-input-json

        assertThat(template).contains("Type: AWS::DMS::ReplicationConfig");
        assertThat(terraform).contains("resource \"aws_dms_replication_config\" \"orders\" {");
        assertThat(endpoint).contains("\"EndpointIdentifier\" : \"orders-target\"");
    }
    // docs: end
}
