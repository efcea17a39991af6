package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.DataSize;
import io.convergence.Finding;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The JSON form of {@link S3TargetSettings}: names and units of the API. */
final class S3TargetJson {
    private static final List<String> NAMES = List.of(
            "ServiceAccessRoleArn",
            "BucketName",
            "BucketFolder",
            "DataFormat",
            "CompressionType",
            "CsvDelimiter",
            "CsvRowDelimiter",
            "CsvNullValue",
            "CsvNoSupValue",
            "UseCsvNoSupValue",
            "Rfc4180",
            "AddColumnName",
            "AddTrailingPaddingCharacter",
            "MaxFileSize",
            "CdcMaxBatchInterval",
            "CdcMinFileSize",
            "CdcPath",
            "PreserveTransactions",
            "CdcInsertsOnly",
            "CdcInsertsAndUpdates",
            "IncludeOpForFullLoad",
            "TimestampColumnName",
            "UseTaskStartTimeForFullLoadTimestamp",
            "DatePartitionEnabled",
            "DatePartitionSequence",
            "DatePartitionDelimiter",
            "DatePartitionTimezone",
            "ParquetVersion",
            "ParquetTimestampInMillisecond",
            "EncodingType",
            "DictPageSizeLimit",
            "DataPageSize",
            "RowGroupLength",
            "EnableStatistics",
            "EncryptionMode",
            "ServerSideEncryptionKmsKeyId",
            "CannedAclForObjects",
            "ExpectedBucketOwner",
            "GlueCatalogGeneration");

    /** Attributes of endpoints that read from S3; the service reports them for every endpoint. */
    private static final List<String> SOURCE_ONLY = List.of("ExternalTableDefinition", "IgnoreHeaderRows");

    private final JsonNode node;
    private final String path;
    private final List<Finding> errors = new ArrayList<>();

