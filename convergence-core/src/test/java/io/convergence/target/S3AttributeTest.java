package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class S3AttributeTest {
    /**
     * DMS API, "S3Settings" (databasemigration 2.42.1), Terraform's {@code aws_dms_s3_endpoint}, and the DMS guide, "Using
     * Amazon S3 as a target". Written apart from the code: name of the API, connection attribute, Terraform's name, type,
     * default, limited to.
     */
    private static final String DOCUMENTED = """
            ServiceAccessRoleArn | serviceAccessRoleArn | service_access_role_arn | TEXT | - |
            BucketName | bucketName | bucket_name | TEXT | - |
            BucketFolder | bucketFolder | bucket_folder | TEXT | - |
            DataFormat | dataFormat | data_format | CONSTANT | csv |
            CompressionType | - | compression_type | CONSTANT | none |
            CsvDelimiter | csvDelimiter | csv_delimiter | TEXT | , | CSV
            CsvRowDelimiter | csvRowDelimiter | csv_row_delimiter | TEXT | \\n | CSV
            CsvNullValue | csvNullValue | csv_null_value | TEXT | - | CSV
            CsvNoSupValue | csvNoSupValue | csv_no_sup_value | TEXT | - | CDC,CSV
            UseCsvNoSupValue | useCsvNoSupValue | use_csv_no_sup_value | FLAG | false | CDC,CSV
            Rfc4180 | rfc4180 | rfc_4180 | FLAG | true | CSV
            AddColumnName | addColumnName | add_column_name | FLAG | false | CSV
            AddTrailingPaddingCharacter | addTrailingPaddingCharacter | add_trailing_padding_character | FLAG | false | CSV
            MaxFileSize | maxFileSize | max_file_size | KILOBYTES | 1048576 | FULL_LOAD
            CdcMaxBatchInterval | cdcMaxBatchInterval | cdc_max_batch_interval | SECONDS | 60 | CDC
            CdcMinFileSize | cdcMinFileSize | cdc_min_file_size | KILOBYTES | 32000 | CDC
            CdcPath | CdcPath | cdc_path | TEXT | - | CDC
            PreserveTransactions | preserveTransactions | preserve_transactions | FLAG | false | CDC
            CdcInsertsOnly | cdcInsertsOnly | cdc_inserts_only | FLAG | false | CDC
            CdcInsertsAndUpdates | cdcInsertsAndUpdates | cdc_inserts_and_updates | FLAG | false | CDC
            IncludeOpForFullLoad | includeOpForFullLoad | include_op_for_full_load | FLAG | false | FULL_LOAD
            TimestampColumnName | timestampColumnName | timestamp_column_name | TEXT | - |
            UseTaskStartTimeForFullLoadTimestamp | useTaskStartTimeForFullLoadTimestamp | use_task_start_time_for_full_load_timestamp | FLAG | false | FULL_LOAD
            DatePartitionEnabled | datePartitionEnabled | date_partition_enabled | FLAG | false | CDC
            DatePartitionSequence | datePartitionSequence | date_partition_sequence | CONSTANT | YYYYMMDD | CDC
            DatePartitionDelimiter | datePartitionDelimiter | date_partition_delimiter | CONSTANT | SLASH | CDC
            DatePartitionTimezone | datePartitionTimezone | date_partition_timezone | TIME_ZONE | UTC | CDC
            ParquetVersion | parquetVersion | parquet_version | CONSTANT | parquet-1-0 | PARQUET
            ParquetTimestampInMillisecond | parquetTimestampInMillisecond | parquet_timestamp_in_millisecond | FLAG | false | PARQUET
            EncodingType | encodingType | encoding_type | CONSTANT | - | PARQUET
            DictPageSizeLimit | dictPageSizeLimit | dict_page_size_limit | BYTES | 1048576 | PARQUET
            DataPageSize | dataPageSize | data_page_size | BYTES | 1048576 | PARQUET
            RowGroupLength | rowGroupLength | row_group_length | COUNT | 10000 | PARQUET
            EnableStatistics | enableStatistics | enable_statistics | FLAG | true | PARQUET
            EncryptionMode | encryptionMode | encryption_mode | CONSTANT | sse-s3 |
            ServerSideEncryptionKmsKeyId | serverSideEncryptionKmsKeyId | server_side_encryption_kms_key_id | TEXT | - |
            CannedAclForObjects | cannedAclForObjects | canned_acl_for_objects | CONSTANT | none |
            ExpectedBucketOwner | expectedBucketOwner | expected_bucket_owner | TEXT | - |
            GlueCatalogGeneration | glueCatalogGeneration | glue_catalog_generation | FLAG | false |
            ExternalTableDefinition | externalTableDefinition | external_table_definition | TEXT | - | SOURCE
            IgnoreHeaderRows | ignoreHeaderRows | ignore_header_rows | COUNT | 0 | SOURCE
            - | detachTargetOnLobLookupFailureParquet | detach_target_on_lob_lookup_failure_parquet | FLAG | - | PARQUET
            """;

    @Test
    void namesTypesAndDefaultsAreTheDocumentedOnes() {
        List<String> ours = Arrays.stream(S3Attribute.values())
                .map(attribute -> String.join(
                        " | ",
                        attribute.apiName().orElse("-"),
                        attribute.connectionAttribute().orElse("-"),
                        attribute.terraformName(),
                        attribute.type().name(),
                        attribute.defaultValue().map(Object::toString).orElse("-"),
                        attribute.scopes().stream().map(Enum::name).sorted().collect(Collectors.joining(","))))
                .map(String::strip)
                .toList();

        assertThat(ours)
                .containsExactlyElementsOf(DOCUMENTED.lines().map(String::strip).toList());
    }

    @Test
    void theApiHas41AttributesAndOneMoreIsAConnectionAttributeOnly() {
        assertThat(Arrays.stream(S3Attribute.values())
                        .filter(attribute -> attribute.apiName().isPresent()))
                .hasSize(41);
        assertThat(S3Attribute.values()).hasSize(42);
    }

    @Test
    void settingsComeFromAttributesOfAnotherModel() {
        S3TargetSettings settings = S3TargetSettings.from(Map.of(
                S3Attribute.BUCKET_NAME,
                "la\"ke",
                S3Attribute.DATA_FORMAT,
                "PARQUET",
                S3Attribute.CDC_MIN_FILE_SIZE,
                65_536,
                S3Attribute.ROW_GROUP_LENGTH,
                0L,
                S3Attribute.ENABLE_STATISTICS,
                false));

        assertThat(settings)
                .isEqualTo(S3TargetSettings.of(s -> s.bucketName("la\"ke")
                        .dataFormat(DataFormat.PARQUET)
                        .cdc(c -> c.minFileSize(DataSize.ofMegabytes(64)))
                        .parquet(p -> p.withoutStatistics())));
        assertThat(S3TargetSettings.from(settings.attributes())).isEqualTo(settings);
        assertThatThrownBy(() -> S3TargetSettings.from(Map.of(S3Attribute.ROW_GROUP_LENGTH, "many")))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(Finding.error(
                                        "WRONG_VALUE",
                                        "$.RowGroupLength",
                                        "It is \"many\", not a whole number that is not negative.",
                                        "Give it in the unit of the API.")));
    }

    @Test
    void valuesAreInTheUnitsOfTheApiAndDefaultsAreLeftOut() {
        S3TargetSettings settings = S3TargetSettings.of(s ->
                s.bucketName("lake").dataFormat(DataFormat.PARQUET).cdc(c -> c.minFileSize(DataSize.ofMegabytes(64))));

        assertThat(S3Attribute.CDC_MIN_FILE_SIZE.valueIn(settings)).contains(65_536L);
        assertThat(S3Attribute.DATA_FORMAT.valueIn(settings)).contains("parquet");
        assertThat(S3Attribute.RFC4180.valueIn(settings)).isEqualTo(Optional.empty());
        assertThat(settings.attributes().keySet())
                .containsExactly(S3Attribute.BUCKET_NAME, S3Attribute.DATA_FORMAT, S3Attribute.CDC_MIN_FILE_SIZE);
    }
}
