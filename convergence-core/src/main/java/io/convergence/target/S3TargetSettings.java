package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a DMS endpoint that writes to S3 (DMS API, "S3Settings"; DMS guide, "Using Amazon S3 as a target").
 * Attributes have DMS's names; what is not set has the value of {@link S3TargetDefaults}. Immutable and thread-safe.
 */
public sealed interface S3TargetSettings permits S3TargetValues {
    /** Attribute {@code ServiceAccessRoleArn}. The role DMS takes on to write to the bucket. */
    Optional<String> serviceAccessRoleArn();

    /** Attribute {@code BucketName}. The bucket, in the region of the replication instance. */
    String bucketName();

    /**
     * Attribute {@code BucketFolder}. The folder in the bucket below which DMS writes {@code schema/table/}, without
     * slashes at its ends; empty if none.
     */
    String bucketFolder();

    /** Attribute {@code DataFormat}. With {@link #preserveTransactions} DMS writes CSV regardless. */
    DataFormat dataFormat();

    /** Attribute {@code CompressionType}. GZIP compresses a CSV file as a whole, and Parquet inside the file. */
    CompressionType compressionType();

    /** Attribute {@code CsvDelimiter}. */
    String csvDelimiter();

    /** Attribute {@code CsvRowDelimiter}. */
    String csvRowDelimiter();

    /**
     * Attribute {@code CsvNullValue}. The text that stands for null. Where it is not set, the guide says {@code NULL}
     * and real files hold nothing at all.
     */
    Optional<String> csvNullValue();

    /**
     * Attribute {@code CsvNoSupValue}. The text for columns that the source did not log; written only with {@link
     * #useCsvNoSupValue}.
     */
    Optional<String> csvNoSupValue();

    /** Attribute {@code UseCsvNoSupValue}. */
    boolean useCsvNoSupValue();

    /** Attribute {@code Rfc4180}. Whether fields with quotes, delimiters or line ends are quoted. */
    boolean rfc4180();

    /** Attribute {@code AddColumnName}. Whether CSV files begin with a header row. */
    boolean addColumnName();

    /** Attribute {@code AddTrailingPaddingCharacter}. */
    boolean addTrailingPaddingCharacter();

    /** Attribute {@code MaxFileSize}. The largest CSV file of a full load, 1 KB to 1 GB; for Parquet its effect is not documented. */
    DataSize maxFileSize();

    /**
     * Attribute {@code CdcMaxBatchInterval}. The longest time DMS buffers the changes of a table, counted from the
     * first one in the buffer. Whole seconds, 0 or more.
     */
    Duration cdcMaxBatchInterval();

    /**
     * Attribute {@code CdcMinFileSize}. The size of the buffered rows of a table at which DMS writes a file before the
     * interval has passed. Whole kilobytes, 0 or more.
     */
    DataSize cdcMinFileSize();

    /** Attribute {@code CdcPath}. The folder of the files that {@link #preserveTransactions} makes. */
    Optional<String> cdcPath();

    /**
     * Attribute {@code PreserveTransactions}. Whether changes of all tables are written to common CSV files in
     * transaction order.
     */
    boolean preserveTransactions();

    /** Attribute {@code CdcInsertsOnly}. Whether only inserts are written: updates and deletes are lost. */
    boolean cdcInsertsOnly();

    /** Attribute {@code CdcInsertsAndUpdates}. Whether deletes are left out. */
    boolean cdcInsertsAndUpdates();

    /** Attribute {@code IncludeOpForFullLoad}. Whether full-load files have the column {@code Op}. */
    boolean includeOpForFullLoad();

    /**
     * Attribute {@code TimestampColumnName}. The column that holds a change's commit time, and for full-load rows
     * their arrival time.
     */
    Optional<String> timestampColumnName();

    /**
     * Attribute {@code UseTaskStartTimeForFullLoadTimestamp}. Whether full-load rows carry the start of the task in
     * place of their arrival time, which rule S5 needs.
     */
    boolean useTaskStartTimeForFullLoadTimestamp();

    /** Attribute {@code DatePartitionEnabled}. Whether CDC files are written to folders named after the date. */
    boolean datePartitionEnabled();