    private S3TargetJson(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    static S3TargetSettings parse(String json) {
        return parse(ConfigurationJson.object(json, "S3 target settings"), "$");
    }

    static S3TargetSettings parse(JsonNode node, String path) {
        return new S3TargetJson(node, path).read();
    }

    private S3TargetSettings read() {
        refuseUnknownNames();
        S3TargetSettings.Builder builder = S3TargetSettings.builder();
        builder.serviceAccessRoleArn = optionalText("ServiceAccessRoleArn", builder.serviceAccessRoleArn);
        builder.bucketName = text("BucketName", builder.bucketName);
        builder.bucketFolder = S3TargetSettings.Builder.withoutOuterSlashes(text("BucketFolder", builder.bucketFolder));
        builder.dataFormat = constant("DataFormat", builder.dataFormat, DataFormat::parse);
        builder.compressionType = constant("CompressionType", builder.compressionType, CompressionType::parse);
        builder.csvDelimiter = text("CsvDelimiter", builder.csvDelimiter);
        builder.csvRowDelimiter = unescaped(text("CsvRowDelimiter", builder.csvRowDelimiter));
        builder.csvNullValue = optionalText("CsvNullValue", builder.csvNullValue);
        builder.csvNoSupValue = optionalText("CsvNoSupValue", builder.csvNoSupValue);
        builder.useCsvNoSupValue = flag("UseCsvNoSupValue", builder.useCsvNoSupValue);
        builder.rfc4180 = flag("Rfc4180", builder.rfc4180);
        builder.addColumnName = flag("AddColumnName", builder.addColumnName);
        builder.addTrailingPaddingCharacter = flag("AddTrailingPaddingCharacter", builder.addTrailingPaddingCharacter);
        builder.maxFileSize = kilobytes("MaxFileSize", builder.maxFileSize);
        builder.cdcMaxBatchInterval = seconds("CdcMaxBatchInterval", builder.cdcMaxBatchInterval);
        builder.cdcMinFileSize = kilobytes("CdcMinFileSize", builder.cdcMinFileSize);
        builder.cdcPath = optionalText("CdcPath", builder.cdcPath);
        builder.preserveTransactions = flag("PreserveTransactions", builder.preserveTransactions);
        builder.cdcInsertsOnly = flag("CdcInsertsOnly", builder.cdcInsertsOnly);
        builder.cdcInsertsAndUpdates = flag("CdcInsertsAndUpdates", builder.cdcInsertsAndUpdates);
        builder.includeOpForFullLoad = flag("IncludeOpForFullLoad", builder.includeOpForFullLoad);
        builder.timestampColumnName = optionalText("TimestampColumnName", builder.timestampColumnName);
        builder.useTaskStartTimeForFullLoadTimestamp =
                flag("UseTaskStartTimeForFullLoadTimestamp", builder.useTaskStartTimeForFullLoadTimestamp);
        builder.datePartitionEnabled = flag("DatePartitionEnabled", builder.datePartitionEnabled);
        builder.datePartitionSequence =
                constant("DatePartitionSequence", builder.datePartitionSequence, DatePartitionSequence::parse);
        builder.datePartitionDelimiter =
                constant("DatePartitionDelimiter", builder.datePartitionDelimiter, DatePartitionDelimiter::parse);
        builder.datePartitionTimezone = zone("DatePartitionTimezone", builder.datePartitionTimezone);
        builder.parquetVersion = constant("ParquetVersion", builder.parquetVersion, ParquetVersion::parse);
        builder.parquetTimestampInMillisecond =
                flag("ParquetTimestampInMillisecond", builder.parquetTimestampInMillisecond);
        builder.encodingType = optionalConstant("EncodingType", builder.encodingType, EncodingType::parse);
        builder.dictPageSizeLimit = bytes("DictPageSizeLimit", builder.dictPageSizeLimit);
        builder.dataPageSize = bytes("DataPageSize", builder.dataPageSize);
        builder.rowGroupLength = rows("RowGroupLength", builder.rowGroupLength);
        builder.enableStatistics = flag("EnableStatistics", builder.enableStatistics);
        builder.encryptionMode = constant("EncryptionMode", builder.encryptionMode, EncryptionMode::parse);
        builder.serverSideEncryptionKmsKeyId =
                optionalText("ServerSideEncryptionKmsKeyId", builder.serverSideEncryptionKmsKeyId);
        builder.cannedAclForObjects = constant("CannedAclForObjects", builder.cannedAclForObjects, CannedAcl::parse);
        builder.expectedBucketOwner = optionalText("ExpectedBucketOwner", builder.expectedBucketOwner);
        builder.glueCatalogGeneration = flag("GlueCatalogGeneration", builder.glueCatalogGeneration);
        if (!errors.isEmpty()) {
            throw new InvalidConfigurationException("S3 target settings", errors);
        }

        return builder.build();
    }

    private void refuseUnknownNames() {
        for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            if (SOURCE_ONLY.contains(name)) {
                sourceOnly(name);
            } else if (!NAMES.contains(name)) {
                errors.add(Finding.error(
                        "UNKNOWN_ATTRIBUTE",
                        path + "." + name,
                        "'" + name + "' is no attribute of an S3 target.",
                        ConfigurationJson.suggestion(name, NAMES)
                                .map(meant -> "Did you mean '" + meant + "'?")
                                .orElse("Remove it.")));
            }
        }
    }

    private void sourceOnly(String name) {
        JsonNode value = node.get(name);
        boolean unset =
                value.isNull() || value.asText().isEmpty() || value.asText().equals("0");
        if (!unset) {
            errors.add(Finding.error(
                    "SOURCE_ONLY_ATTRIBUTE",
                    path + "." + name,
                    "'" + name + "' is " + value + ": it belongs to endpoints that read from S3.",
                    "Remove it."));
        }
    }

    static String write(S3TargetSettings settings) {
        return toNode(settings).toPrettyString();
    }

