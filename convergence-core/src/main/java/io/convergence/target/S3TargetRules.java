package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What settings of an S3 target must not say, or say in vain, on their own. */
final class S3TargetRules {
    interface Rule extends Function<S3TargetSettings, Optional<Finding>> {}

    private static final int MAX_ROW_GROUP_LENGTH = 64 * 1024 * 1024;
    private static final int MAX_FILE_SIZE_KILOBYTES = 1_048_576;
    private static final String SWITCH_ONE_OFF = "Switch one of them off.";

    private static final Set<S3Attribute> OF_DATE_PARTITIONS = Set.of(
            S3Attribute.DATE_PARTITION_SEQUENCE,
            S3Attribute.DATE_PARTITION_DELIMITER,
            S3Attribute.DATE_PARTITION_TIMEZONE);

    /** In the order of the attributes. */
    static final List<Rule> RULES = List.of(
            error(
                    "BUCKET_MISSING",
                    S3Attribute.BUCKET_NAME,
                    s -> s.bucketName().isBlank(),
                    s -> "No bucket is named: DMS has nowhere to write.",
                    "Set BucketName."),
            error(
                    "BUCKET_OWNER_INVALID",
                    S3Attribute.EXPECTED_BUCKET_OWNER,
                    s -> s.expectedBucketOwner()
                            .filter(owner -> !owner.matches("\\d{12}"))
                            .isPresent(),
                    s -> "'" + s.expectedBucketOwner().orElse("") + "' is no account id: it must have 12 digits.",
                    "Give the id of the account that owns the bucket."),
            warning(
                    "FORMAT_OVERRIDDEN",
                    S3Attribute.DATA_FORMAT,
                    s -> s.dataFormat() == DataFormat.PARQUET && s.preserveTransactions(),
                    s -> "DataFormat is parquet, but PreserveTransactions makes DMS write the changes as CSV.",
                    "Set DataFormat to csv, or leave PreserveTransactions off."),
            S3TargetRules::attributesOfTheOtherFormat,
            warning(
                    "NO_SUP_VALUE_WITHOUT_EFFECT",
                    S3Attribute.CSV_NO_SUP_VALUE,
                    s -> csv(s) && s.csvNoSupValue().isPresent() != s.useCsvNoSupValue(),
                    s -> s.useCsvNoSupValue()
                            ? "UseCsvNoSupValue is on without CsvNoSupValue: columns the source did not log look like null."
                            : "CsvNoSupValue is '" + s.csvNoSupValue().orElse("")
                                    + "', but UseCsvNoSupValue is off: columns the source did not log look like null.",
                    "Set both, CsvNoSupValue to a text that no column holds."),
            warning(
                    "FIELDS_NOT_QUOTED",
                    S3Attribute.RFC4180,
                    s -> csv(s) && !s.rfc4180(),
                    s ->
                            "Rfc4180 is off: a field that holds a quote, a delimiter or a line end cannot be told from several fields.",
                    "Leave Rfc4180 on."),
            s -> wholeKilobytes(S3Attribute.MAX_FILE_SIZE, s.maxFileSize()),
            error(
                    "MAX_FILE_SIZE_OUT_OF_RANGE",
                    S3Attribute.MAX_FILE_SIZE,
                    s -> s.maxFileSize().toKilobytes() < 1 || s.maxFileSize().toKilobytes() > MAX_FILE_SIZE_KILOBYTES,
                    s -> "It is " + s.maxFileSize().toKilobytes() + " KB: it must be 1 to 1,048,576 KB (1 GB).",
                    "Leave it out for 1 GB."),
            error(
                    "BATCH_INTERVAL_INVALID",
                    S3Attribute.CDC_MAX_BATCH_INTERVAL,
                    s -> s.cdcMaxBatchInterval().isNegative()
                            || !s.cdcMaxBatchInterval()
                                    .equals(Duration.ofSeconds(
                                            s.cdcMaxBatchInterval().toSeconds())),
                    s -> "It is " + s.cdcMaxBatchInterval() + ": DMS takes whole seconds, 0 or more.",
                    "Give whole seconds, e.g. Duration.ofSeconds(60)."),
            info(
                    "ZERO_MAY_MEAN_DEFAULT",
                    S3Attribute.CDC_MAX_BATCH_INTERVAL,
                    s -> s.cdcMaxBatchInterval().isZero(),
                    s ->
                            "It is 0, which the service also reports for an interval that was never set: then it is 60 seconds.",
                    "If it was read from the service or from Terraform's state, remove it."),
            s -> wholeKilobytes(S3Attribute.CDC_MIN_FILE_SIZE, s.cdcMinFileSize()),
            info(
                    "ZERO_MAY_MEAN_DEFAULT",
                    S3Attribute.CDC_MIN_FILE_SIZE,
                    s -> s.cdcMinFileSize().bytes() == 0,
                    s -> "It is 0, which the service also reports for a size that was never set: then it is 32,000 KB.",
                    "If it was read from the service or from Terraform's state, remove it."),
            error(
                    "ROW_GROUP_LENGTH_OUT_OF_RANGE",
                    S3Attribute.ROW_GROUP_LENGTH,
                    s -> s.rowGroupLength() < 1 || s.rowGroupLength() > MAX_ROW_GROUP_LENGTH,
                    s -> "It is " + s.rowGroupLength() + " rows: it must be 1 to " + MAX_ROW_GROUP_LENGTH + ".",
                    "Leave it out for 10,000 rows."),
            error(
                    "CDC_PATH_MISSING",
                    S3Attribute.CDC_PATH,
                    s -> s.preserveTransactions() && s.cdcPath().isEmpty(),
                    s ->
                            "PreserveTransactions is on without CdcPath: DMS does not know where to write the transactions.",
                    "Set CdcPath to a folder, e.g. \"transactions\"."),
            error(
                    "HEADER_IN_TRANSACTION_FILES",
                    S3Attribute.ADD_COLUMN_NAME,
                    s -> transactions(s) && s.addColumnName(),
                    s -> "AddColumnName and " + transactionAttribute(s)
                            + " exclude each other: files that hold all tables have no common header.",
                    SWITCH_ONE_OFF),
            error(
                    "DATE_PARTITION_OF_TRANSACTION_FILES",
                    S3Attribute.DATE_PARTITION_ENABLED,
                    s -> transactions(s) && s.datePartitionEnabled(),
                    s -> "DatePartitionEnabled and " + transactionAttribute(s)
                            + " exclude each other: transaction files stand in one folder.",
                    SWITCH_ONE_OFF),
            error(
                    "GLUE_CATALOG_OF_TRANSACTION_FILES",
                    S3Attribute.GLUE_CATALOG_GENERATION,
                    s -> transactions(s) && s.glueCatalogGeneration(),
                    s -> "GlueCatalogGeneration and " + transactionAttribute(s)
                            + " exclude each other: files that hold all tables have no schema.",
                    SWITCH_ONE_OFF),
            error(
                    "INSERT_OPTIONS_EXCLUDE_EACH_OTHER",
                    S3Attribute.CDC_INSERTS_AND_UPDATES,
                    s -> s.cdcInsertsOnly() && s.cdcInsertsAndUpdates(),
                    s -> "CdcInsertsOnly and CdcInsertsAndUpdates are both on: DMS takes one of them.",
                    "Switch one off, or both to get deletes too."),
            warning(
                    "UPDATES_AND_DELETES_LOST",
                    S3Attribute.CDC_INSERTS_ONLY,
                    s -> s.cdcInsertsOnly() && !s.cdcInsertsAndUpdates(),
                    s -> "Only inserts are written: the lake keeps old and deleted rows.",
                    "Switch it off unless the tables are only appended to."),
            warning(
                    "DELETES_LOST",
                    S3Attribute.CDC_INSERTS_AND_UPDATES,
                    s -> s.cdcInsertsAndUpdates() && !s.cdcInsertsOnly(),
                    s -> "Deletes are not written: the lake keeps deleted rows.",
                    "Switch it off unless rows are never deleted."),
            warning(
                    "OPERATION_MAY_BE_MISSING",
                    S3Attribute.INCLUDE_OP_FOR_FULL_LOAD,
                    s -> s.cdcInsertsAndUpdates() && !s.cdcInsertsOnly() && !s.includeOpForFullLoad(),
                    s ->
                            "With CdcInsertsAndUpdates and without IncludeOpForFullLoad the DMS guide contradicts itself on whether changes carry Op.",
                    "Set IncludeOpForFullLoad."),
            warning(
                    "GLUE_CATALOG_WITHOUT_OP",
                    S3Attribute.INCLUDE_OP_FOR_FULL_LOAD,
                    s -> csv(s) && s.glueCatalogGeneration() && !s.includeOpForFullLoad(),
                    s ->
                            "GlueCatalogGeneration describes full-load and change files by one table, but only the changes have the column Op.",
                    "Set IncludeOpForFullLoad."),
            warning(
                    "TIMESTAMP_COLUMN_MISSING",
                    S3Attribute.TIMESTAMP_COLUMN_NAME,
                    s -> s.timestampColumnName().isEmpty(),
                    s ->
                            "Rows carry no time: a reload cannot be told from an earlier load by its rows, and commit times are unknown.",
                    "Set TimestampColumnName, e.g. \"dms_timestamp\"."),
            warning(
                    "TASK_START_TIME_WITHOUT_EFFECT",
                    S3Attribute.USE_TASK_START_TIME_FOR_FULL_LOAD_TIMESTAMP,
                    s -> s.timestampColumnName().isEmpty() && s.useTaskStartTimeForFullLoadTimestamp(),
                    s -> "It is on, but without TimestampColumnName there is no column for it.",
                    "Set TimestampColumnName, or leave this off."),
            S3TargetRules::datePartitionNotEnabled,
            error(
                    "KMS_KEY_MISSING",
                    S3Attribute.SERVER_SIDE_ENCRYPTION_KMS_KEY_ID,
                    s -> s.encryptionMode() == EncryptionMode.SSE_KMS
                            && s.serverSideEncryptionKmsKeyId().isEmpty(),
                    s -> "EncryptionMode is sse-kms, but no key is named.",
                    "Set ServerSideEncryptionKmsKeyId to the ARN of the key."),
            warning(
                    "KMS_KEY_WITHOUT_EFFECT",
                    S3Attribute.SERVER_SIDE_ENCRYPTION_KMS_KEY_ID,
                    s -> s.encryptionMode() == EncryptionMode.SSE_S3
                            && s.serverSideEncryptionKmsKeyId().isPresent(),
                    s -> "A key is named, but EncryptionMode is sse-s3, which makes no use of it.",
                    "Set EncryptionMode to sse-kms, or remove the key."),
            error(
                    "IGNORE_HEADER_ROWS_OUT_OF_RANGE",
                    S3Attribute.IGNORE_HEADER_ROWS,
                    s -> s.ignoreHeaderRows() < 0 || s.ignoreHeaderRows() > 1,
                    s -> "It is " + s.ignoreHeaderRows() + ": it must be 0 or 1.",
                    "Remove it: it belongs to endpoints that read from S3."),
            S3TargetRules::attributesOfSources);