    /** Attribute {@code DatePartitionSequence}. */
    DatePartitionSequence datePartitionSequence();

    /** Attribute {@code DatePartitionDelimiter}. */
    DatePartitionDelimiter datePartitionDelimiter();

    /**
     * Attribute {@code DatePartitionTimezone}. The zone of the date folders and, if it is set, of the times in the
     * names of CDC files.
     */
    ZoneId datePartitionTimezone();

    /** Attribute {@code ParquetVersion}. */
    ParquetVersion parquetVersion();

    /** Attribute {@code ParquetTimestampInMillisecond}. Whether DATETIME columns are cut to milliseconds. */
    boolean parquetTimestampInMillisecond();

    /**
     * Attribute {@code EncodingType}. Empty if not set: {@link S3TargetDefaults#ENCODING_TYPE} by the documentation,
     * plain by what real files show.
     */
    Optional<EncodingType> encodingType();

    /** Attribute {@code DictPageSizeLimit}. The size of a dictionary above which a column is written plain. */
    DataSize dictPageSizeLimit();

    /** Attribute {@code DataPageSize}. */
    DataSize dataPageSize();

    /** Attribute {@code RowGroupLength}. Rows of a row group, 1 to 67,108,864. */
    int rowGroupLength();

    /** Attribute {@code EnableStatistics}. */
    boolean enableStatistics();

    /** Attribute {@code EncryptionMode}. */
    EncryptionMode encryptionMode();

    /** Attribute {@code ServerSideEncryptionKmsKeyId}. The key for {@link EncryptionMode#SSE_KMS}. */
    Optional<String> serverSideEncryptionKmsKeyId();

    /** Attribute {@code CannedAclForObjects}. */
    CannedAcl cannedAclForObjects();

    /** Attribute {@code ExpectedBucketOwner}. The 12-digit account that must own the bucket, or requests fail. */
    Optional<String> expectedBucketOwner();

    /** Attribute {@code GlueCatalogGeneration}. Whether DMS also keeps a Glue catalog of what it writes. */
    boolean glueCatalogGeneration();

    /** Attribute {@code ExternalTableDefinition}, for endpoints that read from S3; without effect here. */
    Optional<String> externalTableDefinition();

    /** Attribute {@code IgnoreHeaderRows}, for endpoints that read from S3; without effect here. 0 or 1. */
    int ignoreHeaderRows();

    /**
     * Connection attribute {@code detachTargetOnLobLookupFailureParquet}, which the API lacks and no documentation
     * explains: set it only as AWS Support directs. Empty if not set.
     */
    Optional<Boolean> detachTargetOnLobLookupFailureParquet();

    /** A builder with DMS's defaults. */
    static Builder builder() {
        return new Builder();
    }

    /** Settings made in one expression, e.g. {@code S3TargetSettings.of(s -> s.bucketName("lake").dataFormat(DataFormat.PARQUET))}. */
    static S3TargetSettings of(Consumer<Builder> settings) {
        Builder builder = builder();
        settings.accept(builder);
        return builder.build();
    }

    /**
     * Reads a JSON object with the attribute names of the API. Null is the same as absent; values are read in any of AWS's
     * spellings, numbers and flags as texts too. Other names are refused. Where 0 is no legal value it is read as not set,
     * because the service and Terraform's state report unset numbers so; for {@code CdcMinFileSize} and {@code
     * CdcMaxBatchInterval}, where it is legal, it is kept, and {@link #validate} mentions the doubt.
     *
     * @throws InvalidConfigurationException if the text is not of that form, or the settings contradict each other
     */
    static S3TargetSettings parse(String json) {
        return S3TargetJson.parse(requireNonNull(json, "json"));
    }

    /**
     * Settings from attributes, as another model of AWS's holds them.
     *
     * @param values what is set: each a {@link Boolean}, a whole number in the unit of the API, or a text
     * @throws InvalidConfigurationException if a value is not one of its attribute, or the settings contradict each other
     */
    static S3TargetSettings from(Map<S3Attribute, ?> values) {
        return S3TargetJson.from(values);
    }

