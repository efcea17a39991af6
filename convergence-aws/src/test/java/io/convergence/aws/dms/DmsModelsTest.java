package io.convergence.aws.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceEngine;
import io.convergence.target.CannedAcl;
import io.convergence.target.CompressionType;
import io.convergence.target.DataFormat;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import io.convergence.target.Deployment;
import io.convergence.target.EncodingType;
import io.convergence.target.FullLoadSettings;
import io.convergence.target.InvalidConfigurationException;
import io.convergence.target.MigrationType;
import io.convergence.target.ParquetVersion;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import io.convergence.target.ServerlessCompute;
import io.convergence.target.TargetTablePrepMode;
import io.convergence.target.TaskSettings;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.databasemigration.model.ComputeConfig;
import software.amazon.awssdk.services.databasemigration.model.CreateEndpointRequest;
import software.amazon.awssdk.services.databasemigration.model.CreateReplicationConfigRequest;
import software.amazon.awssdk.services.databasemigration.model.CreateReplicationTaskRequest;
import software.amazon.awssdk.services.databasemigration.model.Endpoint;
import software.amazon.awssdk.services.databasemigration.model.MigrationTypeValue;
import software.amazon.awssdk.services.databasemigration.model.ReplicationConfig;
import software.amazon.awssdk.services.databasemigration.model.ReplicationTask;
import software.amazon.awssdk.services.databasemigration.model.S3Settings;

class DmsModelsTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/dms-s3";
    private static final String SOURCE = "arn:aws:dms:eu-west-1:123456789012:endpoint:ABC";
    private static final String INSTANCE = "arn:aws:dms:eu-west-1:123456789012:rep:DEF";
    private static final String TARGET = "arn:aws:dms:eu-west-1:123456789012:endpoint:GHI";

    private static final S3TargetSettings CSV = S3TargetSettings.of(s -> s.bucketName("lake")
            .bucketFolder("dms")
            .serviceAccessRoleArn(ROLE)
            .compressionType(CompressionType.GZIP)
            .timestampColumnName("ts")
            .csv(c -> c.delimiter(";")
                    .rowDelimiter("\r\n")
                    .nullValue("")
                    .noSupValue("?")
                    .withoutRfc4180()
                    .addTrailingPaddingCharacter())
            .maxFileSize(DataSize.ofMegabytes(64))
            .cdc(c -> c.preserveTransactions("txn")
                    .maxBatchInterval(Duration.ofSeconds(30))
                    .minFileSize(DataSize.ofMegabytes(64))
                    .insertsOnly())
            .encryption(e -> e.sseKms("arn:aws:kms:eu-west-1:123456789012:key/1"))
            .cannedAclForObjects(CannedAcl.BUCKET_OWNER_FULL_CONTROL)
            .expectedBucketOwner("123456789012"));

    private static final S3TargetSettings PARQUET = S3TargetSettings.of(s -> s.bucketName("lake")
            .serviceAccessRoleArn(ROLE)
            .dataFormat(DataFormat.PARQUET)
            .includeOpForFullLoad()
            .timestampColumnName("ts")
            .useTaskStartTimeForFullLoadTimestamp()
            .cdc(c -> c.insertsAndUpdates())
            .datePartition(d -> d.sequence(DatePartitionSequence.DDMMYYYY)
                    .delimiter(DatePartitionDelimiter.NONE)
                    .timezone(ZoneId.of("Asia/Kolkata")))
            .parquet(p -> p.version(ParquetVersion.PARQUET_2_0)
                    .timestampInMillisecond()
                    .encodingType(EncodingType.PLAIN)
                    .dictPageSizeLimit(DataSize.ofBytes(1_024_000))
                    .dataPageSize(DataSize.ofBytes(1_024_000))
                    .rowGroupLength(10_024)
                    .withoutStatistics())
            .glueCatalogGeneration());

    private static ReplicationSpec spec(S3TargetSettings settings) {
        return ReplicationSpec.builder()
                .sourceEngine(SourceEngine.MYSQL)
                .settings(settings)
                .tableMappings(m -> m.include("shop", "%").addChangeSequence("seq"))
                .taskSettings(TaskSettings.of(t -> t.keepFilesWhenSourceDropsOrTruncates()))
                .build();
    }

    @Test
    void settingsComeBackFromTheSdk() {
        assertThat(DmsModels.settingsOf(DmsModels.toS3Settings(CSV))).isEqualTo(CSV);
        assertThat(DmsModels.settingsOf(DmsModels.toS3Settings(PARQUET))).isEqualTo(PARQUET);
    }

    @Test
    void onlyWhatDiffersFromTheDefaultsIsSent() {
        S3Settings sent = DmsModels.toS3Settings(
                S3TargetSettings.of(s -> s.bucketName("lake").csv(c -> c.rowDelimiter("\r\n"))));

        assertThat(sent)
                .isEqualTo(S3Settings.builder()
                        .bucketName("lake")
                        .csvRowDelimiter("\\r\\n")
                        .build());
    }

    @Test
    void theRequestForAnEndpointHasInBothPlacesWhatTasksTakeFromOneOnly() {
        Deployment deployment =
                Deployment.builder(spec(CSV), "shop").tag("Team", "data").build();

        CreateEndpointRequest request = DmsModels.toCreateEndpointRequest(deployment);

        assertThat(request)
                .isEqualTo(CreateEndpointRequest.builder()
                        .endpointIdentifier("shop-target")
                        .endpointType("target")
                        .engineName("s3")
                        .s3Settings(DmsModels.toS3Settings(CSV))
                        .extraConnectionAttributes("CdcPath=txn")
                        .tags(tag -> tag.key("Team").value("data"))
                        .build());
        assertThat(request.s3Settings().cdcPath()).isEqualTo("txn");
    }

    @Test
    void theRequestForATask() {
        Deployment deployment = Deployment.builder(spec(CSV), "shop")
                .migrationType(MigrationType.CDC)
                .cdcStartPosition("mysql-bin-changelog.000024:373")
                .sourceEndpointArn(SOURCE)
                .replicationInstanceArn(INSTANCE)
                .build();

        CreateReplicationTaskRequest request = DmsModels.toCreateReplicationTaskRequest(deployment, TARGET);

        assertThat(request)
                .isEqualTo(CreateReplicationTaskRequest.builder()
                        .replicationTaskIdentifier("shop")
                        .sourceEndpointArn(SOURCE)
                        .targetEndpointArn(TARGET)
                        .replicationInstanceArn(INSTANCE)
                        .migrationType(MigrationTypeValue.CDC)
                        .tableMappings(deployment.spec().tableMappings().toJson())
                        .replicationTaskSettings(
                                deployment.spec().taskSettings().orElseThrow().toJson())
                        .cdcStartPosition("mysql-bin-changelog.000024:373")
                        .tags(List.of())
                        .build());
    }

    @Test
    void theRequestForAServerlessReplication() {
        ServerlessCompute compute = ServerlessCompute.of(c -> c.maxCapacityUnits(16)
                .minCapacityUnits(2)
                .multiAz()
                .vpcSecurityGroupIds("sg-1", "sg-2")
                .dnsNameServers("10.0.0.2", "10.0.0.3")
                .replicationSubnetGroupId("net")
                .kmsKeyId("key")
                .preferredMaintenanceWindow("sun:23:45-mon:00:30"));
        Deployment deployment = Deployment.builder(spec(PARQUET), "shop")
                .sourceEndpointArn(SOURCE)
                .serverless(compute)
                .build();

        CreateReplicationConfigRequest request = DmsModels.toCreateReplicationConfigRequest(deployment, TARGET);

        assertThat(request.replicationConfigIdentifier()).isEqualTo("shop");
        assertThat(request.replicationType()).isEqualTo(MigrationTypeValue.FULL_LOAD_AND_CDC);
        assertThat(request.sourceEndpointArn()).isEqualTo(SOURCE);
        assertThat(request.targetEndpointArn()).isEqualTo(TARGET);
        assertThat(request.computeConfig())
                .isEqualTo(ComputeConfig.builder()
                        .maxCapacityUnits(16)
                        .minCapacityUnits(2)
                        .multiAZ(true)
                        .vpcSecurityGroupIds("sg-1", "sg-2")
                        .dnsNameServers("10.0.0.2,10.0.0.3")
                        .replicationSubnetGroupId("net")
                        .kmsKeyId("key")
                        .preferredMaintenanceWindow("sun:23:45-mon:00:30")
                        .build());
        assertThat(DmsModels.computeOf(request.computeConfig())).isEqualTo(compute);
        assertThat(TableMappings.parse(request.tableMappings()))
                .isEqualTo(deployment.spec().tableMappings());
        assertThat(request.replicationSettings())
                .isEqualTo(deployment.spec().taskSettings().orElseThrow().toJson());
    }

    @Test
    void aSpecIsReadFromWhatTheServiceDescribes() {
        Endpoint target = Endpoint.builder()
                .endpointIdentifier("lake")
                .endpointType("TARGET")
                .engineName("s3")
                .serviceAccessRoleArn(ROLE)
                .extraConnectionAttributes("cdcPath=txn;csvDelimiter=|;bucketName=lake;")
                .s3Settings(s -> s.bucketName("lake")
                        .bucketFolder("")
                        .compressionType("GZIP")
                        .csvDelimiter("|")
                        .preserveTransactions(true)
                        .timestampColumnName("ts")
                        .rowGroupLength(0)
                        .dataPageSize(0)
                        .datePartitionSequence("yyyymmdd")
                        .encryptionMode("SSE_S3"))
                .build();
        ReplicationTask task = ReplicationTask.builder()
                .migrationType("cdc")
                .tableMappings(spec(CSV).tableMappings().toJson())
                .replicationTaskSettings("""
                        {"Logging":{"EnableLogging":true,"CloudWatchLogGroup":"dms-tasks-x","CloudWatchLogStream":"dms-task-y"},
                         "FullLoadSettings":{"TargetTablePrepMode":"DO_NOTHING"}}""")
                .build();

        ReplicationSpec spec =
                DmsModels.specOf(target, task).sourceEngine(SourceEngine.MYSQL).build();

        assertThat(spec.settings())
                .isEqualTo(S3TargetSettings.of(s -> s.bucketName("lake")
                        .serviceAccessRoleArn(ROLE)
                        .compressionType(CompressionType.GZIP)
                        .timestampColumnName("ts")
                        .csv(c -> c.delimiter("|"))
                        .cdc(c -> c.preserveTransactions("txn"))));
        assertThat(spec.tableMappings()).isEqualTo(spec(CSV).tableMappings());
        TaskSettings settings = spec.taskSettings().orElseThrow();
        assertThat(settings.value(FullLoadSettings.TARGET_TABLE_PREP_MODE)).isEqualTo(TargetTablePrepMode.DO_NOTHING);
        assertThat(settings.toJson()).doesNotContain("CloudWatch");
        assertThat(DmsModels.migrationTypeOf(task)).isEqualTo(MigrationType.CDC);
    }

    @Test
    void aSpecIsReadFromAServerlessReplication() {
        ReplicationSpec spec = spec(PARQUET);
        Deployment deployment = Deployment.builder(spec, "shop")
                .sourceEndpointArn(SOURCE)
                .serverless(c -> c.maxCapacityUnits(4))
                .build();
        CreateEndpointRequest endpoint = DmsModels.toCreateEndpointRequest(deployment);
        CreateReplicationConfigRequest request = DmsModels.toCreateReplicationConfigRequest(deployment, TARGET);

        ReplicationSpec read = DmsModels.specOf(
                        Endpoint.builder().s3Settings(endpoint.s3Settings()).build(),
                        ReplicationConfig.builder()
                                .replicationType(request.replicationType())
                                .tableMappings(request.tableMappings())
                                .replicationSettings(request.replicationSettings())
                                .build())
                .sourceEngine(SourceEngine.MYSQL)
                .build();

        assertThat(read).isEqualTo(spec);
    }

    @Test
    void anotherEndpointIsRefused() {
        assertThatThrownBy(() -> DmsModels.settingsOf(Endpoint.builder()
                        .endpointIdentifier("ora")
                        .engineName("oracle")
                        .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot read endpoint 'ora' as a target on S3: its engine is 'oracle'. Give the endpoint with the engine s3.");
        assertThatThrownBy(() -> DmsModels.settingsOf(Endpoint.builder()
                        .endpointIdentifier("in")
                        .engineName("s3")
                        .endpointType("SOURCE")
                        .build()))
                .hasMessage(
                        "Cannot read endpoint 'in' as a target on S3: it is a source. Give the endpoint that DMS writes to.");
    }

    @Test
    void partsThatContradictEachOtherAreRefused() {
        Endpoint target = Endpoint.builder()
                .extraConnectionAttributes("bucketName=a")
                .s3Settings(s -> s.bucketName("b"))
                .build();

        assertThatThrownBy(() -> DmsModels.settingsOf(target))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(Finding.error(
                                        "SETTINGS_AND_ATTRIBUTES_DIFFER",
                                        "$.ExtraConnectionAttributes.BucketName",
                                        "It is 'a' here and 'b' in S3Settings: which one DMS takes is not documented.",
                                        "Give both the same value.")));
    }
}
