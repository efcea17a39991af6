package io.convergence.target;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.mapping.TableMappings;
import java.util.Map;
import java.util.Optional;

/**
 * The input of {@code CreateReplicationConfig}: a serverless replication. Immutable and thread-safe.
 *
 * @param tags in the order in which they are written
 */
public record CreateReplicationConfigInput(
        String replicationConfigIdentifier,
        String sourceEndpointArn,
        String targetEndpointArn,
        ServerlessCompute computeConfig,
        MigrationType replicationType,
        TableMappings tableMappings,
        Optional<TaskSettings> replicationSettings,
        Map<String, String> tags) {
    /** For {@code aws dms create-replication-config --cli-input-json}. */
    public String toJson() {
        ObjectNode node = ConfigurationJson.newObject();
        node.put("ReplicationConfigIdentifier", replicationConfigIdentifier);
        node.put("SourceEndpointArn", sourceEndpointArn);
        node.put("TargetEndpointArn", targetEndpointArn);
        node.set("ComputeConfig", ServerlessComputeValues.toNode(computeConfig));
        node.put("ReplicationType", replicationType.wireValue());
        node.put("TableMappings", ConfigurationJson.compact(tableMappings.toJson()));
        replicationSettings.ifPresent(
                settings -> node.put("ReplicationSettings", ConfigurationJson.compact(settings.toJson())));
        TemplateTags.put(node, tags);
        return ConfigurationJson.pretty(node);
    }
}
