package io.convergence.target;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.mapping.TableMappings;
import java.util.Map;
import java.util.Optional;

/**
 * The input of {@code CreateReplicationTask}. Immutable and thread-safe.
 *
 * @param tags in the order in which they are written
 */
public record CreateReplicationTaskInput(
        String replicationTaskIdentifier,
        String sourceEndpointArn,
        String targetEndpointArn,
        String replicationInstanceArn,
        MigrationType migrationType,
        TableMappings tableMappings,
        Optional<TaskSettings> replicationTaskSettings,
        Optional<String> cdcStartPosition,
        Map<String, String> tags) {
    /** For {@code aws dms create-replication-task --cli-input-json}. */
    public String toJson() {
        ObjectNode node = ConfigurationJson.newObject();
        node.put("ReplicationTaskIdentifier", replicationTaskIdentifier);
        node.put("SourceEndpointArn", sourceEndpointArn);
        node.put("TargetEndpointArn", targetEndpointArn);
        node.put("ReplicationInstanceArn", replicationInstanceArn);
        node.put("MigrationType", migrationType.wireValue());
        node.put("TableMappings", ConfigurationJson.compact(tableMappings.toJson()));
        replicationTaskSettings.ifPresent(
                settings -> node.put("ReplicationTaskSettings", ConfigurationJson.compact(settings.toJson())));
        cdcStartPosition.ifPresent(position -> node.put("CdcStartPosition", position));
        TemplateTags.put(node, tags);
        return ConfigurationJson.pretty(node);
    }
}
