package io.convergence.aws.dms;

import io.convergence.target.S3Attribute;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.databasemigration.model.S3Settings;

/**
 * The members of the SDK's {@code S3Settings}, by attribute. Constants go as texts, because which spelling the service echoes
 * is not documented and the SDK's enums know one only.
 */
final class S3SettingsMembers {
    private record Member(
            Function<S3Settings, @Nullable Object> reader, BiConsumer<S3Settings.Builder, Object> writer) {}

    private static final Map<S3Attribute, Member> MEMBERS = new EnumMap<>(S3Attribute.class);

    static {
        text(
                S3Attribute.SERVICE_ACCESS_ROLE_ARN,
                S3Settings::serviceAccessRoleArn,
                S3Settings.Builder::serviceAccessRoleArn);
        text(S3Attribute.BUCKET_NAME, S3Settings::bucketName, S3Settings.Builder::bucketName);
        text(S3Attribute.BUCKET_FOLDER, S3Settings::bucketFolder, S3Settings.Builder::bucketFolder);
        text(S3Attribute.DATA_FORMAT, S3Settings::dataFormatAsString, S3Settings.Builder::dataFormat);
        text(S3Attribute.COMPRESSION_TYPE, S3Settings::compressionTypeAsString, S3Settings.Builder::compressionType);
        text(S3Attribute.CSV_DELIMITER, S3Settings::csvDelimiter, S3Settings.Builder::csvDelimiter);
        text(S3Attribute.CSV_ROW_DELIMITER, S3Settings::csvRowDelimiter, S3Settings.Builder::csvRowDelimiter);
        text(S3Attribute.CSV_NULL_VALUE, S3Settings::csvNullValue, S3Settings.Builder::csvNullValue);
        text(S3Attribute.CSV_NO_SUP_VALUE, S3Settings::csvNoSupValue, S3Settings.Builder::csvNoSupValue);
        flag(S3Attribute.USE_CSV_NO_SUP_VALUE, S3Settings::useCsvNoSupValue, S3Settings.Builder::useCsvNoSupValue);
        flag(S3Attribute.RFC4180, S3Settings::rfc4180, S3Settings.Builder::rfc4180);
        flag(S3Attribute.ADD_COLUMN_NAME, S3Settings::addColumnName, S3Settings.Builder::addColumnName);
        flag(
                S3Attribute.ADD_TRAILING_PADDING_CHARACTER,
                S3Settings::addTrailingPaddingCharacter,
                S3Settings.Builder::addTrailingPaddingCharacter);
        number(S3Attribute.MAX_FILE_SIZE, S3Settings::maxFileSize, S3Settings.Builder::maxFileSize);
        number(
                S3Attribute.CDC_MAX_BATCH_INTERVAL,
                S3Settings::cdcMaxBatchInterval,
                S3Settings.Builder::cdcMaxBatchInterval);
        number(S3Attribute.CDC_MIN_FILE_SIZE, S3Settings::cdcMinFileSize, S3Settings.Builder::cdcMinFileSize);
        text(S3Attribute.CDC_PATH, S3Settings::cdcPath, S3Settings.Builder::cdcPath);
        flag(
                S3Attribute.PRESERVE_TRANSACTIONS,
                S3Settings::preserveTransactions,
                S3Settings.Builder::preserveTransactions);
        flag(S3Attribute.CDC_INSERTS_ONLY, S3Settings::cdcInsertsOnly, S3Settings.Builder::cdcInsertsOnly);
        flag(
                S3Attribute.CDC_INSERTS_AND_UPDATES,
                S3Settings::cdcInsertsAndUpdates,
                S3Settings.Builder::cdcInsertsAndUpdates);
        flag(
                S3Attribute.INCLUDE_OP_FOR_FULL_LOAD,
                S3Settings::includeOpForFullLoad,
                S3Settings.Builder::includeOpForFullLoad);
        text(
                S3Attribute.TIMESTAMP_COLUMN_NAME,
                S3Settings::timestampColumnName,
                S3Settings.Builder::timestampColumnName);
        flag(
                S3Attribute.USE_TASK_START_TIME_FOR_FULL_LOAD_TIMESTAMP,
                S3Settings::useTaskStartTimeForFullLoadTimestamp,
                S3Settings.Builder::useTaskStartTimeForFullLoadTimestamp);
        flag(
                S3Attribute.DATE_PARTITION_ENABLED,
                S3Settings::datePartitionEnabled,
                S3Settings.Builder::datePartitionEnabled);
        text(
                S3Attribute.DATE_PARTITION_SEQUENCE,
                S3Settings::datePartitionSequenceAsString,
                S3Settings.Builder::datePartitionSequence);
        text(
                S3Attribute.DATE_PARTITION_DELIMITER,
                S3Settings::datePartitionDelimiterAsString,
                S3Settings.Builder::datePartitionDelimiter);
        text(
                S3Attribute.DATE_PARTITION_TIMEZONE,
                S3Settings::datePartitionTimezone,
                S3Settings.Builder::datePartitionTimezone);
        text(S3Attribute.PARQUET_VERSION, S3Settings::parquetVersionAsString, S3Settings.Builder::parquetVersion);
        flag(
                S3Attribute.PARQUET_TIMESTAMP_IN_MILLISECOND,
                S3Settings::parquetTimestampInMillisecond,
                S3Settings.Builder::parquetTimestampInMillisecond);
        text(S3Attribute.ENCODING_TYPE, S3Settings::encodingTypeAsString, S3Settings.Builder::encodingType);
        number(S3Attribute.DICT_PAGE_SIZE_LIMIT, S3Settings::dictPageSizeLimit, S3Settings.Builder::dictPageSizeLimit);
        number(S3Attribute.DATA_PAGE_SIZE, S3Settings::dataPageSize, S3Settings.Builder::dataPageSize);
        number(S3Attribute.ROW_GROUP_LENGTH, S3Settings::rowGroupLength, S3Settings.Builder::rowGroupLength);
        flag(S3Attribute.ENABLE_STATISTICS, S3Settings::enableStatistics, S3Settings.Builder::enableStatistics);
        text(S3Attribute.ENCRYPTION_MODE, S3Settings::encryptionModeAsString, S3Settings.Builder::encryptionMode);
        text(
                S3Attribute.SERVER_SIDE_ENCRYPTION_KMS_KEY_ID,
                S3Settings::serverSideEncryptionKmsKeyId,
                S3Settings.Builder::serverSideEncryptionKmsKeyId);
        text(
                S3Attribute.CANNED_ACL_FOR_OBJECTS,
                S3Settings::cannedAclForObjectsAsString,
                S3Settings.Builder::cannedAclForObjects);
        text(
                S3Attribute.EXPECTED_BUCKET_OWNER,
                S3Settings::expectedBucketOwner,
                S3Settings.Builder::expectedBucketOwner);
        flag(
                S3Attribute.GLUE_CATALOG_GENERATION,
                S3Settings::glueCatalogGeneration,
                S3Settings.Builder::glueCatalogGeneration);
        text(
                S3Attribute.EXTERNAL_TABLE_DEFINITION,
                S3Settings::externalTableDefinition,
                S3Settings.Builder::externalTableDefinition);
        number(S3Attribute.IGNORE_HEADER_ROWS, S3Settings::ignoreHeaderRows, S3Settings.Builder::ignoreHeaderRows);
    }