    /**
     * Settings of an endpoint from its two parts, as another model of AWS's holds them; see {@link #parseEndpoint}.
     *
     * @param values as {@link #from(Map)} takes them
     * @param connectionAttributes as {@link #parseConnectionAttributes} takes them; may be empty
     * @throws InvalidConfigurationException if a value is not one of its attribute, the two parts give an attribute different
     *     values, or the settings contradict each other
     */
    static S3TargetSettings from(Map<S3Attribute, ?> values, String connectionAttributes) {
        return S3Endpoint.read(values, requireNonNull(connectionAttributes, "connectionAttributes"));
    }

    /**
     * Reads extra connection attributes, e.g. {@code bucketName=lake;dataFormat=parquet;}. Upper and lower case of names do
     * not matter. A semicolon between braces does not end a value.
     *
     * @throws InvalidConfigurationException if the text is not of that form, or the settings contradict each other
     */
    static S3TargetSettings parseConnectionAttributes(String text) {
        return S3ConnectionAttributes.parse(requireNonNull(text, "text"));
    }

    /**
     * Reads an endpoint: what {@link #toCreateEndpointInput} writes, or what {@code aws dms describe-endpoints} prints if it
     * holds one endpoint. Its {@code S3Settings} and its {@code ExtraConnectionAttributes} are read together.
     *
     * @throws InvalidConfigurationException if the text is not of that form, the endpoint is a source or not one of S3, its
     *     two parts give an attribute different values, or the settings contradict each other
     */
    static S3TargetSettings parseEndpoint(String json) {
        return S3Endpoint.parse(requireNonNull(json, "json"));
    }

    /**
     * The attributes that differ from DMS's defaults, as JSON with the names of the API; {@link #parse} reads it to equal
     * settings. What the API lacks stands there under the name of the connection attribute, and is not to be sent so: see
     * {@link #toCreateEndpointInput}.
     */
    String toJson();

    /**
     * The attributes that differ from DMS's defaults, as extra connection attributes; {@link #parseConnectionAttributes}
     * reads them to equal settings.
     *
     * @throws InvalidConfigurationException with all attributes that cannot be given so: {@code CompressionType}, which the
     *     service refuses there, and values with a semicolon or an unpaired brace, for which no way to write them is
     *     documented
     */
    String toConnectionAttributes();

    /**
     * The input of {@code aws dms create-endpoint --cli-input-json}. What tasks take from connection attributes only is
     * given there: {@code CdcPath}, and the one attribute that the API lacks.
     *
     * @param endpointIdentifier the name of the endpoint, e.g. {@code lake-target}
     * @throws IllegalArgumentException if it is no name: 1 to 255 letters, digits and single hyphens, beginning with a
     *     letter and not ending with a hyphen
     */
    String toCreateEndpointInput(String endpointIdentifier);

    /** The attributes that differ from DMS's defaults, in their order; values as {@link S3Attribute#valueIn} gives them. */
    default Map<S3Attribute, Object> attributes() {
        return S3Attribute.valuesOf(this);
    }

    /** What is doubtful about these settings, in the order of the attributes. Errors are not among them: {@link Builder#build} refuses those. */
    List<Finding> validate();

    /** {@link #validate()}, and what is wrong or doubtful given what stands around the target. */
    default List<Finding> validate(TargetSurroundings surroundings) {
        return S3TargetChecks.findings(this, requireNonNull(surroundings, "surroundings"));
    }

    Builder toBuilder();

    /** Collects attributes. Options that only make sense together stand in groups. Not thread-safe. */
    final class Builder {
        @Nullable
        String serviceAccessRoleArn;

        String bucketName = "";
        String bucketFolder = S3TargetDefaults.BUCKET_FOLDER;
        DataFormat dataFormat = S3TargetDefaults.DATA_FORMAT;
        CompressionType compressionType = S3TargetDefaults.COMPRESSION_TYPE;
        String csvDelimiter = S3TargetDefaults.CSV_DELIMITER;
        String csvRowDelimiter = S3TargetDefaults.CSV_ROW_DELIMITER;

        @Nullable
        String csvNullValue;

        @Nullable
        String csvNoSupValue;

