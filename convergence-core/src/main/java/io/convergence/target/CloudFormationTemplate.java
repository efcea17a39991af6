package io.convergence.target;

import io.convergence.target.TemplateBody.JsonText;
import io.convergence.target.TemplateBody.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code AWS::DMS::Endpoint} with {@code AWS::DMS::ReplicationTask} or {@code AWS::DMS::ReplicationConfig}. */
final class CloudFormationTemplate {
    private static final String SOURCE = "SourceEndpointArn";
    private static final String INSTANCE = "ReplicationInstanceArn";

    /** A longer one must be uploaded to S3 first. */
    private static final int MAX_BODY_BYTES = 51_200;

    private final DeploymentValues deployment;
    private final DeploymentAdvice advice;
    private final String prefix;

    private CloudFormationTemplate(DeploymentValues deployment) {
        this.deployment = deployment;
        advice = new DeploymentAdvice(deployment, Set.of());
        prefix = camelCase(deployment.name());
    }

    static String write(DeploymentValues deployment) {
        String text = YamlText.write(new CloudFormationTemplate(deployment).template());
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes <= MAX_BODY_BYTES) {
            return text;
        }

        StringBuilder head = new StringBuilder();
        TemplateText.comment("This template has " + bytes
                        + " bytes: CloudFormation takes at most 51,200 in a request. Upload it to S3 and give its URL.")
                .forEach(line -> head.append(line).append('\n'));
        return head + text;
    }

    private TemplateBody template() {
        TemplateBody body = new TemplateBody().put("AWSTemplateFormatVersion", "2010-09-09");
        TemplateBody parameters = parameters();
        if (!parameters.entries().isEmpty()) {
            body.put("Parameters", parameters);
        }
        return body.put("Resources", resources -> {
            resources.comments(advice.atEndpoint(
                    S3Endpoint.written(deployment.spec().settings()).keySet()));
            resources.put(endpointId(), this::endpoint);
            resources.comments(advice.atReplication());
            if (deployment.serverless().isPresent()) {
                ServerlessCompute compute = deployment.serverless().get();
                resources.comment("DMS changes a serverless replication only while it is created, stopped or failed.");
                resources.put(prefix + "ReplicationConfig", resource -> config(resource, compute));
            } else {
                resources.comment(
                        "DMS changes a task only while it does not run: stop it before an update of the stack.");
                resources.put(prefix + "ReplicationTask", this::task);
            }
        });
    }

    private TemplateBody parameters() {
        TemplateBody parameters = new TemplateBody();
        if (deployment.sourceEndpointArn().isEmpty()) {
            parameters.put(
                    SOURCE,
                    parameter -> parameter
                            .put("Type", "String")
                            .put("Description", "The ARN of the endpoint DMS reads from"));
        }
        if (deployment.serverless().isEmpty()
                && deployment.replicationInstanceArn().isEmpty()) {
            parameters.put(
                    INSTANCE,
                    parameter -> parameter
                            .put("Type", "String")
                            .put("Description", "The ARN of the replication instance that runs the task"));
        }
        return parameters;
    }

    private void endpoint(TemplateBody resource) {
        S3TargetSettings settings = deployment.spec().settings();
        resource.put("Type", "AWS::DMS::Endpoint").put("Properties", properties -> {
            properties
                    .put("EndpointIdentifier", deployment.endpointIdentifier())
                    .put("EndpointType", "target")
                    .put("EngineName", "s3")
                    .put("S3Settings", this::settings);
            S3Endpoint.connectionAttributes(settings)
                    .ifPresent(text -> properties
                            .comment("Tasks take this from here only"
                                    + (settings.cdcPath().isPresent()
                                            ? ", CdcPath too although S3Settings has it."
                                            : "."))
                            .put("ExtraConnectionAttributes", text));
            TemplateTags.put(properties, deployment.tags());
        });
    }

    private void settings(TemplateBody body) {
        S3Endpoint.written(deployment.spec().settings())
                .forEach((attribute, value) ->
                        body.comments(advice.at(attribute)).put(attribute.jsonName(), value));
    }

    private void task(TemplateBody resource) {
        resource.put("Type", "AWS::DMS::ReplicationTask").put("Properties", properties -> {
            properties
                    .put("ReplicationTaskIdentifier", deployment.name())
                    .put("MigrationType", deployment.migrationType().wireValue())
                    .put(SOURCE, given(deployment.sourceEndpointArn(), SOURCE))
                    .put("TargetEndpointArn", new Reference(endpointId()))
                    .put(INSTANCE, given(deployment.replicationInstanceArn(), INSTANCE));
            deployment.cdcStartPosition().ifPresent(position -> properties.put("CdcStartPosition", position));
            deployment
                    .spec()
                    .taskSettings()
                    .ifPresent(settings -> properties.put(
                            "ReplicationTaskSettings",
                            new JsonText(ConfigurationJson.object(settings.toJson(), "task settings"))));
            properties.put(
                    "TableMappings",
                    new JsonText(ConfigurationJson.object(
                            deployment.spec().tableMappings().toJson(), "table mappings")));
            TemplateTags.put(properties, deployment.tags());
        });
    }

    /** Here the two documents are structures, not texts. */
    private void config(TemplateBody resource, ServerlessCompute compute) {
        resource.put("Type", "AWS::DMS::ReplicationConfig").put("Properties", properties -> {
            properties
                    .put("ReplicationConfigIdentifier", deployment.name())
                    .put("ReplicationType", deployment.migrationType().wireValue())
                    .put(SOURCE, given(deployment.sourceEndpointArn(), SOURCE))
                    .put("TargetEndpointArn", new Reference(endpointId()))
                    .put("ComputeConfig", ServerlessComputeValues.toNode(compute));
            deployment
                    .spec()
                    .taskSettings()
                    .ifPresent(settings -> properties.put(
                            "ReplicationSettings", ConfigurationJson.object(settings.toJson(), "task settings")));
            properties.put(
                    "TableMappings",
                    ConfigurationJson.object(deployment.spec().tableMappings().toJson(), "table mappings"));
            TemplateTags.put(properties, deployment.tags());
        });
    }

    private String endpointId() {
        return prefix + "TargetEndpoint";
    }

    private static Object given(Optional<String> arn, String parameter) {
        return arn.<Object>map(text -> text).orElseGet(() -> new Reference(parameter));
    }

    /** Names of resources have letters and digits only. */
    private static String camelCase(String name) {
        StringBuilder camel = new StringBuilder();
        for (String part : name.split("-", -1)) {
            camel.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
        }
        return camel.toString();
    }
}
