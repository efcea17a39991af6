package io.convergence.aws.dms;

import io.convergence.mapping.TableMappings;
import io.convergence.target.Deployment;
import io.convergence.target.MigrationType;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import io.convergence.target.ServerlessCompute;
import io.convergence.target.TaskSettings;
import java.util.Optional;
import software.amazon.awssdk.services.databasemigration.model.ComputeConfig;
import software.amazon.awssdk.services.databasemigration.model.CreateEndpointRequest;
import software.amazon.awssdk.services.databasemigration.model.CreateReplicationConfigRequest;
import software.amazon.awssdk.services.databasemigration.model.CreateReplicationTaskRequest;
import software.amazon.awssdk.services.databasemigration.model.Endpoint;
import software.amazon.awssdk.services.databasemigration.model.ReplicationConfig;
import software.amazon.awssdk.services.databasemigration.model.ReplicationTask;
import software.amazon.awssdk.services.databasemigration.model.S3Settings;

/**
 * Between our model of a replication and that of the AWS SDK: requests from a {@link Deployment}, and settings, mappings and
 * specs from what the service describes. Nothing here calls AWS. Each method throws {@link IllegalStateException} if {@code
 * software.amazon.awssdk:databasemigration} is not on the class path. Thread-safe.
 */
public final class DmsModels {
    private static final String READ_TASK = "read a replication task";
    private static final String READ_CONFIG = "read a serverless replication";

    private DmsModels() {}

    /** What differs from DMS's defaults; the attribute that the API lacks is not among them, see {@link #toCreateEndpointRequest}. */
    public static S3Settings toS3Settings(S3TargetSettings settings) {
        DmsSdk.require("make S3Settings");
        return DmsRequests.s3Settings(settings.attributes());
    }

    public static CreateEndpointRequest toCreateEndpointRequest(Deployment deployment) {
        DmsSdk.require("make a CreateEndpointRequest");
        return DmsRequests.createEndpoint(deployment.createEndpoint());
    }

    /**
     * The request for the task of a deployment.
     *
     * @param targetEndpointArn what {@code CreateEndpoint} answered
     * @throws IllegalStateException if the deployment is serverless, or one of its ARNs is not given
     */
    public static CreateReplicationTaskRequest toCreateReplicationTaskRequest(
            Deployment deployment, String targetEndpointArn) {
        DmsSdk.require("make a CreateReplicationTaskRequest");
        return DmsRequests.createReplicationTask(deployment.createReplicationTask(targetEndpointArn));
    }

    /**
     * The request for the serverless replication of a deployment.
     *
     * @param targetEndpointArn what {@code CreateEndpoint} answered
     * @throws IllegalStateException if the deployment is not serverless, or the ARN of the source is not given
     */
    public static CreateReplicationConfigRequest toCreateReplicationConfigRequest(
            Deployment deployment, String targetEndpointArn) {
        DmsSdk.require("make a CreateReplicationConfigRequest");
        return DmsRequests.createReplicationConfig(deployment.createReplicationConfig(targetEndpointArn));
    }

    /**
     * The settings as our model has them. Any of AWS's spellings is read; 0 where it is no legal value, empty texts and nulls count as not set.
     *
     * @throws io.convergence.target.InvalidConfigurationException if a value is not one of its attribute, or they contradict
     *     each other
     */
    public static S3TargetSettings settingsOf(S3Settings settings) {
        DmsSdk.require("read S3Settings");
        return S3TargetSettings.from(S3SettingsMembers.read(settings));
    }

    /**
     * The settings of a target endpoint: its {@code S3Settings} and its extra connection attributes together.
     *
     * @throws IllegalArgumentException if the endpoint is a source, or its engine is not S3
     * @throws io.convergence.target.InvalidConfigurationException if the two parts give an attribute different values, or as
     *     {@link #settingsOf(S3Settings)}
     */
    public static S3TargetSettings settingsOf(Endpoint target) {
        DmsSdk.require("read an endpoint");
        return DmsDescriptions.settings(target);
    }

    public static TableMappings mappingsOf(ReplicationTask task) {
        DmsSdk.require(READ_TASK);
        return DmsDescriptions.mappings(task.tableMappings());
    }

    public static TableMappings mappingsOf(ReplicationConfig config) {
        DmsSdk.require(READ_CONFIG);
        return DmsDescriptions.mappings(config.tableMappings());
    }

    /** Without what only the service may write, so that they can be sent back; empty if the service reports none. */
    public static Optional<TaskSettings> taskSettingsOf(ReplicationTask task) {
        DmsSdk.require(READ_TASK);
        return DmsDescriptions.taskSettings(task.replicationTaskSettings());
    }

    /** See {@link #taskSettingsOf(ReplicationTask)}. */
    public static Optional<TaskSettings> taskSettingsOf(ReplicationConfig config) {
        DmsSdk.require(READ_CONFIG);
        return DmsDescriptions.taskSettings(config.replicationSettings());
    }

    public static MigrationType migrationTypeOf(ReplicationTask task) {
        DmsSdk.require(READ_TASK);
        return DmsDescriptions.migrationType(task.migrationTypeAsString());
    }

    public static MigrationType migrationTypeOf(ReplicationConfig config) {
        DmsSdk.require(READ_CONFIG);
        return DmsDescriptions.migrationType(config.replicationTypeAsString());
    }

    public static ServerlessCompute computeOf(ComputeConfig config) {
        DmsSdk.require(READ_CONFIG);
        return DmsDescriptions.compute(config);
    }

    /** A spec of what runs; its source engine or source schema is still to be given. */
    public static ReplicationSpec.Builder specOf(Endpoint target, ReplicationTask task) {
        ReplicationSpec.Builder builder =
                ReplicationSpec.builder().settings(settingsOf(target)).tableMappings(mappingsOf(task));
        taskSettingsOf(task).ifPresent(builder::taskSettings);
        return builder;
    }

    /** A spec of what runs; its source engine or source schema is still to be given. */
    public static ReplicationSpec.Builder specOf(Endpoint target, ReplicationConfig config) {
        ReplicationSpec.Builder builder =
                ReplicationSpec.builder().settings(settingsOf(target)).tableMappings(mappingsOf(config));
        taskSettingsOf(config).ifPresent(builder::taskSettings);
        return builder;
    }
}
