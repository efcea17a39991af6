package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3TargetSettingsTest {
    @Test
    void whatIsNotSetHasTheDocumentedDefault() {
        S3TargetSettings settings = S3TargetSettings.of(s -> s.bucketName("lake"));

        assertThat(settings.bucketFolder()).isEmpty();
        assertThat(settings.dataFormat()).isEqualTo(DataFormat.CSV);
        assertThat(settings.compressionType()).isEqualTo(CompressionType.NONE);
        assertThat(settings.csvDelimiter()).isEqualTo(",");
        assertThat(settings.csvRowDelimiter()).isEqualTo("\n");
        assertThat(settings.csvNullValue()).isEmpty();
        assertThat(settings.csvNoSupValue()).isEmpty();
        assertThat(settings.useCsvNoSupValue()).isFalse();
        assertThat(settings.rfc4180()).isTrue();
        assertThat(settings.addColumnName()).isFalse();
        assertThat(settings.addTrailingPaddingCharacter()).isFalse();
        assertThat(settings.maxFileSize().toKilobytes()).isEqualTo(1_048_576);
        assertThat(settings.cdcMaxBatchInterval()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.cdcMinFileSize().toKilobytes()).isEqualTo(32_000);
        assertThat(settings.cdcPath()).isEmpty();
        assertThat(settings.preserveTransactions()).isFalse();
        assertThat(settings.cdcInsertsOnly()).isFalse();
        assertThat(settings.cdcInsertsAndUpdates()).isFalse();
        assertThat(settings.includeOpForFullLoad()).isFalse();
        assertThat(settings.timestampColumnName()).isEmpty();
        assertThat(settings.useTaskStartTimeForFullLoadTimestamp()).isFalse();
        assertThat(settings.datePartitionEnabled()).isFalse();
        assertThat(settings.datePartitionSequence()).isEqualTo(DatePartitionSequence.YYYYMMDD);
        assertThat(settings.datePartitionDelimiter()).isEqualTo(DatePartitionDelimiter.SLASH);
        assertThat(settings.datePartitionTimezone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(settings.parquetVersion()).isEqualTo(ParquetVersion.PARQUET_1_0);
        assertThat(settings.parquetTimestampInMillisecond()).isFalse();
        assertThat(settings.encodingType()).isEmpty();
        assertThat(S3TargetDefaults.ENCODING_TYPE).isEqualTo(EncodingType.RLE_DICTIONARY);
        assertThat(settings.dictPageSizeLimit().bytes()).isEqualTo(1_048_576);
        assertThat(settings.dataPageSize().bytes()).isEqualTo(1_048_576);
        assertThat(settings.rowGroupLength()).isEqualTo(10_000);
        assertThat(settings.enableStatistics()).isTrue();
        assertThat(settings.encryptionMode()).isEqualTo(EncryptionMode.SSE_S3);
        assertThat(settings.serverSideEncryptionKmsKeyId()).isEmpty();
        assertThat(settings.cannedAclForObjects()).isEqualTo(CannedAcl.NONE);
        assertThat(settings.expectedBucketOwner()).isEmpty();
        assertThat(settings.glueCatalogGeneration()).isFalse();
        assertThat(settings.externalTableDefinition()).isEmpty();
        assertThat(settings.ignoreHeaderRows()).isZero();
        assertThat(settings.detachTargetOnLobLookupFailureParquet()).isEmpty();
        assertThat(settings.attributes()).containsExactly(Map.entry(S3Attribute.BUCKET_NAME, "lake"));
    }

    @Test
    void whatWasSetCanBeSetBackToTheDefault() {
        S3TargetSettings settings = S3TargetSettings.of(s -> s.bucketName("lake")
                .dataFormat(DataFormat.PARQUET)
                .includeOpForFullLoad()
                .timestampColumnName("ts")
                .useTaskStartTimeForFullLoadTimestamp()
                .glueCatalogGeneration()
                .csv(c -> c.nullValue("").noSupValue("?").withoutRfc4180().addColumnName())
                .cdc(c -> c.insertsAndUpdates())
                .datePartition(d -> d.sequence(DatePartitionSequence.YYYYMM))
                .encryption(e -> e.sseKms("arn:aws:kms:eu-west-1:123456789012:key/1")));

        S3TargetSettings back = settings.toBuilder()
                .dataFormat(DataFormat.CSV)
                .omitOpForFullLoad()
                .withoutTimestampColumn()
                .useArrivalTimeForFullLoadTimestamp()
                .withoutGlueCatalogGeneration()
                .csv(c -> c.withoutMarkers().rfc4180().omitColumnName())
                .cdc(c -> c.preserveTransactions("txn")
                        .withoutPreserveTransactions()
                        .allOperations())
                .withoutDatePartition()
                .encryption(e -> e.sseS3())
                .build();

        assertThat(back).isEqualTo(S3TargetSettings.of(s -> s.bucketName("lake")));
    }

    @Nested
    class AsJson {
        @Test
        void everyAttributeSurvivesTheWayThroughJson() {
            S3TargetSettings csv = S3TargetSettings.of(s -> s.bucketName("lake")
                    .bucketFolder("/dms/")
                    .serviceAccessRoleArn("arn:aws:iam::123456789012:role/dms")
                    .compressionType(CompressionType.GZIP)
                    .csv(c -> c.delimiter(";")
                            .rowDelimiter("\r\n")
                            .nullValue("")
                            .noSupValue("?")
                            .withoutRfc4180()
                            .addTrailingPaddingCharacter())
                    .maxFileSize(DataSize.ofMegabytes(64))
                    .cdc(c -> c.preserveTransactions("txn")
                            .maxBatchInterval(Duration.ZERO)
                            .minFileSize(DataSize.ofKilobytes(0))
                            .insertsOnly())
                    .encryption(e -> e.sseKms("arn:aws:kms:eu-west-1:123456789012:key/1"))
                    .cannedAclForObjects(CannedAcl.BUCKET_OWNER_FULL_CONTROL)
                    .expectedBucketOwner("123456789012"));
            S3TargetSettings parquet = S3TargetSettings.of(s -> s.bucketName("lake")
                    .dataFormat(DataFormat.PARQUET)
                    .includeOpForFullLoad()
                    .timestampColumnName("ts")
                    .useTaskStartTimeForFullLoadTimestamp()
                    .cdc(c -> c.insertsAndUpdates())
                    .datePartition(d -> d.sequence(DatePartitionSequence.DDMMYYYY)
                            .delimiter(DatePartitionDelimiter.NONE)
                            .timezone(ZoneId.of("Europe/Berlin")))
                    .parquet(p -> p.version(ParquetVersion.PARQUET_2_0)
                            .timestampInMillisecond()
                            .encodingType(EncodingType.PLAIN)
                            .dictPageSizeLimit(DataSize.ofBytes(1_024_000))
                            .dataPageSize(DataSize.ofBytes(1_024_000))
                            .rowGroupLength(10_024)
                            .withoutStatistics()
                            .detachTargetOnLobLookupFailure())
                    .glueCatalogGeneration());

            assertThat(csv.bucketFolder()).isEqualTo("dms");
            assertThat(S3TargetSettings.parse(csv.toJson())).isEqualTo(csv);
            assertThat(S3TargetSettings.parse(parquet.toJson())).isEqualTo(parquet);
            assertThat(csv.toBuilder().build()).isEqualTo(csv);
            assertThat(parquet.toBuilder().build()).isEqualTo(parquet);
        }

        @Test
        void onlyWhatDiffersFromTheDefaultsIsWritten() {
            String json = S3TargetSettings.of(s -> s.bucketName("lake")
                            .cdc(c -> c.minFileSize(DataSize.ofMegabytes(64)))
                            .csv(c -> c.rowDelimiter("\r\n")))
                    .toJson();

            assertThat(json.replaceAll("\\s", ""))
                    .isEqualTo("{\"BucketName\":\"lake\",\"CsvRowDelimiter\":\"\\\\r\\\\n\",\"CdcMinFileSize\":65536}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"BucketName\":\"b\",\"DataFormat\":\"PARQUET\",\"ParquetVersion\":\"PARQUET_2_0\",\"EncodingType\":\"rle_dictionary\",\"DatePartitionSequence\":\"yyyymmddhh\",\"DatePartitionEnabled\":\"y\"}",
                    "{\"BucketName\":\"b\",\"DataFormat\":\"parquet\",\"ParquetVersion\":\"parquet-2-0\",\"EncodingType\":\"RLE-DICTIONARY\",\"DatePartitionSequence\":\"YYYYMMDDHH\",\"DatePartitionEnabled\":true}"
                })
        void anyOfTheSpellingsOfAwsIsRead(String json) {
            S3TargetSettings settings = S3TargetSettings.parse(json);

            assertThat(settings.dataFormat()).isEqualTo(DataFormat.PARQUET);
            assertThat(settings.parquetVersion()).isEqualTo(ParquetVersion.PARQUET_2_0);
            assertThat(settings.encodingType()).contains(EncodingType.RLE_DICTIONARY);
            assertThat(settings.datePartitionSequence()).isEqualTo(DatePartitionSequence.YYYYMMDDHH);
        }

        @Test
        void whatTheServiceReportsForUnsetAttributesIsTheDefault() {
            S3TargetSettings settings = S3TargetSettings.parse("""
                    {"BucketName":"b","RowGroupLength":0,"DataPageSize":0,"DictPageSizeLimit":0,"TimestampColumnName":"","CdcPath":null,
                     "CsvRowDelimiter":"\\\\n","IgnoreHeaderRows":0,"ExternalTableDefinition":""}
                    """);

            assertThat(settings).isEqualTo(S3TargetSettings.of(s -> s.bucketName("b")));
        }

        @Test
        void allWrongValuesAreGivenAtOnceWithPathValueAndFix() {
            assertThatThrownBy(() -> S3TargetSettings.parse("""
                            {"BucketName":"b","CdcMinFilesize":1,"Colour":"red","IgnoreHeaderRows":1,"DataFormat":"orc","Rfc4180":"maybe",
                             "CdcMaxBatchInterval":"1m","DatePartitionTimezone":"Mars/Base","TimestampColumnName":3}
                            """))
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings())
                                    .containsExactly(
                                            Finding.error(
                                                    "UNKNOWN_ATTRIBUTE",
                                                    "$.CdcMinFilesize",
                                                    "'CdcMinFilesize' is no attribute of an S3 target.",
                                                    "Did you mean 'CdcMinFileSize'?"),
                                            Finding.error(
                                                    "UNKNOWN_ATTRIBUTE",
                                                    "$.Colour",
                                                    "'Colour' is no attribute of an S3 target.",
                                                    "Remove it."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.DataFormat",
                                                    "Cannot read DataFormat 'orc': it is none of DMS's values. Use one of csv, parquet.",
                                                    "Correct the value."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.Rfc4180",
                                                    "It is \"maybe\", not true or false.",
                                                    "Give it without quotes."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.CdcMaxBatchInterval",
                                                    "It is \"1m\", not a whole number that is not negative.",
                                                    "Give it in the unit of the API."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.TimestampColumnName",
                                                    "It is 3, not a text.",
                                                    "Give it in quotes."),
                                            Finding.error(
                                                    "WRONG_VALUE",
                                                    "$.DatePartitionTimezone",
                                                    "It is \"Mars/Base\", not the name of a time zone.",
                                                    "Give it as Area/Location, e.g. \"Europe/Berlin\".")));
        }

        @Test
        void whatIsNoObjectIsRefused() {
            assertThatThrownBy(() -> S3TargetSettings.parse("[]"))
                    .hasMessage(
                            "Cannot accept S3 target settings: ERROR NOT_JSON at $: The text is array, not a JSON object. Give one JSON object, not the path of a file.");
        }
    }

    @Nested
    class Validating {
        @Test
        void insertsOnlyAndInsertsAndUpdatesExcludeEachOther() {
            assertErrors(
                    sound().cdc(c -> c.insertsOnly().insertsAndUpdates()),
                    Finding.error(
                            "INSERT_OPTIONS_EXCLUDE_EACH_OTHER",
                            "$.CdcInsertsAndUpdates",
                            "CdcInsertsOnly and CdcInsertsAndUpdates are both on: DMS takes one of them.",
                            "Switch one off, or both to get deletes too."));
        }

        @Test
        void transactionsNeedAPath() {
            assertThatThrownBy(() -> S3TargetSettings.parse(
                            "{\"BucketName\":\"b\",\"TimestampColumnName\":\"t\",\"PreserveTransactions\":true}"))
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings())
                                    .containsExactly(Finding.error(
                                            "CDC_PATH_MISSING",
                                            "$.CdcPath",
                                            "PreserveTransactions is on without CdcPath: DMS does not know where to write the transactions.",
                                            "Set CdcPath to a folder, e.g. \"transactions\".")));
        }

        @Test
        void transactionFilesExcludeHeadersDatesAndCatalog() {
            assertErrors(
                    sound().cdc(c -> c.preserveTransactions("txn"))
                            .csv(c -> c.addColumnName())
                            .datePartition(d -> {})
                            .glueCatalogGeneration(),
                    Finding.error(
                            "HEADER_IN_TRANSACTION_FILES",
                            "$.AddColumnName",
                            "AddColumnName and PreserveTransactions exclude each other: files that hold all tables have no common header.",
                            "Switch one of them off."),
                    Finding.error(
                            "DATE_PARTITION_OF_TRANSACTION_FILES",
                            "$.DatePartitionEnabled",
                            "DatePartitionEnabled and PreserveTransactions exclude each other: transaction files stand in one folder.",
                            "Switch one of them off."),
                    Finding.error(
                            "GLUE_CATALOG_OF_TRANSACTION_FILES",
                            "$.GlueCatalogGeneration",
                            "GlueCatalogGeneration and PreserveTransactions exclude each other: files that hold all tables have no schema.",
                            "Switch one of them off."));
        }

        @Test
        void aPathAloneExcludesTheSame() {
            assertThatThrownBy(() -> S3TargetSettings.parse(
                            "{\"BucketName\":\"b\",\"CdcPath\":\"x\",\"DatePartitionEnabled\":true}"))
                    .hasMessage(
                            "Cannot accept S3 target settings: ERROR DATE_PARTITION_OF_TRANSACTION_FILES at $.DatePartitionEnabled: "
                                    + "DatePartitionEnabled and CdcPath exclude each other: transaction files stand in one folder. Switch one of them off.");
        }

        @Test
        void kmsNeedsAKey() {
            assertThatThrownBy(() -> S3TargetSettings.parse("{\"BucketName\":\"b\",\"EncryptionMode\":\"SSE_KMS\"}"))
                    .hasMessage(
                            "Cannot accept S3 target settings: ERROR KMS_KEY_MISSING at $.ServerSideEncryptionKmsKeyId: "
                                    + "EncryptionMode is sse-kms, but no key is named. Set ServerSideEncryptionKmsKeyId to the ARN of the key.");
        }

        @Test
        void bucketOwnerSizesAndIntervalAreInTheRangesOfTheService() {
            assertErrors(
                    S3TargetSettings.builder()
                            .timestampColumnName("ts")
                            .expectedBucketOwner("12345")
                            .maxFileSize(DataSize.ofGigabytes(2))
                            .cdc(c ->
                                    c.maxBatchInterval(Duration.ofMillis(1500)).minFileSize(DataSize.ofBytes(1500)))
                            .parquet(p -> p.rowGroupLength(0)),
                    Finding.error(
                            "BUCKET_MISSING",
                            "$.BucketName",
                            "No bucket is named: DMS has nowhere to write.",
                            "Set BucketName."),
                    Finding.error(
                            "BUCKET_OWNER_INVALID",
                            "$.ExpectedBucketOwner",
                            "'12345' is no account id: it must have 12 digits.",
                            "Give the id of the account that owns the bucket."),
                    Finding.error(
                            "MAX_FILE_SIZE_OUT_OF_RANGE",
                            "$.MaxFileSize",
                            "It is 2097152 KB: it must be 1 to 1,048,576 KB (1 GB).",
                            "Leave it out for 1 GB."),
                    Finding.error(
                            "BATCH_INTERVAL_INVALID",
                            "$.CdcMaxBatchInterval",
                            "It is PT1.5S: DMS takes whole seconds, 0 or more.",
                            "Give whole seconds, e.g. Duration.ofSeconds(60)."),
                    Finding.error(
                            "SIZE_NOT_IN_KILOBYTES",
                            "$.CdcMinFileSize",
                            "It is 1500 bytes: DMS takes whole kilobytes of 1,024 bytes.",
                            "Give e.g. DataSize.ofKilobytes(1)."),
                    Finding.error(
                            "ROW_GROUP_LENGTH_OUT_OF_RANGE",
                            "$.RowGroupLength",
                            "It is 0 rows: it must be 1 to 67108864.",
                            "Leave it out for 10,000 rows."));
        }

        @Test
        void lossesAndAttributesWithoutEffectAreWarnings() {
            S3TargetSettings settings = S3TargetSettings.parse("""
                    {"BucketName":"b","DataFormat":"parquet","CsvDelimiter":";","AddColumnName":true,"CdcInsertsAndUpdates":true,
                     "UseTaskStartTimeForFullLoadTimestamp":true,"DatePartitionSequence":"YYYYMM"}
                    """);

            assertThat(settings.validate())
                    .containsExactly(
                            Finding.warning(
                                    "ATTRIBUTE_WITHOUT_EFFECT",
                                    "$.CsvDelimiter",
                                    "DataFormat is parquet, which makes no use of CsvDelimiter, AddColumnName.",
                                    "Remove them, or change DataFormat."),
                            Finding.warning(
                                    "DELETES_LOST",
                                    "$.CdcInsertsAndUpdates",
                                    "Deletes are not written: the lake keeps deleted rows.",
                                    "Switch it off unless rows are never deleted."),
                            Finding.warning(
                                    "OPERATION_MAY_BE_MISSING",
                                    "$.IncludeOpForFullLoad",
                                    "With CdcInsertsAndUpdates and without IncludeOpForFullLoad the DMS guide contradicts itself on whether changes carry Op.",
                                    "Set IncludeOpForFullLoad."),
                            Finding.warning(
                                    "TIMESTAMP_COLUMN_MISSING",
                                    "$.TimestampColumnName",
                                    "Rows carry no time: a reload cannot be told from an earlier load by its rows, and commit times are unknown.",
                                    "Set TimestampColumnName, e.g. \"dms_timestamp\"."),
                            Finding.warning(
                                    "TASK_START_TIME_WITHOUT_EFFECT",
                                    "$.UseTaskStartTimeForFullLoadTimestamp",
                                    "It is on, but without TimestampColumnName there is no column for it.",
                                    "Set TimestampColumnName, or leave this off."),
                            Finding.warning(
                                    "DATE_PARTITION_NOT_ENABLED",
                                    "$.DatePartitionSequence",
                                    "DatePartitionEnabled is off, so that there is no use for DatePartitionSequence.",
                                    "Set DatePartitionEnabled, or remove them."));
        }

        @Test
        void parquetAttributesOfCsvAndAnOverriddenFormatAreWarnings() {
            assertThat(sound().parquet(p -> p.timestampInMillisecond().withoutStatistics())
                            .build()
                            .validate())
                    .containsExactly(Finding.warning(
                            "ATTRIBUTE_WITHOUT_EFFECT",
                            "$.ParquetTimestampInMillisecond",
                            "DataFormat is csv, which makes no use of ParquetTimestampInMillisecond, EnableStatistics.",
                            "Remove them, or change DataFormat."));
            assertThat(sound().dataFormat(DataFormat.PARQUET)
                            .cdc(c -> c.preserveTransactions("txn"))
                            .build()
                            .validate())
                    .containsExactly(Finding.warning(
                            "FORMAT_OVERRIDDEN",
                            "$.DataFormat",
                            "DataFormat is parquet, but PreserveTransactions makes DMS write the changes as CSV.",
                            "Set DataFormat to csv, or leave PreserveTransactions off."));
        }

        @Test
        void onlyInsertsIsAWarning() {
            assertThat(sound().cdc(c -> c.insertsOnly()).build().validate())
                    .containsExactly(Finding.warning(
                            "UPDATES_AND_DELETES_LOST",
                            "$.CdcInsertsOnly",
                            "Only inserts are written: the lake keeps old and deleted rows.",
                            "Switch it off unless the tables are only appended to."));
        }

        private S3TargetSettings.Builder sound() {
            return S3TargetSettings.builder().bucketName("lake").timestampColumnName("ts");
        }

        private void assertErrors(S3TargetSettings.Builder builder, Finding... expected) {
            assertThatThrownBy(builder::build)
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings()).containsExactlyElementsOf(List.of(expected)));
        }
    }
}