    private S3TargetRules() {}

    private static boolean csv(S3TargetSettings settings) {
        return settings.dataFormat() == DataFormat.CSV || settings.preserveTransactions();
    }

    private static boolean transactions(S3TargetSettings settings) {
        return settings.preserveTransactions() || settings.cdcPath().isPresent();
    }

    private static String transactionAttribute(S3TargetSettings settings) {
        return settings.preserveTransactions() ? "PreserveTransactions" : "CdcPath";
    }

    /** With {@code PreserveTransactions} full loads and changes may differ in format, so that both kinds have an effect. */
    private static Optional<Finding> attributesOfTheOtherFormat(S3TargetSettings settings) {
        S3Attribute.Scope other =
                settings.dataFormat() == DataFormat.PARQUET ? S3Attribute.Scope.CSV : S3Attribute.Scope.PARQUET;
        return settings.preserveTransactions()
                ? Optional.empty()
                : without(
                        settings,
                        S3Attribute.limitedTo(other),
                        "ATTRIBUTE_WITHOUT_EFFECT",
                        names -> "DataFormat is " + settings.dataFormat().wireValue() + ", which makes no use of "
                                + names + ".",
                        "Remove them, or change DataFormat.");
    }

    private static Optional<Finding> datePartitionNotEnabled(S3TargetSettings settings) {
        return settings.datePartitionEnabled()
                ? Optional.empty()
                : without(
                        settings,
                        OF_DATE_PARTITIONS,
                        "DATE_PARTITION_NOT_ENABLED",
                        names -> "DatePartitionEnabled is off, so that there is no use for " + names + ".",
                        "Set DatePartitionEnabled, or remove them.");
    }