        boolean useCsvNoSupValue = false;
        boolean rfc4180 = true;
        boolean addColumnName = false;
        boolean addTrailingPaddingCharacter = false;
        DataSize maxFileSize = S3TargetDefaults.MAX_FILE_SIZE;
        Duration cdcMaxBatchInterval = S3TargetDefaults.CDC_MAX_BATCH_INTERVAL;
        DataSize cdcMinFileSize = S3TargetDefaults.CDC_MIN_FILE_SIZE;

        @Nullable
        String cdcPath;

        boolean preserveTransactions = false;
        boolean cdcInsertsOnly = false;
        boolean cdcInsertsAndUpdates = false;
        boolean includeOpForFullLoad = false;

        @Nullable
        String timestampColumnName;

        boolean useTaskStartTimeForFullLoadTimestamp = false;
        boolean datePartitionEnabled = false;
        DatePartitionSequence datePartitionSequence = S3TargetDefaults.DATE_PARTITION_SEQUENCE;
        DatePartitionDelimiter datePartitionDelimiter = S3TargetDefaults.DATE_PARTITION_DELIMITER;
        ZoneId datePartitionTimezone = S3TargetDefaults.DATE_PARTITION_TIMEZONE;
        ParquetVersion parquetVersion = S3TargetDefaults.PARQUET_VERSION;
        boolean parquetTimestampInMillisecond = false;

        @Nullable
        EncodingType encodingType;

        DataSize dictPageSizeLimit = S3TargetDefaults.DICT_PAGE_SIZE_LIMIT;
        DataSize dataPageSize = S3TargetDefaults.DATA_PAGE_SIZE;
        int rowGroupLength = S3TargetDefaults.ROW_GROUP_LENGTH;
        boolean enableStatistics = true;
        EncryptionMode encryptionMode = S3TargetDefaults.ENCRYPTION_MODE;

        @Nullable
        String serverSideEncryptionKmsKeyId;

        CannedAcl cannedAclForObjects = S3TargetDefaults.CANNED_ACL_FOR_OBJECTS;

        @Nullable
        String expectedBucketOwner;

        boolean glueCatalogGeneration = false;

        @Nullable
        String externalTableDefinition;

        int ignoreHeaderRows = S3TargetDefaults.IGNORE_HEADER_ROWS;

        @Nullable
        Boolean detachTargetOnLobLookupFailureParquet;

        private Builder() {}

        Builder(S3TargetSettings from) {
            serviceAccessRoleArn = from.serviceAccessRoleArn().orElse(null);
            bucketName = from.bucketName();
            bucketFolder = from.bucketFolder();
            dataFormat = from.dataFormat();
            compressionType = from.compressionType();
            csvDelimiter = from.csvDelimiter();
            csvRowDelimiter = from.csvRowDelimiter();
            csvNullValue = from.csvNullValue().orElse(null);
            csvNoSupValue = from.csvNoSupValue().orElse(null);
            useCsvNoSupValue = from.useCsvNoSupValue();
            rfc4180 = from.rfc4180();
            addColumnName = from.addColumnName();
            addTrailingPaddingCharacter = from.addTrailingPaddingCharacter();
            maxFileSize = from.maxFileSize();
            cdcMaxBatchInterval = from.cdcMaxBatchInterval();
            cdcMinFileSize = from.cdcMinFileSize();
            cdcPath = from.cdcPath().orElse(null);
            preserveTransactions = from.preserveTransactions();
            cdcInsertsOnly = from.cdcInsertsOnly();
            cdcInsertsAndUpdates = from.cdcInsertsAndUpdates();
            includeOpForFullLoad = from.includeOpForFullLoad();
            timestampColumnName = from.timestampColumnName().orElse(null);
            useTaskStartTimeForFullLoadTimestamp = from.useTaskStartTimeForFullLoadTimestamp();
            datePartitionEnabled = from.datePartitionEnabled();
            datePartitionSequence = from.datePartitionSequence();
            datePartitionDelimiter = from.datePartitionDelimiter();
            datePartitionTimezone = from.datePartitionTimezone();
            parquetVersion = from.parquetVersion();
            parquetTimestampInMillisecond = from.parquetTimestampInMillisecond();
            encodingType = from.encodingType().orElse(null);
            dictPageSizeLimit = from.dictPageSizeLimit();
            dataPageSize = from.dataPageSize();
            rowGroupLength = from.rowGroupLength();
            enableStatistics = from.enableStatistics();
            encryptionMode = from.encryptionMode();
            serverSideEncryptionKmsKeyId = from.serverSideEncryptionKmsKeyId().orElse(null);
            cannedAclForObjects = from.cannedAclForObjects();
            expectedBucketOwner = from.expectedBucketOwner().orElse(null);
            glueCatalogGeneration = from.glueCatalogGeneration();
            externalTableDefinition = from.externalTableDefinition().orElse(null);
            ignoreHeaderRows = from.ignoreHeaderRows();
            detachTargetOnLobLookupFailureParquet =
                    from.detachTargetOnLobLookupFailureParquet().orElse(null);
        }

