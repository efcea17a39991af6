package io.convergence.target;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.source.SourceEngine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The checks behind {@link Deployment#validate()}: those of the spec, then those of what is added to it. */
final class DeploymentChecks {
    static final String SPEC = "$.spec";
    static final String SETTINGS = SPEC + ".s3Settings";

    private static final Set<Integer> CAPACITY_UNITS =
            new TreeSet<>(Set.of(1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384));
    private static final Pattern WINDOW = Pattern.compile(
            "(?i)(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):[0-5]\\d-(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):[0-5]\\d");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}.*");
    private static final int MAX_DNS_SERVERS = 4;
    private static final int MAX_TAG_KEY = 128;
    private static final int MAX_TAG_VALUE = 256;

    private final DeploymentValues deployment;
    private final Set<Finding> findings = new LinkedHashSet<>();

    private DeploymentChecks(DeploymentValues deployment) {
        this.deployment = deployment;
    }

    static List<Finding> findings(DeploymentValues deployment) {
        DeploymentChecks checks = new DeploymentChecks(deployment);
        checks.spec();
        checks.endpoint();
        checks.names();
        checks.arns();
        checks.start();
        deployment.serverless().ifPresent(checks::compute);
        checks.tags();
        return List.copyOf(checks.findings);
    }

    private void spec() {
        deployment.spec().validate().forEach(finding -> findings.add(ReplicationSpecChecks.within(SPEC, finding)));
        deployment
                .spec()
                .taskSettings()
                .ifPresent(task -> task.validate(deployment.migrationType())
                        .forEach(finding ->
                                findings.add(ReplicationSpecChecks.within(SPEC + ".taskSettings", finding))));
    }

    private void endpoint() {
        S3TargetSettings settings = deployment.spec().settings();
        if (settings.serviceAccessRoleArn().isEmpty()) {
            error(
                    "ROLE_MISSING",
                    SETTINGS + ".ServiceAccessRoleArn",
                    "No role is named: DMS has no right to write to bucket '" + settings.bucketName() + "'.",
                    "Set ServiceAccessRoleArn to a role that dms.amazonaws.com may take on.");
        }
        if (settings.serverSideEncryptionKmsKeyId().isPresent()) {
            warning(
                    "KMS_KEY_NEEDS_MODIFY",
                    SETTINGS + ".ServerSideEncryptionKmsKeyId",
                    "CreateEndpoint has been seen to ignore the key: files would be encrypted with another one.",
                    "Compare with DescribeEndpoints, and send S3Settings again with ModifyEndpoint if it is missing there.");
        }
        List<Finding> unwritable = new ArrayList<>();
        S3Endpoint.connectionAttributes(settings, unwritable);
        unwritable.forEach(finding -> error(
                finding.code(),
                SETTINGS + finding.path().substring(1),
                finding.message(),
                "Choose another value: tasks take it from connection attributes only."));
    }

    private void names() {
        identifier("NAME_INVALID", "$.name", deployment.name());
        identifier("ENDPOINT_IDENTIFIER_INVALID", "$.endpointIdentifier", deployment.endpointIdentifier());
    }

    private void identifier(String code, String path, String name) {
        if (!S3Endpoint.isIdentifier(name)) {
            error(
                    code,
                    path,
                    "It is '" + name
                            + "': DMS takes 1 to 255 letters, digits and single hyphens, beginning with a letter.",
                    "Write e.g. lake-orders.");
        }
    }

    private void arns() {
        arn("$.sourceEndpointArn", "endpoint", deployment.sourceEndpointArn());
        arn("$.replicationInstanceArn", "rep", deployment.replicationInstanceArn());
        if (deployment.serverless().isPresent()
                && deployment.replicationInstanceArn().isPresent()) {
            error(
                    "COMPUTE_GIVEN_TWICE",
                    "$.replicationInstanceArn",
                    "A serverless replication runs on no instance, but one is given.",
                    "Leave out the instance, or serverless.");
        }
    }

    private void arn(String path, String kind, Optional<String> arn) {
        if (arn.isPresent() && !arn.get().matches("arn:[a-z0-9-]+:dms:[^:\\s]*:[^:\\s]*:" + kind + ":\\S+")) {
            error(
                    "ARN_INVALID",
                    path,
                    "'" + arn.get() + "' is no ARN of that kind.",
                    "Give one such as arn:aws:dms:eu-west-1:123456789012:" + kind + ":ABC, or leave it out where a "
                            + "template is to ask for it.");
        }
    }

    private void start() {
        if (deployment.cdcStartPosition().isEmpty()) {
            return;
        }

        String path = "$.cdcStartPosition";
        String position = deployment.cdcStartPosition().get();
        if (deployment.migrationType() != MigrationType.CDC) {
            error(
                    "START_POSITION_WITHOUT_CDC",
                    path,
                    "It is '" + position + "', but a task of type "
                            + deployment.migrationType().wireValue() + " begins with its load.",
                    "Leave it out, or make the type cdc.");
        }
        if (deployment.serverless().isPresent()) {
            error(
                    "START_POSITION_ON_SERVERLESS",
                    path,
                    "It is '" + position + "', but a serverless replication begins where it is started.",
                    "Leave it out, or use a task on an instance.");
        }
        if (deployment.spec().sourceEngine() == SourceEngine.POSTGRESQL
                && DATE.matcher(position).matches()) {
            error(
                    "START_TIME_ON_POSTGRESQL",
                    path,
                    "It is the time '" + position + "', which PostgreSQL cannot turn into a position of its log.",
                    "Give a log sequence number of an existing slot, e.g. 4AF/B00000D0.");
        }
    }

    private void compute(ServerlessCompute compute) {
        int most = compute.maxCapacityUnits();
        capacity("$.serverless.maxCapacityUnits", most);
        compute.minCapacityUnits().ifPresent(least -> {
            capacity("$.serverless.minCapacityUnits", least);
            if (least > most) {
                error(
                        "CAPACITY_REVERSED",
                        "$.serverless.minCapacityUnits",
                        "The least is " + least + ", more than the most, " + most + ".",
                        "Lower the one or raise the other.");
            }
        });
        if (compute.multiAz() && compute.availabilityZone().isPresent()) {
            error(
                    "ZONE_WITH_MULTI_AZ",
                    "$.serverless.availabilityZone",
                    "It is '" + compute.availabilityZone().get()
                            + "', but a replication over several zones chooses them.",
                    "Leave out one of them.");
        }
        if (compute.dnsNameServers().size() > MAX_DNS_SERVERS) {
            error(
                    "TOO_MANY_DNS_SERVERS",
                    "$.serverless.dnsNameServers",
                    "There are " + compute.dnsNameServers().size() + ": DMS takes 4.",
                    "Keep 4 of them.");
        }
        if (compute.preferredMaintenanceWindow()
                .filter(window -> !WINDOW.matcher(window).matches())
                .isPresent()) {
            error(
                    "MAINTENANCE_WINDOW_INVALID",
                    "$.serverless.preferredMaintenanceWindow",
                    "It is '" + compute.preferredMaintenanceWindow().get() + "', not two times of a week.",
                    "Write e.g. sun:23:45-mon:00:30, in UTC.");
        }
    }

    private void capacity(String path, int units) {
        if (!CAPACITY_UNITS.contains(units)) {
            error(
                    "CAPACITY_INVALID",
                    path,
                    "It is " + units + " capacity units: DMS has " + CAPACITY_UNITS + ".",
                    "Choose one of them.");
        }
    }

    private void tags() {
        deployment.tags().forEach((key, value) -> {
            if (key.isBlank()
                    || key.toLowerCase(Locale.ROOT).startsWith("aws:")
                    || key.length() > MAX_TAG_KEY
                    || value.length() > MAX_TAG_VALUE) {
                error(
                        "TAG_INVALID",
                        "$.tags." + key,
                        "A key has 1 to 128 characters and does not begin with aws:, a value has at most 256.",
                        "Correct it.");
            }
        });
    }

    private void error(String code, String path, String message, String fix) {
        findings.add(new Finding(code, Severity.ERROR, path, message, fix));
    }

    private void warning(String code, String path, String message, String fix) {
        findings.add(new Finding(code, Severity.WARNING, path, message, fix));
    }
}