    private S3SettingsMembers() {}

    /** What is set. */
    static Map<S3Attribute, Object> read(S3Settings settings) {
        Map<S3Attribute, Object> values = new EnumMap<>(S3Attribute.class);
        MEMBERS.forEach((attribute, member) -> {
            Object value = member.reader().apply(settings);
            if (value != null) {
                values.put(attribute, value);
            }
        });
        return values;
    }

    /** What the API lacks is left out: it goes into the connection attributes. */
    static S3Settings write(Map<S3Attribute, Object> values) {
        S3Settings.Builder builder = S3Settings.builder();
        values.forEach((attribute, value) -> {
            Member member = MEMBERS.get(attribute);
            if (member != null) {
                member.writer().accept(builder, value);
            }
        });
        return builder.build();
    }

    private static void text(
            S3Attribute attribute,
            Function<S3Settings, @Nullable String> reader,
            BiConsumer<S3Settings.Builder, String> writer) {
        MEMBERS.put(attribute, new Member(reader::apply, (builder, value) -> writer.accept(builder, value.toString())));
    }

    private static void flag(
            S3Attribute attribute,
            Function<S3Settings, @Nullable Boolean> reader,
            BiConsumer<S3Settings.Builder, Boolean> writer) {
        MEMBERS.put(attribute, new Member(reader::apply, (builder, value) -> writer.accept(builder, (Boolean) value)));
    }

    private static void number(
            S3Attribute attribute,
            Function<S3Settings, @Nullable Integer> reader,
            BiConsumer<S3Settings.Builder, Integer> writer) {
        MEMBERS.put(
                attribute,
                new Member(
                        reader::apply,
                        (builder, value) -> writer.accept(builder, small(attribute, ((Number) value).longValue()))));
    }

    private static int small(S3Attribute attribute, long value) {
        if (value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "Cannot send " + attribute.apiName().orElse("") + " " + value + ": the API takes at most "
                            + Integer.MAX_VALUE + ". Lower it.");
        }
        return (int) value;
    }
}