    static ObjectNode toNode(S3TargetSettings settings) {
        ObjectNode node = ConfigurationJson.newObject();
        settings.serviceAccessRoleArn().ifPresent(value -> node.put("ServiceAccessRoleArn", value));
        if (!settings.bucketName().equals("")) {
            node.put("BucketName", settings.bucketName());
        }
        if (!settings.bucketFolder().equals(S3TargetDefaults.BUCKET_FOLDER)) {
            node.put("BucketFolder", settings.bucketFolder());
        }
        if (settings.dataFormat() != S3TargetDefaults.DATA_FORMAT) {
            node.put("DataFormat", settings.dataFormat().wireValue());
        }
        if (settings.compressionType() != S3TargetDefaults.COMPRESSION_TYPE) {
            node.put("CompressionType", settings.compressionType().wireValue());
        }
        if (!settings.csvDelimiter().equals(S3TargetDefaults.CSV_DELIMITER)) {
            node.put("CsvDelimiter", settings.csvDelimiter());
        }
        if (!settings.csvRowDelimiter().equals(S3TargetDefaults.CSV_ROW_DELIMITER)) {
            node.put("CsvRowDelimiter", escaped(settings.csvRowDelimiter()));
        }
        settings.csvNullValue().ifPresent(value -> node.put("CsvNullValue", value));
        settings.csvNoSupValue().ifPresent(value -> node.put("CsvNoSupValue", value));
        if (settings.useCsvNoSupValue()) {
            node.put("UseCsvNoSupValue", true);
        }
        if (!settings.rfc4180()) {
            node.put("Rfc4180", false);
        }
        if (settings.addColumnName()) {
            node.put("AddColumnName", true);
        }
        if (settings.addTrailingPaddingCharacter()) {
            node.put("AddTrailingPaddingCharacter", true);
        }
        if (!settings.maxFileSize().equals(S3TargetDefaults.MAX_FILE_SIZE)) {
            node.put("MaxFileSize", settings.maxFileSize().toKilobytes());
        }
        if (!settings.cdcMaxBatchInterval().equals(S3TargetDefaults.CDC_MAX_BATCH_INTERVAL)) {
            node.put("CdcMaxBatchInterval", settings.cdcMaxBatchInterval().toSeconds());
        }
        if (!settings.cdcMinFileSize().equals(S3TargetDefaults.CDC_MIN_FILE_SIZE)) {
            node.put("CdcMinFileSize", settings.cdcMinFileSize().toKilobytes());
        }
        settings.cdcPath().ifPresent(value -> node.put("CdcPath", value));
        if (settings.preserveTransactions()) {
            node.put("PreserveTransactions", true);
        }
        if (settings.cdcInsertsOnly()) {
            node.put("CdcInsertsOnly", true);
        }
        if (settings.cdcInsertsAndUpdates()) {
            node.put("CdcInsertsAndUpdates", true);
        }
        if (settings.includeOpForFullLoad()) {
            node.put("IncludeOpForFullLoad", true);
        }
        settings.timestampColumnName().ifPresent(value -> node.put("TimestampColumnName", value));
        if (settings.useTaskStartTimeForFullLoadTimestamp()) {
            node.put("UseTaskStartTimeForFullLoadTimestamp", true);
        }
        if (settings.datePartitionEnabled()) {
            node.put("DatePartitionEnabled", true);
        }
        if (settings.datePartitionSequence() != S3TargetDefaults.DATE_PARTITION_SEQUENCE) {
            node.put("DatePartitionSequence", settings.datePartitionSequence().wireValue());
        }
        if (settings.datePartitionDelimiter() != S3TargetDefaults.DATE_PARTITION_DELIMITER) {
            node.put("DatePartitionDelimiter", settings.datePartitionDelimiter().wireValue());
        }
        if (!settings.datePartitionTimezone().equals(S3TargetDefaults.DATE_PARTITION_TIMEZONE)) {
            node.put("DatePartitionTimezone", settings.datePartitionTimezone().getId());
        }
        if (settings.parquetVersion() != S3TargetDefaults.PARQUET_VERSION) {
            node.put("ParquetVersion", settings.parquetVersion().wireValue());
        }
        if (settings.parquetTimestampInMillisecond()) {
            node.put("ParquetTimestampInMillisecond", true);
        }
        settings.encodingType().ifPresent(value -> node.put("EncodingType", value.wireValue()));
        if (!settings.dictPageSizeLimit().equals(S3TargetDefaults.DICT_PAGE_SIZE_LIMIT)) {
            node.put("DictPageSizeLimit", settings.dictPageSizeLimit().bytes());
        }
        if (!settings.dataPageSize().equals(S3TargetDefaults.DATA_PAGE_SIZE)) {
            node.put("DataPageSize", settings.dataPageSize().bytes());
        }
        if (settings.rowGroupLength() != S3TargetDefaults.ROW_GROUP_LENGTH) {
            node.put("RowGroupLength", settings.rowGroupLength());
        }
        if (!settings.enableStatistics()) {
            node.put("EnableStatistics", false);
        }
        if (settings.encryptionMode() != S3TargetDefaults.ENCRYPTION_MODE) {
            node.put("EncryptionMode", settings.encryptionMode().wireValue());
        }
        settings.serverSideEncryptionKmsKeyId().ifPresent(value -> node.put("ServerSideEncryptionKmsKeyId", value));
        if (settings.cannedAclForObjects() != S3TargetDefaults.CANNED_ACL_FOR_OBJECTS) {
            node.put("CannedAclForObjects", settings.cannedAclForObjects().wireValue());
        }
        settings.expectedBucketOwner().ifPresent(value -> node.put("ExpectedBucketOwner", value));
        if (settings.glueCatalogGeneration()) {
            node.put("GlueCatalogGeneration", true);
        }
        return node;
    }

