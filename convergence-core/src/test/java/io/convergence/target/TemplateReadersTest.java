package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.bertramlabs.plugins.hcl4j.HCLParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.mapping.TableMappings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** What the writers of templates write, other people's libraries read to the model again. */
class TemplateReadersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEPLOYMENTS = 400;
    private static final Pattern ESCAPE = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u([0-9a-f]{4})");

    /** Private characters from here on stand for those that the HCL library cannot read as escapes. */
    private static final int STAND_INS = 0xf0000;

    @Test
    void cloudFormationIsReadToTheModel() {
        forEachDeployment(deployment -> {
            Map<String, Object> template = yaml(deployment.toCloudFormation());
            Map<String, Object> resources = map(template.get("Resources"));
            Map<String, Object> endpoint = properties(resources, deployment, "TargetEndpoint", "AWS::DMS::Endpoint");
            boolean serverless = deployment.serverless().isPresent();
            Map<String, Object> replication = serverless
                    ? properties(resources, deployment, "ReplicationConfig", "AWS::DMS::ReplicationConfig")
                    : properties(resources, deployment, "ReplicationTask", "AWS::DMS::ReplicationTask");

            assertThat(template.get("AWSTemplateFormatVersion")).isEqualTo("2010-09-09");
            assertThat(resources).hasSize(2);
            assertThat(endpoint.get("EndpointIdentifier")).isEqualTo(deployment.endpointIdentifier());
            assertThat(settings(
                            map(endpoint.get("S3Settings")),
                            attribute -> attribute.apiName().orElse(""),
                            String.valueOf(endpoint.getOrDefault("ExtraConnectionAttributes", ""))))
                    .isEqualTo(deployment.spec().settings());
            assertThat(cloudFormationTags(endpoint)).isEqualTo(deployment.tags());
            assertThat(cloudFormationTags(replication)).isEqualTo(deployment.tags());
            assertThat(replication.get("TargetEndpointArn")).isEqualTo("!Ref " + id(deployment) + "TargetEndpoint");
            assertThat(replication.get("SourceEndpointArn"))
                    .isEqualTo(deployment.sourceEndpointArn().orElse("!Ref SourceEndpointArn"));
            if (serverless) {
                assertThat(tree(replication.get("ComputeConfig")))
                        .isEqualTo(tree(JSON.convertValue(
                                ServerlessComputeValues.toNode(
                                        deployment.serverless().get()),
                                Map.class)));
                assertThat(replication.get("ReplicationType"))
                        .isEqualTo(deployment.migrationType().wireValue());
                assertDocuments(
                        deployment,
                        tree(replication.get("TableMappings")),
                        replication.containsKey("ReplicationSettings")
                                ? tree(replication.get("ReplicationSettings"))
                                : null);
            } else {
                assertThat(replication.get("MigrationType"))
                        .isEqualTo(deployment.migrationType().wireValue());
                assertThat(replication.get("ReplicationInstanceArn"))
                        .isEqualTo(deployment.replicationInstanceArn().orElse("!Ref ReplicationInstanceArn"));
                assertThat(Optional.ofNullable(replication.get("CdcStartPosition")))
                        .isEqualTo(deployment.cdcStartPosition());
                assertDocuments(
                        deployment,
                        json(replication.get("TableMappings")),
                        replication.containsKey("ReplicationTaskSettings")
                                ? json(replication.get("ReplicationTaskSettings"))
                                : null);
            }
        });
    }

    @Test
    void terraformIsReadToTheModel() {
        forEachDeployment(deployment -> {
            Map<String, Object> read = map(hcl(deployment.toTerraform()).get("resource"));
            Map<String, Object> resources = map(decoded(read));
            Map<String, Object> endpoint = resource(resources, deployment, "aws_dms_s3_endpoint");
            boolean serverless = deployment.serverless().isPresent();
            String type = serverless ? "aws_dms_replication_config" : "aws_dms_replication_task";
            Map<String, Object> replication = resource(resources, deployment, type);
            Map<String, Object> encoded = resource(read, deployment, type);

            assertThat(resources).hasSize(2);
            assertThat(endpoint.get("endpoint_id")).isEqualTo(deployment.endpointIdentifier());
            assertThat(settings(endpoint, S3Attribute::terraformName, ""))
                    .isEqualTo(deployment.spec().settings());
            assertThat(endpoint.getOrDefault("tags", Map.of())).isEqualTo(deployment.tags());
            assertThat(replication.getOrDefault("tags", Map.of())).isEqualTo(deployment.tags());
            assertThat(replication.get("target_endpoint_arn"))
                    .isEqualTo("aws_dms_s3_endpoint." + deployment.name().replace('-', '_') + ".endpoint_arn");
            assertThat(replication.get("source_endpoint_arn"))
                    .isEqualTo(deployment.sourceEndpointArn().orElse("var.source_endpoint_arn"));
            assertThat(replication.get(serverless ? "replication_type" : "migration_type"))
                    .isEqualTo(deployment.migrationType().wireValue());
            String settings = serverless ? "replication_settings" : "replication_task_settings";
            assertDocuments(
                    deployment,
                    decoded(json(encoded.get("table_mappings"))),
                    encoded.containsKey(settings) ? decoded(json(encoded.get(settings))) : null);
            if (serverless) {
                Map<String, Object> compute = map(replication.get("compute_config"));
                ServerlessCompute expected = deployment.serverless().get();
                assertThat(compute.get("max_capacity_units")).isEqualTo((double) expected.maxCapacityUnits());
                assertThat(Optional.ofNullable(compute.get("replication_subnet_group_id")))
                        .isEqualTo(expected.replicationSubnetGroupId());
                assertThat(compute.get("vpc_security_group_ids")).isEqualTo(expected.vpcSecurityGroupIds());
                assertThat(compute.getOrDefault("multi_az", false)).isEqualTo(expected.multiAz());
            } else {
                assertThat(Optional.ofNullable(replication.get("cdc_start_position")))
                        .isEqualTo(deployment.cdcStartPosition());
                assertThat(replication.get("replication_instance_arn"))
                        .isEqualTo(deployment.replicationInstanceArn().orElse("var.replication_instance_arn"));
            }
        });
    }

    @Test
    void inputsOfOperationsAreReadToTheModel() {
        String target = "arn:aws:dms:eu-west-1:123456789012:endpoint:T";
        forEachDeployment(random -> {
            Deployment.Builder builder =
                    random.toBuilder().sourceEndpointArn("arn:aws:dms:eu-west-1:123456789012:endpoint:S");
            if (random.serverless().isEmpty()) {
                builder.replicationInstanceArn("arn:aws:dms:eu-west-1:123456789012:rep:I");
            }
            Deployment deployment = builder.build();
            boolean serverless = deployment.serverless().isPresent();

            JsonNode endpoint = json(deployment.createEndpoint().toJson());
            JsonNode replication = json(
                    serverless
                            ? deployment.createReplicationConfig(target).toJson()
                            : deployment.createReplicationTask(target).toJson());

            assertThat(S3TargetSettings.parseEndpoint(endpoint.toString()))
                    .isEqualTo(deployment.spec().settings());
            assertThat(endpoint.path("Tags")).hasSize(deployment.tags().size());
            assertThat(replication.get("TargetEndpointArn").asText()).isEqualTo(target);
            JsonNode settings = replication.get(serverless ? "ReplicationSettings" : "ReplicationTaskSettings");
            assertDocuments(
                    deployment,
                    json(replication.get("TableMappings").textValue()),
                    settings == null ? null : json(settings.textValue()));
        });
    }

    private static void assertDocuments(Deployment deployment, JsonNode mappings, JsonNode settings) {
        assertThat(plain(mappings))
                .isEqualTo(plain(json(deployment.spec().tableMappings().toJson())));
        Optional<JsonNode> sent = deployment.spec().taskSettings().map(task -> plain(json(task.toJson())));
        assertThat(Optional.ofNullable(settings).map(TemplateReadersTest::plain))
                .isEqualTo(sent);
        assertThat(TableMappings.parse(deployment.spec().tableMappings().toJson()))
                .isEqualTo(deployment.spec().tableMappings());
    }

    private interface Check {
        void on(Deployment deployment) throws Exception;
    }

    private static void forEachDeployment(Check check) {
        long seed = Long.getLong("convergence.seed", 20_261_125L);
        RandomDeployments deployments = new RandomDeployments(new Random(seed));
        for (int i = 0; i < DEPLOYMENTS; i++) {
            Deployment deployment = deployments.next();
            try {
                check.on(deployment);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "-Dconvergence.seed=" + seed + ", deployment " + i + ":\n" + deployment.toCloudFormation()
                                + "\n" + deployment.toTerraform(),
                        e);
            }
        }
    }

    private static S3TargetSettings settings(
            Map<String, Object> values, Function<S3Attribute, String> name, String connectionAttributes) {
        Map<S3Attribute, Object> attributes = new EnumMap<>(S3Attribute.class);
        for (S3Attribute attribute : S3Attribute.values()) {
            Object value = values.get(name.apply(attribute));
            if (value != null) {
                attributes.put(attribute, value instanceof Double number ? (Object) number.longValue() : value);
            }
        }
        return S3TargetSettings.from(attributes, connectionAttributes);
    }

    // YAML

    private static Map<String, Object> yaml(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return map(new Yaml(new References(options)).load(text));
    }

    /** Reads {@code !Ref X} to "!Ref X". */
    private static final class References extends SafeConstructor {
        References(LoaderOptions options) {
            super(options);
            yamlConstructors.put(new Tag("!Ref"), new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    return "!Ref " + ((ScalarNode) node).getValue();
                }
            });
        }
    }

    private static Map<String, Object> properties(
            Map<String, Object> resources, Deployment deployment, String name, String type) {
        Map<String, Object> resource = map(resources.get(id(deployment) + name));
        assertThat(resource.get("Type")).isEqualTo(type);
        return map(resource.get("Properties"));
    }

    private static String id(Deployment deployment) {
        return deployment.name().equals("orders") ? "Orders" : "AB1C";
    }

    private static Map<String, String> cloudFormationTags(Map<String, Object> properties) {
        Map<String, String> tags = new TreeMap<>();
        for (Object tag : (List<?>) properties.getOrDefault("Tags", List.of())) {
            tags.put(String.valueOf(map(tag).get("Key")), String.valueOf(map(tag).get("Value")));
        }
        return tags;
    }

    // HCL

    private static Map<String, Object> hcl(String text) throws Exception {
        String readable = ESCAPE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1) + Character.toString(STAND_INS + Integer.parseInt(match.group(2), 16))));
        HCLParser parser = new HCLParser();
        for (String variable : List.of("source_endpoint_arn", "replication_instance_arn")) {
            parser.setVariable(variable, "var." + variable);
        }
        return parser.parse(readable);
    }

    private static JsonNode decoded(JsonNode document) {
        return JSON.valueToTree(decoded(JSON.convertValue(document, Object.class)));
    }

    /** The library leaves it to its caller to take a doubled introduction as a literal one. */
    private static Object decoded(Object value) {
        if (value instanceof Map<?, ?> values) {
            Map<Object, Object> decoded = new LinkedHashMap<>();
            values.forEach((key, inner) -> decoded.put(decoded(key), decoded(inner)));
            return decoded;
        }
        if (value instanceof List<?> values) {
            List<Object> decoded = new ArrayList<>();
            values.forEach(inner -> decoded.add(decoded(inner)));
            return decoded;
        }
        if (value instanceof String text) {
            StringBuilder decoded = new StringBuilder();
            text.replace("$${", "${")
                    .replace("%%{", "%{")
                    .codePoints()
                    .forEach(c -> decoded.appendCodePoint(c >= STAND_INS ? c - STAND_INS : c));
            return decoded.toString();
        }
        return value instanceof Number || value instanceof Boolean || value == null ? value : value.toString();
    }

    private static Map<String, Object> resource(Map<String, Object> resources, Deployment deployment, String type) {
        return map(map(resources.get(type)).get(deployment.name().replace('-', '_')));
    }

    // trees

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<String, Object>) value;
    }

    private static JsonNode tree(Object value) {
        return plain(JSON.valueToTree(value));
    }

    private static JsonNode json(Object text) {
        try {
            return JSON.readTree((String) text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("No JSON: " + text, e);
        }
    }

    /** Numbers by their value. */
    private static JsonNode plain(JsonNode node) {
        if (node.isObject()) {
            ObjectNode plain = JSON.createObjectNode();
            node.properties().forEach(field -> plain.set(field.getKey(), plain(field.getValue())));
            return plain;
        }
        if (node.isArray()) {
            ArrayNode plain = JSON.createArrayNode();
            node.forEach(item -> plain.add(plain(item)));
            return plain;
        }
        if (node.isNumber()) {
            return DecimalNode.valueOf(
                    new BigDecimal(node.decimalValue().stripTrailingZeros().toPlainString()));
        }
        return node;
    }
}
