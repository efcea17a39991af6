package io.convergence.target;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.convergence.Severity;
import io.convergence.mapping.InvalidMappingException;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceEngine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Deployments that are valid, with texts that mean something to YAML, HCL, JSON or a careless writer. */
final class RandomDeployments {
    private static final String ACCOUNT = "123456789012";
    private static final List<String> NASTY = List.of(
            "yes",
            "no",
            "on",
            "off",
            "null",
            "~",
            "true",
            "y",
            "N",
            "1",
            "0x1F",
            "017",
            "1_000",
            "1e3",
            ".5",
            "-",
            "- a",
            "? a",
            ": ",
            "a: b",
            "a:",
            "# c",
            "a #b",
            "!Ref X",
            "&a",
            "*a",
            "%",
            "@",
            "`",
            "'",
            "\"",
            "\\",
            "\\n",
            "\n",
            "\t",
            "\r\n",
            "${",
            "${x}",
            "$${x}",
            "$$${x}",
            "$",
            "$$",
            "%{",
            "%{if}",
            "%%{",
            "%%%{ if a }",
            "%$${",
            "{}",
            "[]",
            "{",
            "}",
            "|",
            ">",
            "<<",
            "=",
            "2026-11-25",
            "12:30",
            "1:30:00",
            "é",
            "ß",
            "漢字",
            "😀",
            "\u0000",
            "\u0007",
            "\u007f",
            "\u0085",
            "\u00a0",
            "\u00ad",
            "\u200b",
            "\u2028",
            "\u202e",
            "\ufeff",
            "EOF",
            "<<EOT",
            "jsonencode(",
            "//",
            "/* */",
            "\"\"\"");

    private final Random random;

    RandomDeployments(Random random) {
        this.random = random;
    }

    Deployment next() {
        while (true) {
            Deployment.Builder builder = Deployment.builder(spec(), random.nextBoolean() ? "orders" : "a-b1-C");
            if (random.nextBoolean()) {
                builder.migrationType(MigrationType.values()[random.nextInt(MigrationType.values().length)]);
            }
            if (random.nextBoolean()) {
                builder.sourceEndpointArn("arn:aws:dms:eu-west-1:" + ACCOUNT + ":endpoint:ABC");
            }
            if (random.nextBoolean()) {
                builder.serverless(compute());
            } else if (random.nextBoolean()) {
                builder.replicationInstanceArn("arn:aws:dms:eu-west-1:" + ACCOUNT + ":rep:DEF");
            }
            if (random.nextBoolean()) {
                builder.cdcStartPosition("checkpoint:V1#" + text());
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                builder.tag("k" + text(), text());
            }
            if (builder.validate().stream().noneMatch(finding -> finding.severity() == Severity.ERROR)) {
                return builder.build();
            }
        }
    }

    private ReplicationSpec spec() {
        while (true) {
            try {
                ReplicationSpec.Builder builder = ReplicationSpec.builder()
                        .sourceEngine(SourceEngine.values()[random.nextInt(SourceEngine.values().length)])
                        .settings(S3TargetSettings.from(attributes()))
                        .tableMappings(mappings());
                if (random.nextBoolean()) {
                    builder.taskSettings(taskSettings());
                }
                return builder.build();
            } catch (InvalidConfigurationException | InvalidMappingException e) {
                // The next one may be valid.
            }
        }
    }

    private Map<S3Attribute, Object> attributes() {
        Map<S3Attribute, Object> values = new EnumMap<>(S3Attribute.class);
        List<S3Attribute> all = List.of(S3Attribute.values());
        for (int i = random.nextInt(9); i >= 0; i--) {
            S3Attribute attribute = all.get(random.nextInt(all.size()));
            values.put(attribute, value(attribute));
        }
        values.put(S3Attribute.BUCKET_NAME, "lake");
        values.put(S3Attribute.SERVICE_ACCESS_ROLE_ARN, "arn:aws:iam::" + ACCOUNT + ":role/" + text());
        return values;
    }

    private Object value(S3Attribute attribute) {
        return switch (attribute.type()) {
            case FLAG -> random.nextBoolean();
            case COUNT -> random.nextInt(2);
            case SECONDS, BYTES, KILOBYTES -> random.nextBoolean() ? 0 : 1 + random.nextInt(1_000_000);
            case TIME_ZONE -> "Asia/Kolkata";
            case CONSTANT -> constant(attribute);
            case TEXT -> attribute == S3Attribute.EXPECTED_BUCKET_OWNER ? ACCOUNT : text();
        };
    }

    private String constant(S3Attribute attribute) {
        List<String> values = switch (attribute) {
            case DATA_FORMAT -> List.of("csv", "parquet");
            case COMPRESSION_TYPE -> List.of("none", "gzip");
            case DATE_PARTITION_SEQUENCE -> List.of("YYYYMMDD", "YYYYMMDDHH", "YYYYMM", "DDMMYYYY");
            case DATE_PARTITION_DELIMITER -> List.of("SLASH", "UNDERSCORE", "DASH", "NONE");
            case PARQUET_VERSION -> List.of("parquet-1-0", "parquet-2-0");
            case ENCODING_TYPE -> List.of("plain", "plain-dictionary", "rle-dictionary");
            case ENCRYPTION_MODE -> List.of("sse-s3", "sse-kms");
            default -> List.of("none", "private", "bucket-owner-full-control");
        };
        return values.get(random.nextInt(values.size()));
    }

    private TableMappings mappings() {
        TableMappings mappings = TableMappings.builder()
                .explicit("s" + text(), "t" + text())
                .include("public", "%")
                .build();
        if (random.nextBoolean()) {
            return mappings;
        }
        return TableMappings.parse(new StringBuilder(mappings.toJson().stripTrailing())
                .insert(
                        1,
                        "\"" + json(text()) + "\": [{\"for\": null, \"if\": [[1, \"" + json(text())
                                + "\"], []], \"e\": {}}],")
                .toString());
    }

    private TaskSettings taskSettings() {
        TaskSettings.Builder builder = TaskSettings.forS3();
        if (random.nextBoolean()) {
            builder.set(FullLoadSettings.COMMIT_RATE, 1 + random.nextInt(50_000));
        }
        if (random.nextBoolean()) {
            builder.set(TargetMetadata.TARGET_SCHEMA, text());
        }
        return builder.build();
    }

    private ServerlessCompute compute() {
        return ServerlessCompute.of(c -> {
            c.maxCapacityUnits(16).vpcSecurityGroupIds("sg-1", "sg-2");
            if (random.nextBoolean()) {
                c.minCapacityUnits(2)
                        .dnsNameServers("10.0.0.2", "10.0.0.3")
                        .replicationSubnetGroupId("g" + text())
                        .kmsKeyId("key/1")
                        .preferredMaintenanceWindow("sun:23:45-mon:00:30");
            }
            if (random.nextBoolean()) {
                c.multiAz();
            } else {
                c.availabilityZone("eu-west-1a");
            }
        });
    }

    /** One to three pieces. */
    String text() {
        List<String> pieces = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            pieces.add(random.nextBoolean() ? NASTY.get(random.nextInt(NASTY.size())) : "ab");
        }
        return String.join("", pieces);
    }

    private static String json(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