        public Builder serviceAccessRoleArn(String arn) {
            serviceAccessRoleArn = requireNonNull(arn, "arn");
            return this;
        }

        public Builder bucketName(String name) {
            bucketName = requireNonNull(name, "name");
            return this;
        }

        /** Slashes at the ends are taken off. */
        public Builder bucketFolder(String folder) {
            bucketFolder = withoutOuterSlashes(requireNonNull(folder, "folder"));
            return this;
        }

        public Builder dataFormat(DataFormat format) {
            dataFormat = requireNonNull(format, "format");
            return this;
        }

        public Builder compressionType(CompressionType type) {
            compressionType = requireNonNull(type, "type");
            return this;
        }

        public Builder includeOpForFullLoad() {
            includeOpForFullLoad = true;
            return this;
        }

        /** Full-load files without the column {@code Op}, DMS's default. */
        public Builder omitOpForFullLoad() {
            includeOpForFullLoad = false;
            return this;
        }

        public Builder timestampColumnName(String name) {
            timestampColumnName = requireNonNull(name, "name");
            return this;
        }

        /** No timestamp column, DMS's default. */
        public Builder withoutTimestampColumn() {
            timestampColumnName = null;
            return this;
        }

        public Builder useTaskStartTimeForFullLoadTimestamp() {
            useTaskStartTimeForFullLoadTimestamp = true;
            return this;
        }

        /** Full-load rows carry their arrival time, DMS's default. */
        public Builder useArrivalTimeForFullLoadTimestamp() {
            useTaskStartTimeForFullLoadTimestamp = false;
            return this;
        }

        /** 1 KB to 1 GB, in whole kilobytes. */
        public Builder maxFileSize(DataSize size) {
            maxFileSize = requireNonNull(size, "size");
            return this;
        }

        public Builder cannedAclForObjects(CannedAcl acl) {
            cannedAclForObjects = requireNonNull(acl, "acl");
            return this;
        }

        public Builder expectedBucketOwner(String account) {
            expectedBucketOwner = requireNonNull(account, "account");
            return this;
        }

        public Builder glueCatalogGeneration() {
            glueCatalogGeneration = true;
            return this;
        }

        /** No Glue catalog, DMS's default. */
        public Builder withoutGlueCatalogGeneration() {
            glueCatalogGeneration = false;
            return this;
        }

        /** Options of CSV files. */
        public Builder csv(Consumer<Csv> options) {
            options.accept(new Csv());
            return this;
        }

        /** Options of Parquet files. */
        public Builder parquet(Consumer<Parquet> options) {
            options.accept(new Parquet());
            return this;
        }

        /** Options of the files that hold changes. */
        public Builder cdc(Consumer<Cdc> options) {
            options.accept(new Cdc());
            return this;
        }

        /** Switches date partitioning on; what the options do not set has DMS's defaults. */
        public Builder datePartition(Consumer<DatePartition> options) {
            datePartitionEnabled = true;
            options.accept(new DatePartition());
            return this;
        }

        public Builder withoutDatePartition() {
            datePartitionEnabled = false;
            datePartitionSequence = S3TargetDefaults.DATE_PARTITION_SEQUENCE;
            datePartitionDelimiter = S3TargetDefaults.DATE_PARTITION_DELIMITER;
            datePartitionTimezone = S3TargetDefaults.DATE_PARTITION_TIMEZONE;
            return this;
        }

