package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what DMS writes and how it is to be read, checked together: source, table mappings and target
 * settings. The object that configures DMS is the one that decodes its files. As text it is one portable JSON file, the
 * command line's {@code --spec FILE}:
 *
 * <pre>
 * {"sourceEngine": "postgresql",
 *  "sourceSchema": {... SourceSchema, may be left out ...},
 *  "tableMappings": {"rules": [... as DMS takes them ...]},
 *  "s3Settings": {... attributes with the names of the API ...},
 *  "taskSettings": {... as DMS takes them, may be left out ...},
 *  "migrationType": "full-load-and-cdc", may be left out,
 *  "nullOnUpdate": [{"schema": "public", "table": "orders", "column": "note", "nullMeans": "null"}],
 *  "lobMaxSizeKb": 32, not needed beside task settings,
 *  "controlPrefix": "convergence/control", "outputPrefix": "convergence/output",
 *  "consumer": "library", "versionedBucket": false}
 * </pre>
 *
 * <p>Other names are refused, each with its JSON path and the name that was probably meant.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface ReplicationSpec permits ReplicationSpecValues {
    /** DMS's default of the task setting {@code LobMaxSize}: longer values of LOB columns are cut. */
    DataSize DEFAULT_LOB_MAX_SIZE = DataSize.ofKilobytes(32);

    /** Where the ledger is kept if the spec does not say otherwise. */
    String DEFAULT_CONTROL_PREFIX = "convergence/control";

    /** Where compacted and curated files are kept if the spec does not say otherwise. */
    String DEFAULT_OUTPUT_PREFIX = "convergence/output";

    SourceEngine sourceEngine();

    Optional<SourceSchema> sourceSchema();

    TableMappings tableMappings();

    S3TargetSettings settings();

    /** What a null in an update means, where it differs from what rule S8 makes of the source; names are those of the source. */
    Map<TableId, Map<String, NullOnUpdate>> nullOnUpdate();

    /** The settings of the task, if the spec holds them. */
    Optional<TaskSettings> taskSettings();

    /** What the task does; empty if not said, and then it is checked as one that loads and captures changes. */
    Optional<MigrationType> migrationType();

    /** Task setting {@code LobMaxSize}: that of {@link #taskSettings}, if the spec holds them. */
    DataSize lobMaxSize();

    /** The key prefix of the ledger, without slashes at its ends. */
    String controlPrefix();

    /** The key prefix of compacted and curated files, without slashes at its ends. */
    String outputPrefix();

    /** Who reads the files that DMS writes; it decides what is said of their readability. */
    RawConsumer consumer();

    /** Whether the bucket is known to keep versions. */
    boolean versionedBucket();

    static Builder builder() {
        return new Builder();
    }

    /**
     * A builder preset so that nothing is lost: change sequence {@code dms_seq}, {@code dms_timestamp}, before-images of the
     * key {@code before_...}, Op and arrival times in full-load rows, Parquet, date folders in UTC, files cut after 5
     * minutes or 256 MB of rows, and {@link TaskSettings#forS3} for a task that loads and captures changes. A source and a
     * selection of tables are still to be given.
     *
     * <p>With a source schema whose names no column of DMS takes it has no errors. What {@link #validate} still tells does not come from the settings but from the
     * source, from S3, or from DMS:
     *
     * <ul>
     *   <li>of every source: {@code PREP_MODE_LEAVES_FILES} (a table that is loaded again needs its LOAD files removed by hand;
     *       DMS would remove its changes too) and {@code TRUNCATE_LEAVES_ROWS} (no file tells of a TRUNCATE, rule S14)
     *   <li>of nulls in updates, where the source does not log whole rows (rule S8): {@code NULL_MAY_BE_STALE}, {@code
     *       NULL_TAKEN_AS_UNKNOWN}, and for Oracle {@code ORACLE_COLUMNS_NOT_LOGGED}
     *   <li>of types that lose something on the way (rule S19): {@code LOB_MAY_BE_CUT}, {@code LOB_WILL_BE_CUT}, {@code
     *       NUMERIC_ROUNDED}, {@code BOOLEAN_AS_TEXT}, {@code FRACTION_CUT}, {@code TIME_ZONE_DROPPED}, {@code
     *       INFINITY_REPLACED}, {@code TYPE_NOT_DOCUMENTED}, and {@code KEY_MAY_COLLAPSE} where such a column is part of a key
     *   <li>of tables without a key: {@code TABLE_WITHOUT_KEY}
     * </ul>
     *
     * <p>Rules that are added, other settings, and another {@link Builder#consumer consumer} bring findings of their own.
     */
    static Builder lakeReady(String bucketName, String bucketFolder) {
        return builder().preset(bucketName, bucketFolder, List.of());
    }

    /**
     * {@link #lakeReady(String, String)} with files cut so that, by {@link FileSizeForecast}, those of each table that changes
     * fast enough land between {@link FileSizeForecast#SMALLEST} and {@link FileSizeForecast#LARGEST}. For that the interval is
     * raised where needed, up to {@link FileSizeForecast#LONGEST_WAIT}, by which changes may then be late.
     *
     * @param rates how fast tables change; those that are not given, or change too slowly, get small files
     */
    static Builder lakeReady(String bucketName, String bucketFolder, List<ChangeRate> rates) {
        return builder().preset(bucketName, bucketFolder, rates);
    }

    /**
     * What is wrong or doubtful about several specs together, beyond what {@link #validate} tells of each: tasks that write a
     * table to one place (rule S16), empty each other's folders or those of the ledger (rule L4), share a ledger (rule L1), or
     * load and capture a table apart. Paths begin with the place in the list, e.g. {@code $[1].s3Settings.BucketFolder}. A spec
     * without a source schema is taken to replicate all tables.
     */
    static List<Finding> validateTogether(List<ReplicationSpec> specs) {
        return SpecTogetherChecks.findings(requireNonNull(specs, "specs"));
    }

    /**
     * Reads the JSON form described above.
     *
     * @throws InvalidConfigurationException if the text is not of that form, or its parts contradict each other
     */
    static ReplicationSpec parse(String json) {
        return ReplicationSpecJson.parse(requireNonNull(json, "json"));
    }

    /** The JSON form that {@link #parse} reads to an equal object. */
    String toJson();

    /**
     * What is doubtful about the spec: the findings of its parts, then those of the parts together. Errors are not among
     * them: {@link Builder#build} refuses those.
     */
    List<Finding> validate();

    /** See {@link TableMappings#mappedTables}. */
    default List<MappedTable> mappedTables(SourceSchema schema) {
        return tableMappings().mappedTables(schema);
    }

    /**
     * How to read the files of one source table.
     *
     * @throws IllegalArgumentException if the mappings do not select the table
     * @throws io.convergence.mapping.InvalidMappingException as {@link TableMappings#mappedTables}
     */
    default RowShape rowShape(SourceTable table) {
        return RowShapes.of(this, table);
    }

    /** How to read the files of the table with this name in the landing zone; empty if the spec holds no source schema with it. */
    default Optional<RowShape> rowShape(TableId landed) {
        return RowShapes.of(this, landed);
    }

    /** What is known of the files of every table without its schema: DMS's own columns only, nulls in updates taken as null. */
    default RowShape rowShapeWithoutSchema() {
        return RowShapes.withoutSchema(this);
    }

    Builder toBuilder();

    /** Collects the parts. Not thread-safe. */
    final class Builder {
        private @Nullable SourceEngine sourceEngine;
        private @Nullable SourceSchema sourceSchema;
        private TableMappings tableMappings = TableMappings.of();
        private S3TargetSettings.Builder settings = S3TargetSettings.builder();
        private final Map<TableId, Map<String, NullOnUpdate>> nullOnUpdate = new LinkedHashMap<>();
        private @Nullable TaskSettings taskSettings;
        private boolean taskSettingsOfSpec;
        private @Nullable DataSize lobMaxSize;
        private String controlPrefix = DEFAULT_CONTROL_PREFIX;
        private String outputPrefix = DEFAULT_OUTPUT_PREFIX;
        private @Nullable MigrationType migrationType;
        private RawConsumer consumer = RawConsumer.LIBRARY;
        private boolean versionedBucket;
        private boolean lakeReady;

        private Builder() {}

        Builder(ReplicationSpec from) {
            sourceEngine = from.sourceEngine();
            sourceSchema = from.sourceSchema().orElse(null);
            tableMappings = from.tableMappings();
            settings = from.settings().toBuilder();
            from.nullOnUpdate().forEach((table, columns) -> nullOnUpdate.put(table, new LinkedHashMap<>(columns)));
            taskSettings = from.taskSettings().orElse(null);
            taskSettingsOfSpec = true;
            lobMaxSize = taskSettings == null ? from.lobMaxSize() : null;
            controlPrefix = from.controlPrefix();
            outputPrefix = from.outputPrefix();
            migrationType = from.migrationType().orElse(null);
            consumer = from.consumer();
            versionedBucket = from.versionedBucket();
        }

        /** Needed only where no source schema is given. */
        public Builder sourceEngine(SourceEngine engine) {
            sourceEngine = requireNonNull(engine, "engine");
            return this;
        }

        public Builder sourceSchema(SourceSchema schema) {
            sourceSchema = requireNonNull(schema, "schema");
            return this;
        }

        public Builder tableMappings(TableMappings mappings) {
            tableMappings = requireNonNull(mappings, "mappings");
            return this;
        }

        /** Adds rules to the mappings there are, e.g. {@code tableMappings(m -> m.include("public", "%"))}. */
        public Builder tableMappings(Consumer<TableMappings.Builder> rules) {
            tableMappings = tableMappings.with(rules);
            return this;
        }

        public Builder settings(S3TargetSettings values) {
            settings = values.toBuilder();
            return this;
        }

        /** Changes the settings there are, e.g. {@code settings(s -> s.cdc(c -> c.maxBatchInterval(Duration.ofMinutes(1))))}. */
        public Builder settings(Consumer<S3TargetSettings.Builder> changes) {
            changes.accept(settings);
            return this;
        }

        /** Says what a null in an update of this column means (rule S8); the names are those of the source. */
        public Builder nullOnUpdate(TableId table, String column, NullOnUpdate meaning) {
            nullOnUpdate
                    .computeIfAbsent(requireNonNull(table, "table"), any -> new LinkedHashMap<>())
                    .put(requireNonNull(column, "column"), requireNonNull(meaning, "meaning"));
            return this;
        }

        /** The settings of the task; their {@code LobMaxSize} is the spec's. */
        public Builder taskSettings(TaskSettings values) {
            taskSettings = requireNonNull(values, "values");
            taskSettingsOfSpec = false;
            return this;
        }

        /**
         * In whole kilobytes. Task settings get it if they are those of the spec that this builder began with, or without {@code
         * LobMaxSize}; if others have another, it is an error.
         */
        public Builder lobMaxSize(DataSize size) {
            lobMaxSize = requireNonNull(size, "size");
            return this;
        }

        /** Must lie outside the folders that DMS writes to and empties (rule L4). Slashes at the ends are taken off. */
        public Builder controlPrefix(String prefix) {
            controlPrefix = S3TargetSettings.Builder.withoutOuterSlashes(requireNonNull(prefix, "prefix"));
            return this;
        }

        /** Must lie outside the folders that DMS writes to and empties (rule L4). Slashes at the ends are taken off. */
        public Builder outputPrefix(String prefix) {
            outputPrefix = S3TargetSettings.Builder.withoutOuterSlashes(requireNonNull(prefix, "prefix"));
            return this;
        }

        public Builder migrationType(MigrationType type) {
            migrationType = requireNonNull(type, "type");
            return this;
        }

        /** {@link RawConsumer#LIBRARY} if not set. */
        public Builder consumer(RawConsumer reader) {
            consumer = requireNonNull(reader, "reader");
            return this;
        }

        /** The bucket keeps versions. */
        public Builder versionedBucket() {
            versionedBucket = true;
            return this;
        }

        /** What is wrong or doubtful so far: the parts one by one, then together. */
        public List<Finding> validate() {
            return ReplicationSpecChecks.findings(parts());
        }

        /**
         * The spec, if {@link #validate} finds no error in it.
         *
         * @throws InvalidConfigurationException with all errors, if there are any
         */
        public ReplicationSpec build() {
            ReplicationSpecParts parts = parts();
            List<Finding> errors = ReplicationSpecChecks.findings(parts).stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .toList();
            if (!errors.isEmpty()) {
                throw new InvalidConfigurationException("the replication spec", errors);
            }

            return new ReplicationSpecValues(
                    requireNonNull(parts.engine(), "engine"),
                    Optional.ofNullable(sourceSchema),
                    parts.mappings(),
                    settings.build(),
                    parts.nullOnUpdate(),
                    Optional.ofNullable(parts.taskSettings()),
                    parts.lobMaxSize(),
                    controlPrefix,
                    outputPrefix,
                    Optional.ofNullable(migrationType),
                    consumer,
                    versionedBucket);
        }

        private Builder preset(String bucketName, String bucketFolder, List<ChangeRate> rates) {
            lakeReady = true;
            migrationType = MigrationType.FULL_LOAD_AND_CDC;
            // The size at which LOBs are cut may still be given.
            taskSettings =
                    TaskSettings.forS3().unset(TargetMetadata.LOB_MAX_SIZE).build();
            settings.bucketName(bucketName)
                    .bucketFolder(bucketFolder)
                    .dataFormat(DataFormat.PARQUET)
                    .includeOpForFullLoad()
                    .timestampColumnName("dms_timestamp")
                    .cdc(cdc -> cdc.maxBatchInterval(Duration.ofMinutes(5)).minFileSize(DataSize.ofMegabytes(256)))
                    .datePartition(date -> {});
            return cutForRates(rates);
        }

        /** One interval serves all tables: the longest that one of them needs. Faster ones are cut by size before. */
        private Builder cutForRates(List<ChangeRate> rates) {
            List<FileForecast> files =
                    FileSizeForecast.of(settings.values(), rates).files();
            files.stream()
                    .flatMap(file -> file.maxBatchInterval().stream())
                    .max(Comparator.naturalOrder())
                    .ifPresent(interval -> settings.cdc(cdc -> cdc.maxBatchInterval(interval)));
            return this;
        }

        private ReplicationSpecParts parts() {
            SourceEngine engine = sourceEngine == null && sourceSchema != null ? sourceSchema.engine() : sourceEngine;
            TaskSettings task = taskSettings;
            boolean free = task != null && !task.sets(TargetMetadata.LOB_MAX_SIZE);
            boolean given = lobMaxSize != null && (free || taskSettingsOfSpec);
            if (task != null && (given || (free && lakeReady))) {
                task = task.toBuilder()
                        .set(TargetMetadata.LOB_MAX_SIZE, lobMaxSize == null ? DEFAULT_LOB_MAX_SIZE : lobMaxSize)
                        .values();
            }
            Map<TableId, Map<String, NullOnUpdate>> overrides = new LinkedHashMap<>();
            nullOnUpdate.forEach((table, columns) -> overrides.put(table, Map.copyOf(columns)));
            return new ReplicationSpecParts(
                    engine,
                    sourceSchema,
                    lakeReady ? tableMappings.lakeReady() : tableMappings,
                    settings,
                    Map.copyOf(overrides),
                    task,
                    task != null ? task.lobMaxSize() : lobMaxSize != null ? lobMaxSize : DEFAULT_LOB_MAX_SIZE,
                    lobMaxSize,
                    controlPrefix,
                    outputPrefix,
                    migrationType,
                    consumer,
                    versionedBucket);
        }
    }
}
