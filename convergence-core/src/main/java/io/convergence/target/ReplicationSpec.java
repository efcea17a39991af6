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
 *  "nullOnUpdate": [{"schema": "public", "table": "orders", "column": "note", "nullMeans": "null"}],
 *  "lobMaxSizeKb": 32, not needed beside task settings,
 *  "controlPrefix": "convergence/control", "outputPrefix": "convergence/output"}
 * </pre>
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

    /** Task setting {@code LobMaxSize}: that of {@link #taskSettings}, if the spec holds them. */
    DataSize lobMaxSize();

    /** The key prefix of the ledger, without slashes at its ends. */
    String controlPrefix();

    /** The key prefix of compacted and curated files, without slashes at its ends. */
    String outputPrefix();

    static Builder builder() {
        return new Builder();
    }

    /**
     * A builder preset so that nothing is lost: change sequence {@code dms_seq}, {@code dms_timestamp}, before-images of the
     * key {@code before_...}, Op and arrival times in full-load rows, Parquet, date folders in UTC, and files cut after 5
     * minutes or 256 MB of rows. A source and a selection of tables are still to be given.
     */
    static Builder lakeReady(String bucketName, String bucketFolder) {
        return builder().preset(bucketName, bucketFolder);
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
        private @Nullable DataSize lobMaxSize;
        private String controlPrefix = DEFAULT_CONTROL_PREFIX;
        private String outputPrefix = DEFAULT_OUTPUT_PREFIX;
        private boolean lakeReady;

        private Builder() {}

        Builder(ReplicationSpec from) {
            sourceEngine = from.sourceEngine();
            sourceSchema = from.sourceSchema().orElse(null);
            tableMappings = from.tableMappings();
            settings = from.settings().toBuilder();
            from.nullOnUpdate().forEach((table, columns) -> nullOnUpdate.put(table, new LinkedHashMap<>(columns)));
            taskSettings = from.taskSettings().orElse(null);
            lobMaxSize = taskSettings == null ? from.lobMaxSize() : null;
            controlPrefix = from.controlPrefix();
            outputPrefix = from.outputPrefix();
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
            return this;
        }

        /** In whole kilobytes. If there are task settings without {@code LobMaxSize}, they get it; if they have another, it is an error. */
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
                    outputPrefix);
        }

        private Builder preset(String bucketName, String bucketFolder) {
            lakeReady = true;
            settings.bucketName(bucketName)
                    .bucketFolder(bucketFolder)
                    .dataFormat(DataFormat.PARQUET)
                    .includeOpForFullLoad()
                    .timestampColumnName("dms_timestamp")
                    .cdc(cdc -> cdc.maxBatchInterval(Duration.ofMinutes(5)).minFileSize(DataSize.ofMegabytes(256)))
                    .datePartition(date -> {});
            return this;
        }

        private ReplicationSpecParts parts() {
            SourceEngine engine = sourceEngine == null && sourceSchema != null ? sourceSchema.engine() : sourceEngine;
            TaskSettings task = taskSettings;
            if (task != null && lobMaxSize != null && !task.sets(TargetMetadata.LOB_MAX_SIZE)) {
                task = task.toBuilder()
                        .set(TargetMetadata.LOB_MAX_SIZE, lobMaxSize)
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
                    outputPrefix);
        }
    }
}