        public Builder encryption(Consumer<Encryption> options) {
            options.accept(new Encryption());
            return this;
        }

        /** What is wrong or doubtful so far, in the order of the attributes. */
        public List<Finding> validate() {
            return S3TargetChecks.findings(values());
        }

        /**
         * The settings, if {@link #validate} finds no error in them.
         *
         * @throws InvalidConfigurationException with all errors, if there are any
         */
        public S3TargetSettings build() {
            List<Finding> errors = validate().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .toList();
            if (!errors.isEmpty()) {
                throw new InvalidConfigurationException("S3 target settings", errors);
            }

            return values();
        }

        S3TargetValues values() {
            return new S3TargetValues(
                    Optional.ofNullable(serviceAccessRoleArn),
                    bucketName,
                    bucketFolder,
                    dataFormat,
                    compressionType,
                    csvDelimiter,
                    csvRowDelimiter,
                    Optional.ofNullable(csvNullValue),
                    Optional.ofNullable(csvNoSupValue),
                    useCsvNoSupValue,
                    rfc4180,
                    addColumnName,
                    addTrailingPaddingCharacter,
                    maxFileSize,
                    cdcMaxBatchInterval,
                    cdcMinFileSize,
                    Optional.ofNullable(cdcPath),
                    preserveTransactions,
                    cdcInsertsOnly,
                    cdcInsertsAndUpdates,
                    includeOpForFullLoad,
                    Optional.ofNullable(timestampColumnName),
                    useTaskStartTimeForFullLoadTimestamp,
                    datePartitionEnabled,
                    datePartitionSequence,
                    datePartitionDelimiter,
                    datePartitionTimezone,
                    parquetVersion,
                    parquetTimestampInMillisecond,
                    Optional.ofNullable(encodingType),
                    dictPageSizeLimit,
                    dataPageSize,
                    rowGroupLength,
                    enableStatistics,
                    encryptionMode,
                    Optional.ofNullable(serverSideEncryptionKmsKeyId),
                    cannedAclForObjects,
                    Optional.ofNullable(expectedBucketOwner),
                    glueCatalogGeneration,
                    Optional.ofNullable(externalTableDefinition),
                    ignoreHeaderRows,
                    Optional.ofNullable(detachTargetOnLobLookupFailureParquet));
        }

        static String withoutOuterSlashes(String folder) {
            return folder.replaceAll("^/+|/+$", "");
        }

        /** Attributes of CSV files. */
        public final class Csv {
            private Csv() {}

            public Csv delimiter(String text) {
                csvDelimiter = requireNonNull(text, "text");
                return this;
            }

            /** The delimiter itself, e.g. a line feed, not the two characters that AWS's tools want for it. */
            public Csv rowDelimiter(String text) {
                csvRowDelimiter = requireNonNull(text, "text");
                return this;
            }

            /** May be empty. */
            public Csv nullValue(String text) {
                csvNullValue = requireNonNull(text, "text");
                return this;
            }

            /** Writes this text for columns the source did not log: sets {@code CsvNoSupValue} and {@code UseCsvNoSupValue}. */
            public Csv noSupValue(String text) {
                csvNoSupValue = requireNonNull(text, "text");
                useCsvNoSupValue = true;
                return this;
            }

            /** Writes fields as they are, which cannot be read back where they hold a delimiter. */
            public Csv withoutRfc4180() {
                rfc4180 = false;
                return this;
            }

            /** Null and unlogged values as DMS writes them if nothing is set for them. */
            public Csv withoutMarkers() {
                csvNullValue = null;
                csvNoSupValue = null;
                useCsvNoSupValue = false;
                return this;
            }

            /** Quotes fields where it is needed, DMS's default. */
            public Csv rfc4180() {
                rfc4180 = true;
                return this;
            }

            public Csv addColumnName() {
                addColumnName = true;
                return this;
            }

            /** No header row, DMS's default. */
            public Csv omitColumnName() {
                addColumnName = false;
                return this;
            }

