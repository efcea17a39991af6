package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The checks behind {@link S3TargetSettings#validate()}, in the order of the attributes. */
final class S3TargetChecks {
    private static final int MAX_ROW_GROUP_LENGTH = 64 * 1024 * 1024;

    private final S3TargetSettings settings;
    private final List<Finding> findings = new ArrayList<>();

    private S3TargetChecks(S3TargetSettings settings) {
        this.settings = settings;
    }

    static List<Finding> findings(S3TargetSettings settings) {
        S3TargetChecks checks = new S3TargetChecks(settings);
        checks.bucket();
        checks.format();
        checks.sizes();
        checks.transactions();
        checks.operations();
        checks.timestamps();
        checks.datePartition();
        checks.encryption();
        return List.copyOf(checks.findings);
    }

    private void bucket() {
        if (settings.bucketName().isBlank()) {
            error("BUCKET_MISSING", "BucketName", "No bucket is named: DMS has nowhere to write.", "Set BucketName.");
        }
        settings.expectedBucketOwner()
                .filter(owner -> !owner.matches("\\d{12}"))
                .ifPresent(owner -> error(
                        "BUCKET_OWNER_INVALID",
                        "ExpectedBucketOwner",
                        "'" + owner + "' is no account id: it must have 12 digits.",
                        "Give the id of the account that owns the bucket."));
    }

    private void format() {
        boolean parquet = settings.dataFormat() == DataFormat.PARQUET;
        if (parquet && settings.preserveTransactions()) {
            warning(
                    "FORMAT_OVERRIDDEN",
                    "DataFormat",
                    "DataFormat is parquet, but PreserveTransactions makes DMS write the changes as CSV.",
                    "Set DataFormat to csv, or leave PreserveTransactions off.");
        }
        List<String> strangers = parquet ? csvAttributes() : parquetAttributes();
        if (!strangers.isEmpty() && !settings.preserveTransactions()) {
            warning(
                    "ATTRIBUTE_WITHOUT_EFFECT",
                    strangers.get(0),
                    "DataFormat is " + settings.dataFormat().wireValue() + ", which makes no use of "
                            + String.join(", ", strangers) + ".",
                    "Remove them, or change DataFormat.");
        }
    }

    private List<String> csvAttributes() {
        List<String> set = new ArrayList<>();
        add(set, !settings.csvDelimiter().equals(S3TargetDefaults.CSV_DELIMITER), "CsvDelimiter");
        add(set, !settings.csvRowDelimiter().equals(S3TargetDefaults.CSV_ROW_DELIMITER), "CsvRowDelimiter");
        add(set, settings.csvNullValue().isPresent(), "CsvNullValue");
        add(set, settings.csvNoSupValue().isPresent(), "CsvNoSupValue");
        add(set, settings.useCsvNoSupValue(), "UseCsvNoSupValue");
        add(set, !settings.rfc4180(), "Rfc4180");
        add(set, settings.addColumnName(), "AddColumnName");
        add(set, settings.addTrailingPaddingCharacter(), "AddTrailingPaddingCharacter");
        return set;
    }

    private List<String> parquetAttributes() {
        List<String> set = new ArrayList<>();
        add(set, settings.parquetVersion() != S3TargetDefaults.PARQUET_VERSION, "ParquetVersion");
        add(set, settings.parquetTimestampInMillisecond(), "ParquetTimestampInMillisecond");
        add(set, settings.encodingType().isPresent(), "EncodingType");
        add(set, !settings.dictPageSizeLimit().equals(S3TargetDefaults.DICT_PAGE_SIZE_LIMIT), "DictPageSizeLimit");
        add(set, !settings.dataPageSize().equals(S3TargetDefaults.DATA_PAGE_SIZE), "DataPageSize");
        add(set, settings.rowGroupLength() != S3TargetDefaults.ROW_GROUP_LENGTH, "RowGroupLength");
        add(set, !settings.enableStatistics(), "EnableStatistics");
        return set;
    }

    private void sizes() {
        wholeKilobytes("MaxFileSize", settings.maxFileSize());
        long kilobytes = settings.maxFileSize().toKilobytes();
        if (kilobytes < 1 || kilobytes > 1_048_576) {
            error(
                    "MAX_FILE_SIZE_OUT_OF_RANGE",
                    "MaxFileSize",
                    "It is " + kilobytes + " KB: it must be 1 to 1,048,576 KB (1 GB).",
                    "Leave it out for 1 GB.");
        }
        Duration interval = settings.cdcMaxBatchInterval();
        if (interval.isNegative() || !interval.equals(Duration.ofSeconds(interval.toSeconds()))) {
            error(
                    "BATCH_INTERVAL_INVALID",
                    "CdcMaxBatchInterval",
                    "It is " + interval + ": DMS takes whole seconds, 0 or more.",
                    "Give whole seconds, e.g. Duration.ofSeconds(60).");
        }
        wholeKilobytes("CdcMinFileSize", settings.cdcMinFileSize());
        if (settings.rowGroupLength() < 1 || settings.rowGroupLength() > MAX_ROW_GROUP_LENGTH) {
            error(
                    "ROW_GROUP_LENGTH_OUT_OF_RANGE",
                    "RowGroupLength",
                    "It is " + settings.rowGroupLength() + " rows: it must be 1 to " + MAX_ROW_GROUP_LENGTH + ".",
                    "Leave it out for 10,000 rows.");
        }
    }

    private void wholeKilobytes(String name, DataSize size) {
        if (size.bytes() % 1024 != 0) {
            error(
                    "SIZE_NOT_IN_KILOBYTES",
                    name,
                    "It is " + size.bytes() + " bytes: DMS takes whole kilobytes of 1,024 bytes.",
                    "Give e.g. DataSize.ofKilobytes(" + size.toKilobytes() + ").");
        }
    }

    private void transactions() {
        boolean path = settings.cdcPath().isPresent();
        if (settings.preserveTransactions() && !path) {
            error(
                    "CDC_PATH_MISSING",
                    "CdcPath",
                    "PreserveTransactions is on without CdcPath: DMS does not know where to write the transactions.",
                    "Set CdcPath to a folder, e.g. \"transactions\".");
        }
        if (!settings.preserveTransactions() && !path) {
            return;
        }

        String cause = settings.preserveTransactions() ? "PreserveTransactions" : "CdcPath";
        if (settings.addColumnName()) {
            error(
                    "HEADER_IN_TRANSACTION_FILES",
                    "AddColumnName",
                    "AddColumnName and " + cause
                            + " exclude each other: files that hold all tables have no common header.",
                    "Switch one of them off.");
        }
        if (settings.datePartitionEnabled()) {
            error(
                    "DATE_PARTITION_OF_TRANSACTION_FILES",
                    "DatePartitionEnabled",
                    "DatePartitionEnabled and " + cause + " exclude each other: transaction files stand in one folder.",
                    "Switch one of them off.");
        }
        if (settings.glueCatalogGeneration()) {
            error(
                    "GLUE_CATALOG_OF_TRANSACTION_FILES",
                    "GlueCatalogGeneration",
                    "GlueCatalogGeneration and " + cause
                            + " exclude each other: files that hold all tables have no schema.",
                    "Switch one of them off.");
        }
    }

    private void operations() {
        if (settings.cdcInsertsOnly() && settings.cdcInsertsAndUpdates()) {
            error(
                    "INSERT_OPTIONS_EXCLUDE_EACH_OTHER",
                    "CdcInsertsAndUpdates",
                    "CdcInsertsOnly and CdcInsertsAndUpdates are both on: DMS takes one of them.",
                    "Switch one off, or both to get deletes too.");
        } else if (settings.cdcInsertsOnly()) {
            warning(
                    "UPDATES_AND_DELETES_LOST",
                    "CdcInsertsOnly",
                    "Only inserts are written: the lake keeps old and deleted rows.",
                    "Switch it off unless the tables are only appended to.");
        } else if (settings.cdcInsertsAndUpdates()) {
            warning(
                    "DELETES_LOST",
                    "CdcInsertsAndUpdates",
                    "Deletes are not written: the lake keeps deleted rows.",
                    "Switch it off unless rows are never deleted.");
            if (!settings.includeOpForFullLoad()) {
                warning(
                        "OPERATION_MAY_BE_MISSING",
                        "IncludeOpForFullLoad",
                        "With CdcInsertsAndUpdates and without IncludeOpForFullLoad the DMS guide contradicts itself on whether changes carry Op.",
                        "Set IncludeOpForFullLoad.");
            }
        }
    }

    private void timestamps() {
        if (settings.timestampColumnName().isEmpty()) {
            warning(
                    "TIMESTAMP_COLUMN_MISSING",
                    "TimestampColumnName",
                    "Rows carry no time: a reload cannot be told from an earlier load by its rows, and commit times are unknown.",
                    "Set TimestampColumnName, e.g. \"dms_timestamp\".");
            if (settings.useTaskStartTimeForFullLoadTimestamp()) {
                warning(
                        "TASK_START_TIME_WITHOUT_EFFECT",
                        "UseTaskStartTimeForFullLoadTimestamp",
                        "It is on, but without TimestampColumnName there is no column for it.",
                        "Set TimestampColumnName, or leave this off.");
            }
        }
    }

    private void datePartition() {
        if (settings.datePartitionEnabled()) {
            return;
        }

        List<String> set = new ArrayList<>();
        add(set, settings.datePartitionSequence() != S3TargetDefaults.DATE_PARTITION_SEQUENCE, "DatePartitionSequence");
        add(
                set,
                settings.datePartitionDelimiter() != S3TargetDefaults.DATE_PARTITION_DELIMITER,
                "DatePartitionDelimiter");
        add(
                set,
                !settings.datePartitionTimezone().equals(S3TargetDefaults.DATE_PARTITION_TIMEZONE),
                "DatePartitionTimezone");
        if (!set.isEmpty()) {
            warning(
                    "DATE_PARTITION_NOT_ENABLED",
                    set.get(0),
                    "DatePartitionEnabled is off, so that there is no use for " + String.join(", ", set) + ".",
                    "Set DatePartitionEnabled, or remove them.");
        }
    }

    private void encryption() {
        if (settings.encryptionMode() == EncryptionMode.SSE_KMS
                && settings.serverSideEncryptionKmsKeyId().isEmpty()) {
            error(
                    "KMS_KEY_MISSING",
                    "ServerSideEncryptionKmsKeyId",
                    "EncryptionMode is sse-kms, but no key is named.",
                    "Set ServerSideEncryptionKmsKeyId to the ARN of the key.");
        }
    }

    private static void add(List<String> names, boolean set, String name) {
        if (set) {
            names.add(name);
        }
    }

    private void error(String code, String attribute, String message, String fix) {
        findings.add(Finding.error(code, "$." + attribute, message, fix));
    }

    private void warning(String code, String attribute, String message, String fix) {
        findings.add(Finding.warning(code, "$." + attribute, message, fix));
    }
}