    private boolean flag(String name, boolean otherwise) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }

        String text = value.asText().toLowerCase(Locale.ROOT);
        if (text.equals("true") || text.equals("y")) {
            return true;
        }
        if (!text.equals("false") && !text.equals("n")) {
            wrong(name, value, "true or false", "Give it without quotes.");
        }
        return false;
    }

    private String text(String name, String otherwise) {
        String text = optionalText(name, otherwise);
        return text == null ? otherwise : text;
    }

    /** A blank name of a column or path is the same as none; elsewhere an empty text is a value. */
    private @Nullable String optionalText(String name, @Nullable String otherwise) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            wrong(name, value, "a text", "Give it in quotes.");
            return otherwise;
        }

        boolean mayBeEmpty = name.startsWith("Csv") || name.equals("BucketFolder");
        return value.textValue().isBlank() && !mayBeEmpty ? otherwise : value.textValue();
    }

    private DataSize kilobytes(String name, DataSize otherwise) {
        long number = number(name, otherwise.toKilobytes());
        return number < 0 ? otherwise : DataSize.ofKilobytes(number);
    }

    /** The service reports sizes that were never set as 0. */
    private DataSize bytes(String name, DataSize otherwise) {
        long number = number(name, otherwise.bytes());
        return number <= 0 ? otherwise : DataSize.ofBytes(number);
    }

    private int rows(String name, int otherwise) {
        long number = number(name, otherwise);
        return number <= 0 ? otherwise : (int) Math.min(number, Integer.MAX_VALUE);
    }

    private Duration seconds(String name, Duration otherwise) {
        long number = number(name, otherwise.toSeconds());
        return number < 0 ? otherwise : Duration.ofSeconds(number);
    }

    private long number(String name, long otherwise) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return otherwise;
        }

        String text = value.asText().trim();
        if (!text.matches("\\d{1,10}")) {
            wrong(name, value, "a whole number that is not negative", "Give it in the unit of the API.");
            return otherwise;
        }
        return Long.parseLong(text);
    }

    private ZoneId zone(String name, ZoneId otherwise) {
        String text = optionalText(name, null);
        if (text == null) {
            return otherwise;
        }
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            wrong(name, node.get(name), "the name of a time zone", "Give it as Area/Location, e.g. \"Europe/Berlin\".");
            return otherwise;
        }
    }

    private <E> E constant(String name, E otherwise, Function<String, E> parser) {
        E parsed = optionalConstant(name, otherwise, parser);
        return parsed == null ? otherwise : parsed;
    }

    private <E> @Nullable E optionalConstant(String name, @Nullable E otherwise, Function<String, E> parser) {
        String text = optionalText(name, null);
        if (text == null) {
            return otherwise;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            errors.add(Finding.error(
                    "WRONG_VALUE", path + "." + name, String.valueOf(e.getMessage()), "Correct the value."));
            return otherwise;
        }
    }

    private void wrong(String name, @Nullable JsonNode value, String wanted, String fix) {
        errors.add(Finding.error("WRONG_VALUE", path + "." + name, "It is " + value + ", not " + wanted + ".", fix));
    }

    /** AWS's tools take control characters as a backslash and a letter. */
    private static String unescaped(String delimiter) {
        return delimiter.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    }

    private static String escaped(String delimiter) {
        return delimiter.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    }
}