            public Csv addTrailingPaddingCharacter() {
                addTrailingPaddingCharacter = true;
                return this;
            }
        }

        /** Attributes of Parquet files. */
        public final class Parquet {
            private Parquet() {}

            public Parquet version(ParquetVersion version) {
                parquetVersion = requireNonNull(version, "version");
                return this;
            }

            public Parquet timestampInMillisecond() {
                parquetTimestampInMillisecond = true;
                return this;
            }

            public Parquet encodingType(EncodingType type) {
                encodingType = requireNonNull(type, "type");
                return this;
            }

            public Parquet dictPageSizeLimit(DataSize size) {
                dictPageSizeLimit = requireNonNull(size, "size");
                return this;
            }

            public Parquet dataPageSize(DataSize size) {
                dataPageSize = requireNonNull(size, "size");
                return this;
            }

            /** Rows, 1 to 67,108,864. */
            public Parquet rowGroupLength(int rows) {
                rowGroupLength = rows;
                return this;
            }

            public Parquet withoutStatistics() {
                enableStatistics = false;
                return this;
            }

            /** Only as AWS Support directs: sets {@code detachTargetOnLobLookupFailureParquet}, which is not documented. */
            public Parquet detachTargetOnLobLookupFailure() {
                detachTargetOnLobLookupFailureParquet = true;
                return this;
            }

            /** Sets {@code detachTargetOnLobLookupFailureParquet} to false, which need not be what DMS does if it is not set. */
            public Parquet keepTargetOnLobLookupFailure() {
                detachTargetOnLobLookupFailureParquet = false;
                return this;
            }
        }

        /** Attributes of the files that hold changes. */
        public final class Cdc {
            private Cdc() {}

            /** In whole seconds. */
            public Cdc maxBatchInterval(Duration interval) {
                cdcMaxBatchInterval = requireNonNull(interval, "interval");
                return this;
            }

            /** In whole kilobytes. */
            public Cdc minFileSize(DataSize size) {
                cdcMinFileSize = requireNonNull(size, "size");
                return this;
            }

            /** Writes common CSV files in transaction order to this folder: sets {@code CdcPath} and {@code PreserveTransactions}. */
            public Cdc preserveTransactions(String path) {
                cdcPath = withoutOuterSlashes(requireNonNull(path, "path"));
                preserveTransactions = true;
                return this;
            }

            /** Writes the changes of each table to its own files, DMS's default. */
            public Cdc withoutPreserveTransactions() {
                cdcPath = null;
                preserveTransactions = false;
                return this;
            }

            /** Writes inserts, updates and deletes, DMS's default. */
            public Cdc allOperations() {
                cdcInsertsOnly = false;
                cdcInsertsAndUpdates = false;
                return this;
            }

            public Cdc insertsOnly() {
                cdcInsertsOnly = true;
                return this;
            }

            public Cdc insertsAndUpdates() {
                cdcInsertsAndUpdates = true;
                return this;
            }
        }

        /** Attributes of the folders named after the date. */
        public final class DatePartition {
            private DatePartition() {}

            public DatePartition sequence(DatePartitionSequence sequence) {
                datePartitionSequence = requireNonNull(sequence, "sequence");
                return this;
            }

            public DatePartition delimiter(DatePartitionDelimiter delimiter) {
                datePartitionDelimiter = requireNonNull(delimiter, "delimiter");
                return this;
            }

            /** Shifts the names of CDC files too; a zone with daylight saving makes an hour a year ambiguous (rule S4). */
            public DatePartition timezone(ZoneId zone) {
                datePartitionTimezone = requireNonNull(zone, "zone");
                return this;
            }
        }

        /** Attributes of encryption. */
        public final class Encryption {
            private Encryption() {}

            public Encryption sseS3() {
                encryptionMode = EncryptionMode.SSE_S3;
                serverSideEncryptionKmsKeyId = null;
                return this;
            }

            public Encryption sseKms(String keyArn) {
                encryptionMode = EncryptionMode.SSE_KMS;
                serverSideEncryptionKmsKeyId = requireNonNull(keyArn, "keyArn");
                return this;
            }
        }
    }
}
