package io.convergence.target;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.target.TemplateBody.JsonText;
import io.convergence.target.TemplateBody.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code aws_dms_s3_endpoint} with {@code aws_dms_replication_task} or {@code aws_dms_replication_config}. */
final class TerraformConfiguration {
    private static final String SOURCE = "source_endpoint_arn";
    private static final String INSTANCE = "replication_instance_arn";

    /** Terraform's provider sends the key a second time by itself. */
    private static final Set<String> NOT_OF_TERRAFORM = Set.of("KMS_KEY_NEEDS_MODIFY");

    private final DeploymentValues deployment;
    private final DeploymentAdvice advice;
    private final String label;

    private TerraformConfiguration(DeploymentValues deployment) {
        this.deployment = deployment;
        advice = new DeploymentAdvice(deployment, NOT_OF_TERRAFORM);
        label = deployment.name().replace('-', '_');
    }

    static String write(DeploymentValues deployment) {
        return new TerraformConfiguration(deployment).text();
    }

    private String text() {
        List<String> blocks = new ArrayList<>();
        if (deployment.sourceEndpointArn().isEmpty()) {
            blocks.add(variable(SOURCE, "The ARN of the endpoint DMS reads from"));
        }
        if (deployment.serverless().isEmpty()
                && deployment.replicationInstanceArn().isEmpty()) {
            blocks.add(variable(INSTANCE, "The ARN of the replication instance that runs the task"));
        }
        Map<S3Attribute, Object> written = written();
        blocks.add(block(advice.atEndpoint(written.keySet()), "aws_dms_s3_endpoint", endpoint(written)));
        List<String> comments = new ArrayList<>(advice.atReplication());
        comments.add(
                "To change most arguments Terraform stops the replication. It does not start it: that is left to you.");
        blocks.add(
                deployment.serverless().isPresent()
                        ? block(
                                comments,
                                "aws_dms_replication_config",
                                config(deployment.serverless().get()))
                        : block(comments, "aws_dms_replication_task", task()));
        return String.join("\n", blocks);
    }

    private static String variable(String name, String description) {
        return HclText.block(
                "variable \"" + name + "\"",
                new TemplateBody().put("type", new Reference("string")).put("description", description));
    }

    private String block(List<String> comments, String type, TemplateBody body) {
        StringBuilder head = new StringBuilder();
        for (String comment : comments) {
            TemplateText.comment(comment).forEach(line -> head.append(line).append('\n'));
        }
        return head + HclText.block("resource \"" + type + "\" \"" + label + "\"", body);
    }

    /** The provider sends as connection attributes what must be sent so. */
    private Map<S3Attribute, Object> written() {
        Map<S3Attribute, Object> values = S3Endpoint.written(deployment.spec().settings());
        deployment.spec().settings().attributes().forEach(values::putIfAbsent);
        return values;
    }

    private TemplateBody endpoint(Map<S3Attribute, Object> written) {
        TemplateBody body = new TemplateBody()
                .put("endpoint_id", deployment.endpointIdentifier())
                .put("endpoint_type", "target");
        written.forEach((attribute, value) -> {
            body.comments(advice.at(attribute));
            if (value.equals(0L) || value.equals("") || (!attribute.inApi() && value.equals(false))) {
                body.comment("Terraform's provider takes " + (value.equals("") ? "an empty text" : value)
                        + " for not set and does not send it: send it with ModifyEndpoint.");
            }
            body.put(attribute.terraformName(), spelled(attribute, value));
        });
        tags(body);
        return body;
    }

    /** As the provider accepts it and keeps it in its state; any other spelling is refused, or shows as a change for ever. */
    private static Object spelled(S3Attribute attribute, Object value) {
        return switch (attribute) {
            case COMPRESSION_TYPE -> value.toString().toUpperCase(Locale.ROOT);
            case ENCRYPTION_MODE -> value.toString().toUpperCase(Locale.ROOT).replace('-', '_');
            case DATE_PARTITION_SEQUENCE -> value.toString().toLowerCase(Locale.ROOT);
            default -> value;
        };
    }

    private TemplateBody task() {
        TemplateBody body = new TemplateBody()
                .put("replication_task_id", deployment.name())
                .put("migration_type", deployment.migrationType().wireValue())
                .put(SOURCE, given(deployment.sourceEndpointArn(), SOURCE))
                .put("target_endpoint_arn", target())
                .put(INSTANCE, given(deployment.replicationInstanceArn(), INSTANCE));
        deployment.cdcStartPosition().ifPresent(position -> body.put("cdc_start_position", position));
        documents(body, "replication_task_settings");
        tags(body);
        return body;
    }

    private TemplateBody config(ServerlessCompute compute) {
        TemplateBody body = new TemplateBody()
                .put("replication_config_identifier", deployment.name())
                .put("replication_type", deployment.migrationType().wireValue())
                .put(SOURCE, given(deployment.sourceEndpointArn(), SOURCE))
                .put("target_endpoint_arn", target())
                .put("compute_config", block -> compute(compute, block));
        documents(body, "replication_settings");
        tags(body);
        return body;
    }

    private static void compute(ServerlessCompute compute, TemplateBody block) {
        ServerlessComputeValues.toNode(compute)
                .properties()
                .forEach(field -> block.put(snakeCase(field.getKey()), field.getValue()));
    }

    private void documents(TemplateBody body, String settingsName) {
        deployment
                .spec()
                .taskSettings()
                .ifPresent(settings -> body.put(
                        settingsName, new JsonText(ConfigurationJson.object(settings.toJson(), "task settings"))));
        body.put(
                "table_mappings",
                new JsonText(ConfigurationJson.object(
                        deployment.spec().tableMappings().toJson(), "table mappings")));
    }

    private void tags(TemplateBody body) {
        if (!deployment.tags().isEmpty()) {
            ObjectNode tags = ConfigurationJson.newObject();
            deployment.tags().forEach(tags::put);
            body.put("tags", tags);
        }
    }

    private Reference target() {
        return new Reference("aws_dms_s3_endpoint." + label + ".endpoint_arn");
    }

    private static Object given(Optional<String> arn, String variable) {
        return arn.<Object>map(text -> text).orElseGet(() -> new Reference("var." + variable));
    }

    /** E.g. {@code multi_az} for {@code MultiAZ}. */
    private static String snakeCase(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
