package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ReplicationSpec} and the few facts it lacks to be created in AWS: names, ARNs, what runs it. It is written as a
 * CloudFormation template, as Terraform, or as the input of API operations. Passwords are no part of it: the source endpoint
 * exists already, with its secret in Secrets Manager. Immutable and thread-safe.
 *
 * <p>Written are the attributes that differ from DMS's defaults, and for Parquet also those whose default the API and the
 * guide give differently ({@code RowGroupLength}, {@code DataPageSize}, {@code DictPageSizeLimit}). The same deployment
 * always gives the same text.
 */
public sealed interface Deployment permits DeploymentValues {
    ReplicationSpec spec();

    /** The identifier of the task or serverless replication; the names of resources in templates follow from it. */
    String name();

    /** The identifier of the target endpoint. */
    String endpointIdentifier();

    MigrationType migrationType();

    /** Empty if it is to be a parameter of the template. */
    Optional<String> sourceEndpointArn();

    /** The instance that runs the task. Empty if it is to be a parameter of the template, or the replication is serverless. */
    Optional<String> replicationInstanceArn();

    /** What runs a serverless replication; empty if a task on an instance does the work. */
    Optional<ServerlessCompute> serverless();

    /** Where a task of type cdc begins: a time, a checkpoint, or a position of the source's log. Empty for the time of its start. */
    Optional<String> cdcStartPosition();

    /** In the order of the keys. */
    Map<String, String> tags();

    /**
     * A builder for a deployment of this spec.
     *
     * @param name see {@link #name}
     */
    static Builder builder(ReplicationSpec spec, String name) {
        return new Builder(requireNonNull(spec, "spec"), requireNonNull(name, "name"));
    }

    /** What is doubtful, that of the spec included (paths begin with {@code $.spec}). Errors are not among them: {@link Builder#build} refuses those. */
    List<Finding> validate();

    /**
     * A CloudFormation template in YAML: target endpoint and task, or {@code AWS::DMS::ReplicationConfig}. What {@link
     * #validate} warns of stands there as comments. An ARN that is not given is a parameter.
     */
    String toCloudFormation();

    /**
     * Terraform's language, formatted as {@code terraform fmt} does: {@code aws_dms_s3_endpoint}, and {@code
     * aws_dms_replication_task} or {@code aws_dms_replication_config}. What {@link #validate} warns of, and values that the
     * provider does not send, have comments. An ARN that is not given is a variable.
     */
    String toTerraform();

    /** The input of {@code CreateEndpoint} for the target. */
    CreateEndpointInput createEndpoint();

    /**
     * The input of {@code CreateReplicationTask}.
     *
     * @param targetEndpointArn what {@code CreateEndpoint} answered
     * @throws IllegalStateException if the deployment is serverless, or one of its ARNs is not given
     */
    CreateReplicationTaskInput createReplicationTask(String targetEndpointArn);

    /**
     * The input of {@code CreateReplicationConfig}.
     *
     * @param targetEndpointArn what {@code CreateEndpoint} answered
     * @throws IllegalStateException if the deployment is not serverless, or the ARN of the source is not given
     */
    CreateReplicationConfigInput createReplicationConfig(String targetEndpointArn);

    Builder toBuilder();

    /** Collects the facts. Not thread-safe. */
    final class Builder {
        private final ReplicationSpec spec;
        private final String name;
        private String endpointIdentifier;
        private MigrationType migrationType = MigrationType.FULL_LOAD_AND_CDC;
        private @Nullable String sourceEndpointArn;
        private @Nullable String replicationInstanceArn;
        private @Nullable ServerlessCompute serverless;
        private @Nullable String cdcStartPosition;
        private final Map<String, String> tags = new TreeMap<>();

        private Builder(ReplicationSpec spec, String name) {
            this.spec = spec;
            this.name = name;
            endpointIdentifier = name + "-target";
        }

        Builder(Deployment from) {
            this(from.spec(), from.name());
            endpointIdentifier = from.endpointIdentifier();
            migrationType = from.migrationType();
            sourceEndpointArn = from.sourceEndpointArn().orElse(null);
            replicationInstanceArn = from.replicationInstanceArn().orElse(null);
            serverless = from.serverless().orElse(null);
            cdcStartPosition = from.cdcStartPosition().orElse(null);
            tags.putAll(from.tags());
        }

        /** The name and {@code -target} if not set. */
        public Builder endpointIdentifier(String identifier) {
            endpointIdentifier = requireNonNull(identifier, "identifier");
            return this;
        }

        /** Full load and CDC if not set. */
        public Builder migrationType(MigrationType type) {
            migrationType = requireNonNull(type, "type");
            return this;
        }

        public Builder sourceEndpointArn(String arn) {
            sourceEndpointArn = requireNonNull(arn, "arn");
            return this;
        }

        public Builder replicationInstanceArn(String arn) {
            replicationInstanceArn = requireNonNull(arn, "arn");
            return this;
        }

        public Builder serverless(ServerlessCompute compute) {
            serverless = requireNonNull(compute, "compute");
            return this;
        }

        /** E.g. {@code serverless(c -> c.maxCapacityUnits(16))}. */
        public Builder serverless(Consumer<ServerlessCompute.Builder> compute) {
            return serverless(ServerlessCompute.of(compute));
        }

        public Builder cdcStartPosition(String position) {
            cdcStartPosition = requireNonNull(position, "position");
            return this;
        }

        /** For the endpoint and the task or serverless replication. */
        public Builder tag(String key, String value) {
            tags.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
            return this;
        }

        /** What is wrong or doubtful so far. */
        public List<Finding> validate() {
            return DeploymentChecks.findings(values());
        }

        /**
         * The deployment, if {@link #validate} finds no error in it.
         *
         * @throws InvalidConfigurationException with all errors, if there are any
         */
        public Deployment build() {
            List<Finding> errors = validate().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .toList();
            if (!errors.isEmpty()) {
                throw new InvalidConfigurationException("the deployment", errors);
            }

            return values();
        }

        private DeploymentValues values() {
            return new DeploymentValues(
                    spec,
                    name,
                    endpointIdentifier,
                    migrationType,
                    Optional.ofNullable(sourceEndpointArn),
                    Optional.ofNullable(replicationInstanceArn),
                    Optional.ofNullable(serverless),
                    Optional.ofNullable(cdcStartPosition),
                    tags);
        }
    }
}
