package io.convergence.target;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/**
 * The input of {@code CreateEndpoint} for a target on S3. Immutable and thread-safe.
 *
 * @param extraConnectionAttributes what tasks take from there only, {@code CdcPath} foremost; empty if there is none
 * @param tags in the order in which they are written
 */
public record CreateEndpointInput(
        String endpointIdentifier,
        S3TargetSettings settings,
        Optional<String> extraConnectionAttributes,
        Map<String, String> tags) {
    /** The settings as they are sent, with the names of the API: what differs from the defaults, and for Parquet the disputed defaults. */
    public Map<S3Attribute, Object> s3Settings() {
        return S3Endpoint.written(settings);
    }

    /** For {@code aws dms create-endpoint --cli-input-json}. */
    public String toJson() {
        ObjectNode node = S3Endpoint.createNode(settings, endpointIdentifier);
        TemplateTags.put(node, tags);
        return ConfigurationJson.pretty(node);
    }
}
