package io.convergence.aws.dms;

import io.convergence.target.CreateEndpointInput;
import io.convergence.target.CreateReplicationConfigInput;
import io.convergence.target.CreateReplicationTaskInput;
import io.convergence.target.S3Attribute;
import io.convergence.target.ServerlessCompute;
import io.convergence.target.TaskSettings;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.databasemigration.model.ComputeConfig;
import software.amazon.awssdk.services.databasemigration.model.CreateEndpointRequest;
import software.amazon.awssdk.services.databasemigration.model.CreateReplicationConfigRequest;
import software.amazon.awssdk.services.databasemigration.model.CreateReplicationTaskRequest;
import software.amazon.awssdk.services.databasemigration.model.S3Settings;
import software.amazon.awssdk.services.databasemigration.model.Tag;

/** From our model to the SDK's. */
final class DmsRequests {
    private DmsRequests() {}

    static S3Settings s3Settings(Map<S3Attribute, Object> values) {
        return S3SettingsMembers.write(values);
    }

    static CreateEndpointRequest createEndpoint(CreateEndpointInput input) {
        return CreateEndpointRequest.builder()
                .endpointIdentifier(input.endpointIdentifier())
                .endpointType("target")
                .engineName("s3")
                .s3Settings(s3Settings(input.s3Settings()))
                .extraConnectionAttributes(input.extraConnectionAttributes().orElse(null))
                .tags(tags(input.tags()))
                .build();
    }

    static CreateReplicationTaskRequest createReplicationTask(CreateReplicationTaskInput input) {
        return CreateReplicationTaskRequest.builder()
                .replicationTaskIdentifier(input.replicationTaskIdentifier())
                .sourceEndpointArn(input.sourceEndpointArn())
                .targetEndpointArn(input.targetEndpointArn())
                .replicationInstanceArn(input.replicationInstanceArn())
                .migrationType(input.migrationType().wireValue())
                .tableMappings(input.tableMappings().toJson())
                .replicationTaskSettings(input.replicationTaskSettings()
                        .map(TaskSettings::toJson)
                        .orElse(null))
                .cdcStartPosition(input.cdcStartPosition().orElse(null))
                .tags(tags(input.tags()))
                .build();
    }

    static CreateReplicationConfigRequest createReplicationConfig(CreateReplicationConfigInput input) {
        return CreateReplicationConfigRequest.builder()
                .replicationConfigIdentifier(input.replicationConfigIdentifier())
                .sourceEndpointArn(input.sourceEndpointArn())
                .targetEndpointArn(input.targetEndpointArn())
                .computeConfig(compute(input.computeConfig()))
                .replicationType(input.replicationType().wireValue())
                .tableMappings(input.tableMappings().toJson())
                .replicationSettings(
                        input.replicationSettings().map(TaskSettings::toJson).orElse(null))
                .tags(tags(input.tags()))
                .build();
    }

    private static ComputeConfig compute(ServerlessCompute compute) {
        ComputeConfig.Builder builder = ComputeConfig.builder()
                .maxCapacityUnits(compute.maxCapacityUnits())
                .minCapacityUnits(compute.minCapacityUnits().orElse(null))
                .multiAZ(compute.multiAz() ? true : null)
                .availabilityZone(compute.availabilityZone().orElse(null))
                .replicationSubnetGroupId(compute.replicationSubnetGroupId().orElse(null))
                .kmsKeyId(compute.kmsKeyId().orElse(null))
                .preferredMaintenanceWindow(compute.preferredMaintenanceWindow().orElse(null));
        if (!compute.vpcSecurityGroupIds().isEmpty()) {
            builder.vpcSecurityGroupIds(compute.vpcSecurityGroupIds());
        }
        if (!compute.dnsNameServers().isEmpty()) {
            builder.dnsNameServers(String.join(",", compute.dnsNameServers()));
        }
        return builder.build();
    }

    private static List<Tag> tags(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }
}
