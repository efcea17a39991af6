package io.convergence.target;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an S3 endpoint: the 41 members of the DMS API's {@code S3Settings} in the order of {@link
 * S3TargetSettings}, and the one that exists as a connection attribute only. A writer of any format goes through them
 * with {@link S3TargetSettings#attributes()}. Thread-safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions hold no state.
public enum S3Attribute {
    SERVICE_ACCESS_ROLE_ARN(
            "ServiceAccessRoleArn",
            Type.TEXT,
            optional(WireType.name(), S3TargetSettings::serviceAccessRoleArn, (b, v) -> b.serviceAccessRoleArn = v)),
    BUCKET_NAME(
            "BucketName",
            Type.TEXT,
            required(WireType.name(), "", S3TargetSettings::bucketName, (b, v) -> b.bucketName = v)),
    BUCKET_FOLDER(
            "BucketFolder",
            Type.TEXT,
            required(
                    WireType.folder(),
                    S3TargetDefaults.BUCKET_FOLDER,
                    S3TargetSettings::bucketFolder,
                    (b, v) -> b.bucketFolder = v)),
    DATA_FORMAT(
            "DataFormat",
            Type.CONSTANT,
            required(
                    WireType.constant(DataFormat::parse, DataFormat::wireValue),
                    S3TargetDefaults.DATA_FORMAT,
                    S3TargetSettings::dataFormat,
                    (b, v) -> b.dataFormat = v)),
    /** The service no longer takes it as a connection attribute. */
    COMPRESSION_TYPE(
            "CompressionType",
            Type.CONSTANT,
            required(
                    WireType.constant(CompressionType::parse, CompressionType::wireValue),
                    S3TargetDefaults.COMPRESSION_TYPE,
                    S3TargetSettings::compressionType,
                    (b, v) -> b.compressionType = v)),
    CSV_DELIMITER(
            "CsvDelimiter",
            Type.TEXT,
            required(
                    WireType.delimiter(),
                    S3TargetDefaults.CSV_DELIMITER,
                    S3TargetSettings::csvDelimiter,
                    (b, v) -> b.csvDelimiter = v),
            Scope.CSV),
    CSV_ROW_DELIMITER(
            "CsvRowDelimiter",
            Type.TEXT,
            required(
                    WireType.delimiter(),
                    S3TargetDefaults.CSV_ROW_DELIMITER,
                    S3TargetSettings::csvRowDelimiter,
                    (b, v) -> b.csvRowDelimiter = v),
            Scope.CSV),
    CSV_NULL_VALUE(
            "CsvNullValue",
            Type.TEXT,
            optional(WireType.text(), S3TargetSettings::csvNullValue, (b, v) -> b.csvNullValue = v),
            Scope.CSV),
    CSV_NO_SUP_VALUE(
            "CsvNoSupValue",
            Type.TEXT,
            optional(WireType.text(), S3TargetSettings::csvNoSupValue, (b, v) -> b.csvNoSupValue = v),
            Scope.CSV,
            Scope.CDC),
    USE_CSV_NO_SUP_VALUE(
            "UseCsvNoSupValue",
            Type.FLAG,
            flag(false, S3TargetSettings::useCsvNoSupValue, (b, v) -> b.useCsvNoSupValue = v),
            Scope.CSV,
            Scope.CDC),
    RFC4180("Rfc4180", Type.FLAG, flag(true, S3TargetSettings::rfc4180, (b, v) -> b.rfc4180 = v), Scope.CSV),
    ADD_COLUMN_NAME(
            "AddColumnName",
            Type.FLAG,
            flag(false, S3TargetSettings::addColumnName, (b, v) -> b.addColumnName = v),
            Scope.CSV),
    ADD_TRAILING_PADDING_CHARACTER(
            "AddTrailingPaddingCharacter",
            Type.FLAG,
            flag(false, S3TargetSettings::addTrailingPaddingCharacter, (b, v) -> b.addTrailingPaddingCharacter = v),
            Scope.CSV),
    MAX_FILE_SIZE(
            "MaxFileSize",
            Type.KILOBYTES,
            required(
                    WireType.kilobytes().zeroIsUnset(),
                    S3TargetDefaults.MAX_FILE_SIZE,
                    S3TargetSettings::maxFileSize,
                    (b, v) -> b.maxFileSize = v),
            Scope.FULL_LOAD),
    CDC_MAX_BATCH_INTERVAL(
            "CdcMaxBatchInterval",
            Type.SECONDS,
            required(
                    WireType.seconds(),
                    S3TargetDefaults.CDC_MAX_BATCH_INTERVAL,
                    S3TargetSettings::cdcMaxBatchInterval,
                    (b, v) -> b.cdcMaxBatchInterval = v),
            Scope.CDC),
    CDC_MIN_FILE_SIZE(
            "CdcMinFileSize",
            Type.KILOBYTES,
            required(
                    WireType.kilobytes(),
                    S3TargetDefaults.CDC_MIN_FILE_SIZE,
                    S3TargetSettings::cdcMinFileSize,
                    (b, v) -> b.cdcMinFileSize = v),
            Scope.CDC),
    /** Tasks take it from the connection attribute {@code CdcPath} only, so it has to be given there too. */
    CDC_PATH(
            "CdcPath",
            Type.TEXT,
            optional(
                    WireType.name(),
                    S3TargetSettings::cdcPath,
                    (b, v) -> b.cdcPath = S3TargetSettings.Builder.withoutOuterSlashes(v)),
            Scope.CDC),
    PRESERVE_TRANSACTIONS(
            "PreserveTransactions",
            Type.FLAG,
            flag(false, S3TargetSettings::preserveTransactions, (b, v) -> b.preserveTransactions = v),
            Scope.CDC),
    CDC_INSERTS_ONLY(
            "CdcInsertsOnly",
            Type.FLAG,
            flag(false, S3TargetSettings::cdcInsertsOnly, (b, v) -> b.cdcInsertsOnly = v),
            Scope.CDC),
    CDC_INSERTS_AND_UPDATES(
            "CdcInsertsAndUpdates",
            Type.FLAG,
            flag(false, S3TargetSettings::cdcInsertsAndUpdates, (b, v) -> b.cdcInsertsAndUpdates = v),
            Scope.CDC),
    INCLUDE_OP_FOR_FULL_LOAD(
            "IncludeOpForFullLoad",
            Type.FLAG,
            flag(false, S3TargetSettings::includeOpForFullLoad, (b, v) -> b.includeOpForFullLoad = v),
            Scope.FULL_LOAD),
    TIMESTAMP_COLUMN_NAME(
            "TimestampColumnName",
            Type.TEXT,
            optional(WireType.name(), S3TargetSettings::timestampColumnName, (b, v) -> b.timestampColumnName = v)),
    USE_TASK_START_TIME_FOR_FULL_LOAD_TIMESTAMP(
            "UseTaskStartTimeForFullLoadTimestamp",
            Type.FLAG,
            flag(
                    false,
                    S3TargetSettings::useTaskStartTimeForFullLoadTimestamp,
                    (b, v) -> b.useTaskStartTimeForFullLoadTimestamp = v),
            Scope.FULL_LOAD),
    DATE_PARTITION_ENABLED(
            "DatePartitionEnabled",
            Type.FLAG,
            flag(false, S3TargetSettings::datePartitionEnabled, (b, v) -> b.datePartitionEnabled = v),
            Scope.CDC),
    DATE_PARTITION_SEQUENCE(
            "DatePartitionSequence",
            Type.CONSTANT,
            required(
                    WireType.constant(DatePartitionSequence::parse, DatePartitionSequence::wireValue),
                    S3TargetDefaults.DATE_PARTITION_SEQUENCE,
                    S3TargetSettings::datePartitionSequence,
                    (b, v) -> b.datePartitionSequence = v),
            Scope.CDC),
    DATE_PARTITION_DELIMITER(
            "DatePartitionDelimiter",
            Type.CONSTANT,
            required(
                    WireType.constant(DatePartitionDelimiter::parse, DatePartitionDelimiter::wireValue),
                    S3TargetDefaults.DATE_PARTITION_DELIMITER,
                    S3TargetSettings::datePartitionDelimiter,
                    (b, v) -> b.datePartitionDelimiter = v),
            Scope.CDC),
    DATE_PARTITION_TIMEZONE(
            "DatePartitionTimezone",
            Type.TIME_ZONE,
            required(
                    WireType.zone(),
                    S3TargetDefaults.DATE_PARTITION_TIMEZONE,
                    S3TargetSettings::datePartitionTimezone,
                    (b, v) -> b.datePartitionTimezone = v),
            Scope.CDC),
    PARQUET_VERSION(
            "ParquetVersion",
            Type.CONSTANT,
            required(
                    WireType.constant(ParquetVersion::parse, ParquetVersion::wireValue),
                    S3TargetDefaults.PARQUET_VERSION,
                    S3TargetSettings::parquetVersion,
                    (b, v) -> b.parquetVersion = v),
            Scope.PARQUET),
    PARQUET_TIMESTAMP_IN_MILLISECOND(
            "ParquetTimestampInMillisecond",
            Type.FLAG,
            flag(false, S3TargetSettings::parquetTimestampInMillisecond, (b, v) -> b.parquetTimestampInMillisecond = v),
            Scope.PARQUET),
    ENCODING_TYPE(
            "EncodingType",
            Type.CONSTANT,
            optional(
                    WireType.constant(EncodingType::parse, EncodingType::wireValue),
                    S3TargetSettings::encodingType,
                    (b, v) -> b.encodingType = v),
            Scope.PARQUET),
    DICT_PAGE_SIZE_LIMIT(
            "DictPageSizeLimit",
            Type.BYTES,
            required(
                    WireType.bytes().zeroIsUnset(),
                    S3TargetDefaults.DICT_PAGE_SIZE_LIMIT,
                    S3TargetSettings::dictPageSizeLimit,
                    (b, v) -> b.dictPageSizeLimit = v),
            Scope.PARQUET),
    DATA_PAGE_SIZE(
            "DataPageSize",
            Type.BYTES,
            required(
                    WireType.bytes().zeroIsUnset(),
                    S3TargetDefaults.DATA_PAGE_SIZE,
                    S3TargetSettings::dataPageSize,
                    (b, v) -> b.dataPageSize = v),
            Scope.PARQUET),
    ROW_GROUP_LENGTH(
            "RowGroupLength",
            Type.COUNT,
            required(
                    WireType.count().zeroIsUnset(),
                    S3TargetDefaults.ROW_GROUP_LENGTH,
                    S3TargetSettings::rowGroupLength,
                    (b, v) -> b.rowGroupLength = v),
            Scope.PARQUET),
    ENABLE_STATISTICS(
            "EnableStatistics",
            Type.FLAG,
            flag(true, S3TargetSettings::enableStatistics, (b, v) -> b.enableStatistics = v),
            Scope.PARQUET),
    ENCRYPTION_MODE(
            "EncryptionMode",
            Type.CONSTANT,
            required(
                    WireType.constant(EncryptionMode::parse, EncryptionMode::wireValue),
                    S3TargetDefaults.ENCRYPTION_MODE,
                    S3TargetSettings::encryptionMode,
                    (b, v) -> b.encryptionMode = v)),
    /** CreateEndpoint has been seen to ignore it: it is to be sent again with ModifyEndpoint. */
    SERVER_SIDE_ENCRYPTION_KMS_KEY_ID(
            "ServerSideEncryptionKmsKeyId",
            Type.TEXT,
            optional(
                    WireType.name(),
                    S3TargetSettings::serverSideEncryptionKmsKeyId,
                    (b, v) -> b.serverSideEncryptionKmsKeyId = v)),
    CANNED_ACL_FOR_OBJECTS(
            "CannedAclForObjects",
            Type.CONSTANT,
            required(
                    WireType.constant(CannedAcl::parse, CannedAcl::wireValue),
                    S3TargetDefaults.CANNED_ACL_FOR_OBJECTS,
                    S3TargetSettings::cannedAclForObjects,
                    (b, v) -> b.cannedAclForObjects = v)),
    EXPECTED_BUCKET_OWNER(
            "ExpectedBucketOwner",
            Type.TEXT,
            optional(WireType.name(), S3TargetSettings::expectedBucketOwner, (b, v) -> b.expectedBucketOwner = v)),
    GLUE_CATALOG_GENERATION(
            "GlueCatalogGeneration",
            Type.FLAG,
            flag(false, S3TargetSettings::glueCatalogGeneration, (b, v) -> b.glueCatalogGeneration = v)),
    EXTERNAL_TABLE_DEFINITION(
            "ExternalTableDefinition",
            Type.TEXT,
            optional(
                    WireType.name(),
                    S3TargetSettings::externalTableDefinition,
                    (b, v) -> b.externalTableDefinition = v),
            Scope.SOURCE),
    IGNORE_HEADER_ROWS(
            "IgnoreHeaderRows",
            Type.COUNT,
            required(
                    WireType.count(),
                    S3TargetDefaults.IGNORE_HEADER_ROWS,
                    S3TargetSettings::ignoreHeaderRows,
                    (b, v) -> b.ignoreHeaderRows = v),
            Scope.SOURCE),
    /** Not in the API and not documented; set it only as AWS Support directs. */
    DETACH_TARGET_ON_LOB_LOOKUP_FAILURE_PARQUET(
            "detachTargetOnLobLookupFailureParquet",
            Type.FLAG,
            optional(
                    WireType.flag(),
                    S3TargetSettings::detachTargetOnLobLookupFailureParquet,
                    (b, v) -> b.detachTargetOnLobLookupFailureParquet = v),
            Scope.PARQUET);

    /** What a value is in the API, and in which unit. */
    public enum Type {
        TEXT,
        /** A text out of a few. */
        CONSTANT,
        /** A text such as {@code Europe/Berlin}. */
        TIME_ZONE,
        FLAG,
        COUNT,
        SECONDS,
        BYTES,
        /** Of 1,024 bytes. */
        KILOBYTES
    }

    /** What an attribute is limited to. */
    public enum Scope {
        CSV,
        PARQUET,
        FULL_LOAD,
        CDC,
        /** Endpoints that read from S3. The service reports the attribute for targets too, where it has no effect. */
        SOURCE
    }

    private final String name;
    private final Type type;
    private final Binding<?> binding;
    private final Set<Scope> scopes;

    S3Attribute(String name, Type type, Binding<?> binding, Scope... scopes) {
        this.name = name;
        this.type = type;
        this.binding = binding;
        this.scopes = Set.copyOf(Arrays.asList(scopes));
    }

    /** The name in the API, the command line and CloudFormation, e.g. {@code CdcMinFileSize}; empty if the API lacks it. */
    public Optional<String> apiName() {
        return inApi() ? Optional.of(name) : Optional.empty();
    }

    /** The name of the extra connection attribute, e.g. {@code cdcMinFileSize}; empty if the service refuses it as one. */
    public Optional<String> connectionAttribute() {
        if (this == COMPRESSION_TYPE) {
            return Optional.empty();
        }
        return Optional.of(this == CDC_PATH ? name : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1));
    }

    /** The name in Terraform's {@code aws_dms_s3_endpoint}, e.g. {@code cdc_min_file_size}. */
    public String terraformName() {
        return this == RFC4180 ? "rfc_4180" : name().toLowerCase(Locale.ROOT);
    }

    public Type type() {
        return type;
    }

    /** What the attribute is limited to; empty if it applies to every file. */
    public Set<Scope> scopes() {
        return scopes;
    }

    /** What DMS does if it is not set, as the API writes it: a {@link Boolean}, a {@link Long} or a {@link String}; empty if nothing. */
    public Optional<Object> defaultValue() {
        return Optional.ofNullable(binding.defaultValue());
    }

    /**
     * The value as the API writes it, a {@link Boolean}, a {@link Long} or a {@link String}; empty if it is DMS's
     * default or not set.
     */
    public Optional<Object> valueIn(S3TargetSettings settings) {
        return Optional.ofNullable(binding.write(settings));
    }

    /** As it is written in the JSON form of the settings. */
    String jsonName() {
        return name;
    }

    boolean inApi() {
        return this != DETACH_TARGET_ON_LOB_LOOKUP_FAILURE_PARQUET;
    }

    void read(JsonNode value, S3TargetSettings.Builder builder, WireType.Wrong wrong) {
        binding.read(value, builder, wrong);
    }

    static Map<S3Attribute, Object> valuesOf(S3TargetSettings settings) {
        Map<S3Attribute, Object> values = new EnumMap<>(S3Attribute.class);
        for (S3Attribute attribute : values()) {
            attribute.valueIn(settings).ifPresent(value -> values.put(attribute, value));
        }
        return values;
    }

    /** Those that are of use only with a format. */
    static Set<S3Attribute> limitedTo(Scope format) {
        Set<S3Attribute> limited = EnumSet.noneOf(S3Attribute.class);
        for (S3Attribute attribute : values()) {
            if (attribute.scopes.contains(format)) {
                limited.add(attribute);
            }
        }
        return limited;
    }

    private static <T> Binding<T> required(
            WireType<T> type,
            T otherwise,
            Function<S3TargetSettings, T> getter,
            BiConsumer<S3TargetSettings.Builder, T> setter) {
        return new Binding<>(type, otherwise, settings -> Optional.of(getter.apply(settings)), setter);
    }

    private static Binding<Boolean> flag(
            boolean otherwise,
            Function<S3TargetSettings, Boolean> getter,
            BiConsumer<S3TargetSettings.Builder, Boolean> setter) {
        return required(WireType.flag(), otherwise, getter, setter);
    }

    private static <T> Binding<T> optional(
            WireType<T> type,
            Function<S3TargetSettings, Optional<T>> getter,
            BiConsumer<S3TargetSettings.Builder, T> setter) {
        return new Binding<>(type, null, getter, setter);
    }

    /** Ties an attribute to the settings and their builder. */
    private record Binding<T>(
            WireType<T> type,
            @Nullable T otherwise,
            Function<S3TargetSettings, Optional<T>> getter,
            BiConsumer<S3TargetSettings.Builder, T> setter) {
        @Nullable
        Object defaultValue() {
            return otherwise == null || otherwise.equals("") ? null : type.write(requireNonNull(otherwise));
        }

        @Nullable
        Object write(S3TargetSettings settings) {
            return getter.apply(settings)
                    .filter(value -> !value.equals(otherwise))
                    .map(type::write)
                    .orElse(null);
        }

        void read(JsonNode node, S3TargetSettings.Builder builder, WireType.Wrong wrong) {
            T value = type.read(node, wrong);
            if (value != null) {
                setter.accept(builder, value);
            }
        }
    }
}
