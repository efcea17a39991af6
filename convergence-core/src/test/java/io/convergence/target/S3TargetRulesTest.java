package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The rules of the fact sheet on S3 targets, by their numbers there; those that settings alone can break and that {@link
 * S3TargetSettingsTest} does not show. Rules 9 and 11 are in {@link TaskSettingsRulesTest}, rule 10 in {@link
 * S3EndpointTest}.
 */
class S3TargetRulesTest {
    private static final TableId ORDERS = TableId.of("SHOP", "ORDERS");

    @Test
    void ignoreHeaderRowsIsZeroOrOne_7() {
        assertThatThrownBy(() -> S3TargetSettings.parse("{\"BucketName\":\"b\",\"IgnoreHeaderRows\":2}"))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(Finding.error(
                                        "IGNORE_HEADER_ROWS_OUT_OF_RANGE",
                                        "$.IgnoreHeaderRows",
                                        "It is 2: it must be 0 or 1.",
                                        "Remove it: it belongs to endpoints that read from S3.")));
    }

    @Test
    void attributesOfSourcesAreKeptAndMentioned() {
        String json =
                "{\"BucketName\":\"b\",\"TimestampColumnName\":\"t\",\"IgnoreHeaderRows\":1,\"ExternalTableDefinition\":\"{}\"}";

        S3TargetSettings settings = S3TargetSettings.parse(json);

        assertThat(settings.ignoreHeaderRows()).isEqualTo(1);
        assertThat(settings.externalTableDefinition()).contains("{}");
        assertThat(S3TargetSettings.parse(settings.toJson())).isEqualTo(settings);
        assertThat(settings.validate())
                .containsExactly(Finding.warning(
                        "SOURCE_ONLY_ATTRIBUTE",
                        "$.ExternalTableDefinition",
                        "An endpoint that writes to S3 makes no use of ExternalTableDefinition, IgnoreHeaderRows.",
                        "Remove them: they belong to endpoints that read from S3."));
    }

    @Test
    void anUnknownConstantIsRefused_8() {
        assertThatThrownBy(() -> S3TargetSettings.parse("{\"BucketName\":\"b\",\"CannedAclForObjects\":\"everyone\"}"))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(Finding.error(
                                        "WRONG_VALUE",
                                        "$.CannedAclForObjects",
                                        "Cannot read CannedAclForObjects 'everyone': it is none of DMS's values. Use one of none, private, public-read, "
                                                + "public-read-write, authenticated-read, aws-exec-read, bucket-owner-read, bucket-owner-full-control.",
                                        "Correct the value.")));
    }

    @Test
    void athenaReadsMicrosecondsWrongly_15() {
        TargetSurroundings athena = TargetSurroundings.of(s -> s.consumer(RawConsumer.ATHENA));

        assertThat(parquet(s -> {}).validate(athena))
                .containsExactly(Finding.warning(
                        "TIMESTAMPS_GARBLED_IN_ATHENA",
                        "$.ParquetTimestampInMillisecond",
                        "Athena and Glue read the files themselves and take times in microseconds for milliseconds.",
                        "Set ParquetTimestampInMillisecond, or let them read what this library writes."));
        assertThat(parquet(s -> s.parquet(p -> p.timestampInMillisecond())).validate(athena))
                .isEmpty();
        assertThat(parquet(s -> {}).validate(TargetSurroundings.of(s -> s.consumer(RawConsumer.SPARK))))
                .isEmpty();
        assertThat(parquet(s -> {}).validate(TargetSurroundings.of(s -> {}))).isEmpty();
    }

    @Test
    void aVersionedBucketMayTimeOut_17() {
        assertThat(parquet(s -> {}).validate(TargetSurroundings.of(s -> s.versionedBucket())))
                .containsExactly(Finding.warning(
                        "BUCKET_VERSIONED",
                        "$.BucketName",
                        "Bucket 'lake' keeps versions: DMS's tests of the connection may time out.",
                        "Use a bucket without versioning, or limit the versions by a lifecycle rule."));
    }

    @Test
    void twoTasksInOneFolderOverwriteEachOther_18_S16() {
        TargetSurroundings surroundings = TargetSurroundings.of(s -> s.otherTarget(parquet(o -> {}))
                .otherTarget(parquet(o -> o.bucketFolder("other")))
                .otherTarget(parquet(o -> o.bucketName("pond"))));

        assertThat(parquet(s -> {}).validate(surroundings))
                .containsExactly(Finding.warning(
                        "FOLDER_SHARED",
                        "$.BucketFolder",
                        "1 other task writes the same tables to s3://lake/dms too: they overwrite each other's files (rule S16).",
                        "Give each task its own BucketFolder."));
    }

    @Test
    void validationNamesAllThatItLacks_19() {
        TaskSettings validating = TaskSettings.of(t -> t.set(ValidationSettings.ENABLE_VALIDATION, true));
        TargetSurroundings surroundings = TargetSurroundings.of(
                s -> s.taskSettings(validating).sourceSchema(schema(SourceEngine.MYSQL, RowImages.KEY_ONLY)));
        S3TargetSettings lacking = S3TargetSettings.of(
                s -> s.bucketName("lake").datePartition(d -> d.sequence(DatePartitionSequence.YYYYMM)));

        assertThat(lacking.validate(surroundings))
                .contains(Finding.warning(
                        "VALIDATION_NOT_POSSIBLE",
                        "$.DataFormat",
                        "EnableValidation is on in the task settings, but DMS cannot validate on S3 without DataFormat parquet, TimestampColumnName, "
                                + "a DatePartitionSequence with the day, logging of all columns of [SHOP.ORDERS].",
                        "Set what is missing, or switch EnableValidation off."));
        assertThat(parquet(s -> {}).validate(surroundings))
                .extracting(Finding::message)
                .containsExactly(
                        "EnableValidation is on in the task settings, but DMS cannot validate on S3 without DatePartitionEnabled, logging of all columns of [SHOP.ORDERS].");
        assertThat(parquet(s -> s.datePartition(d -> {}))
                        .validate(TargetSurroundings.of(s -> s.taskSettings(validating))))
                .isEmpty();
    }

    @Test
    void oracleHasToLogAllColumns_22() {
        assertThat(parquet(s -> {})
                        .validate(TargetSurroundings.of(
                                s -> s.sourceSchema(schema(SourceEngine.ORACLE, RowImages.KEY_ONLY)))))
                .containsExactly(Finding.warning(
                        "ORACLE_COLUMNS_NOT_LOGGED",
                        "$.BucketName",
                        "Oracle does not log all columns of [SHOP.ORDERS]: updates lack the columns that did not change.",
                        "Run ALTER TABLE ... ADD SUPPLEMENTAL LOG DATA (ALL) COLUMNS for each of them."));
        assertThat(parquet(s -> {})
                        .validate(TargetSurroundings.of(
                                s -> s.sourceSchema(schema(SourceEngine.ORACLE, RowImages.FULL)))))
                .isEmpty();
        assertThat(parquet(s -> {})
                        .validate(TargetSurroundings.of(
                                s -> s.sourceSchema(schema(SourceEngine.POSTGRESQL, RowImages.KEY_ONLY)))))
                .isEmpty();
    }

    @Test
    void zeroIsKeptWhereItIsLegalAndReadAsUnsetElsewhere() {
        S3TargetSettings settings = S3TargetSettings.parse("""
                {"BucketName":"b","TimestampColumnName":"t","CdcMinFileSize":0,"CdcMaxBatchInterval":0,"MaxFileSize":0,"RowGroupLength":0}
                """);

        assertThat(settings.cdcMinFileSize()).isEqualTo(DataSize.ofBytes(0));
        assertThat(settings.cdcMaxBatchInterval()).isEqualTo(Duration.ZERO);
        assertThat(settings.maxFileSize()).isEqualTo(S3TargetDefaults.MAX_FILE_SIZE);
        assertThat(settings.rowGroupLength()).isEqualTo(S3TargetDefaults.ROW_GROUP_LENGTH);
        assertThat(settings.validate())
                .containsExactly(
                        Finding.info(
                                "ZERO_MAY_MEAN_DEFAULT",
                                "$.CdcMaxBatchInterval",
                                "It is 0, which the service also reports for an interval that was never set: then it is 60 seconds.",
                                "If it was read from the service or from Terraform's state, remove it."),
                        Finding.info(
                                "ZERO_MAY_MEAN_DEFAULT",
                                "$.CdcMinFileSize",
                                "It is 0, which the service also reports for a size that was never set: then it is 32,000 KB.",
                                "If it was read from the service or from Terraform's state, remove it."));
    }

    @Test
    void halfOfANoSupValueHasNoEffect() {
        assertThat(S3TargetSettings.parse(
                                "{\"BucketName\":\"b\",\"TimestampColumnName\":\"t\",\"CsvNoSupValue\":\"?\"}")
                        .validate())
                .containsExactly(Finding.warning(
                        "NO_SUP_VALUE_WITHOUT_EFFECT",
                        "$.CsvNoSupValue",
                        "CsvNoSupValue is '?', but UseCsvNoSupValue is off: columns the source did not log look like null.",
                        "Set both, CsvNoSupValue to a text that no column holds."));
        assertThat(S3TargetSettings.parse(
                                "{\"BucketName\":\"b\",\"TimestampColumnName\":\"t\",\"UseCsvNoSupValue\":true}")
                        .validate())
                .containsExactly(Finding.warning(
                        "NO_SUP_VALUE_WITHOUT_EFFECT",
                        "$.CsvNoSupValue",
                        "UseCsvNoSupValue is on without CsvNoSupValue: columns the source did not log look like null.",
                        "Set both, CsvNoSupValue to a text that no column holds."));
    }

    @Test
    void unquotedFieldsAKeyWithoutEffectAndACatalogWithoutOpAreWarnings() {
        assertThat(S3TargetSettings.parse("""
                        {"BucketName":"b","TimestampColumnName":"t","Rfc4180":false,"GlueCatalogGeneration":true,"ServerSideEncryptionKmsKeyId":"arn"}
                        """).validate())
                .containsExactly(
                        Finding.warning(
                                "FIELDS_NOT_QUOTED",
                                "$.Rfc4180",
                                "Rfc4180 is off: a field that holds a quote, a delimiter or a line end cannot be told from several fields.",
                                "Leave Rfc4180 on."),
                        Finding.warning(
                                "GLUE_CATALOG_WITHOUT_OP",
                                "$.IncludeOpForFullLoad",
                                "GlueCatalogGeneration describes full-load and change files by one table, but only the changes have the column Op.",
                                "Set IncludeOpForFullLoad."),
                        Finding.warning(
                                "KMS_KEY_WITHOUT_EFFECT",
                                "$.ServerSideEncryptionKmsKeyId",
                                "A key is named, but EncryptionMode is sse-s3, which makes no use of it.",
                                "Set EncryptionMode to sse-kms, or remove the key."));
    }

    private static S3TargetSettings parquet(Consumer<S3TargetSettings.Builder> changes) {
        return S3TargetSettings.of(s -> changes.accept(s.bucketName("lake")
                .bucketFolder("dms")
                .dataFormat(DataFormat.PARQUET)
                .timestampColumnName("ts")));
    }

    private static SourceSchema schema(SourceEngine engine, RowImages images) {
        return SourceSchema.of(
                engine,
                SourceTable.of(
                        ORDERS,
                        List.of(SourceColumn.required("ID", DataType.of(DataType.Kind.INT8))),
                        List.of("ID"),
                        images));
    }
}