    private static Optional<Finding> attributesOfSources(S3TargetSettings settings) {
        return without(
                settings,
                S3Attribute.limitedTo(S3Attribute.Scope.SOURCE),
                "SOURCE_ONLY_ATTRIBUTE",
                names -> "An endpoint that writes to S3 makes no use of " + names + ".",
                "Remove them: they belong to endpoints that read from S3.");
    }

    private static Optional<Finding> without(
            S3TargetSettings settings,
            Set<S3Attribute> strangers,
            String code,
            Function<String, String> message,
            String fix) {
        List<S3Attribute> set = settings.attributes().keySet().stream()
                .filter(strangers::contains)
                .toList();
        if (set.isEmpty()) {
            return Optional.empty();
        }

        String names = set.stream().map(S3Attribute::jsonName).collect(Collectors.joining(", "));
        return Optional.of(Finding.warning(code, path(set.get(0)), message.apply(names), fix));
    }

    private static Optional<Finding> wholeKilobytes(S3Attribute attribute, DataSize size) {
        return size.bytes() % 1024 == 0
                ? Optional.empty()
                : Optional.of(Finding.error(
                        "SIZE_NOT_IN_KILOBYTES",
                        path(attribute),
                        "It is " + size.bytes() + " bytes: DMS takes whole kilobytes of 1,024 bytes.",
                        String.format(Locale.ROOT, "Give e.g. DataSize.ofKilobytes(%d).", size.toKilobytes())));
    }

    static String path(S3Attribute attribute) {
        return "$." + attribute.jsonName();
    }

    private static Rule error(
            String code,
            S3Attribute at,
            Predicate<S3TargetSettings> broken,
            Function<S3TargetSettings, String> message,
            String fix) {
        return rule(code, Severity.ERROR, at, broken, message, fix);
    }

    private static Rule warning(
            String code,
            S3Attribute at,
            Predicate<S3TargetSettings> broken,
            Function<S3TargetSettings, String> message,
            String fix) {
        return rule(code, Severity.WARNING, at, broken, message, fix);
    }

    private static Rule info(
            String code,
            S3Attribute at,
            Predicate<S3TargetSettings> broken,
            Function<S3TargetSettings, String> message,
            String fix) {
        return rule(code, Severity.INFO, at, broken, message, fix);
    }

    private static Rule rule(
            String code,
            Severity severity,
            S3Attribute at,
            Predicate<S3TargetSettings> broken,
            Function<S3TargetSettings, String> message,
            String fix) {
        return settings -> broken.test(settings)
                ? Optional.of(new Finding(code, severity, path(at), message.apply(settings), fix))
                : Optional.empty();
    }
}
