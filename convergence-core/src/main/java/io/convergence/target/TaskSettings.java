package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The settings of a replication task whose target is S3: {@code ReplicationTaskSettings} of a task, {@code
 * ReplicationSettings} of a serverless replication (DMS guide, "Specifying task settings"). Each {@link TaskSetting} stands
 * as a constant in the class of its section: {@link TargetMetadata}, {@link FullLoadSettings}, {@link TimeTravelSettings},
 * {@link LoggingSettings}, {@link ControlTablesSettings}, {@link StreamBufferSettings}, {@link ChangeProcessingTuning},
 * {@link ChangeProcessingDdlHandlingPolicy}, {@link ErrorBehavior}, {@link ValidationSettings}, {@link ResyncSettings},
 * {@link BeforeImageSettings}, {@link CharacterSetSettings}, {@link LoopbackPreventionSettings}, {@link TopLevelSettings}.
 * What is not set is left to DMS. Immutable and thread-safe.
 */
public sealed interface TaskSettings permits TaskSettingsValues {
    /** The value, or DMS's default if it is not set. */
    <T> T value(TaskSetting<T> setting);

    /** Whether the document sets it; null counts as not set. */
    boolean sets(TaskSetting<?> setting);

    /** Where LOBs are cut. */
    default DataSize lobMaxSize() {
        return value(TargetMetadata.LOB_MAX_SIZE);
    }

    static Builder builder() {
        return new Builder();
    }

    /** Settings made in one expression, e.g. {@code TaskSettings.of(t -> t.set(FullLoadSettings.COMMIT_RATE, 50_000))}. */
    static TaskSettings of(Consumer<Builder> settings) {
        Builder builder = builder();
        settings.accept(builder);
        return builder.build();
    }

    /**
     * A builder preset for S3: LOBs are cut at 32 KB, nothing is applied in batches, files stay when the source drops or
     * truncates a table and when a load begins, and what happens to files is logged.
     */
    static Builder forS3() {
        return builder()
                .limitedLobs(ReplicationSpec.DEFAULT_LOB_MAX_SIZE)
                .set(TargetMetadata.BATCH_APPLY_ENABLED, false)
                .set(FullLoadSettings.TARGET_TABLE_PREP_MODE, TargetTablePrepMode.DO_NOTHING)
                .keepFilesWhenSourceDropsOrTruncates()
                .log("TARGET_LOAD", LogSeverity.DEFAULT)
                .log("TARGET_APPLY", LogSeverity.DEFAULT)
                .log("FILE_FACTORY", LogSeverity.DEFAULT);
    }

    /**
     * Reads a document in AWS's spelling. As tolerant as the service: numbers and flags as texts, nulls, the second,
     * small-letter name of {@code HistoryTimeslotInMinutes}; what it does not know or cannot read is kept, and reported by
     * {@link #validate()}.
     *
     * @throws InvalidConfigurationException if the text is no JSON object, or gives one name twice
     */
    static TaskSettings parse(String json) {
        return TaskSettingsJson.parse(requireNonNull(json, "json"));
    }

    /** What is set, in AWS's spelling and in the order of the guide; {@link #parse} reads it to an equal object. */
    String toJson();

    /** What is wrong or doubtful for a task of any type whose target is S3. */
    List<Finding> validate();

    /** {@link #validate()}, and what is wrong for a task of this type; what cannot happen in such a task is left out. */
    List<Finding> validate(MigrationType type);

    /**
     * How this document and the other differ in what they make DMS do, in the order of the guide. Left aside are what the
     * service adds (log group and stream, the second name of {@code HistoryTimeslotInMinutes}, defaults that nobody set),
     * the order of log components, nulls, and numbers written as texts.
     */
    List<TaskSettingDifference> compare(TaskSettings other);

    /** The same without what only the service may write, so that it can be sent back. */
    TaskSettings withoutServiceFields();

    Builder toBuilder();

    /** Collects settings. Not thread-safe. */
    final class Builder {
        private final Map<TaskSetting<?>, Object> values = new HashMap<>();
        private final Set<TaskSetting<?>> decided = new HashSet<>();
        private final TaskSettingsValues from;

        private Builder() {
            this(TaskSettingsValues.EMPTY);
        }

        Builder(TaskSettingsValues from) {
            this.from = from;
            values.putAll(from.values());
        }

        /** Ranges are checked by {@link #build}. */
        public <T> Builder set(TaskSetting<T> setting, T value) {
            values.put(requireNonNull(setting, "setting"), copy(requireNonNull(value, "value")));
            decided.add(setting);
            return this;
        }

        /** Leaves the setting to DMS. */
        public Builder unset(TaskSetting<?> setting) {
            values.remove(requireNonNull(setting, "setting"));
            decided.add(setting);
            return this;
        }

        /** Replicates LOBs and cuts them at this size, 1 to 102,400 KB in whole kilobytes: the only mode that S3 supports. */
        public Builder limitedLobs(DataSize lobMaxSize) {
            return set(TargetMetadata.SUPPORT_LOBS, true)
                    .set(TargetMetadata.FULL_LOB_MODE, false)
                    .set(TargetMetadata.LIMITED_SIZE_LOB_MODE, true)
                    .set(TargetMetadata.LOB_MAX_SIZE, lobMaxSize);
        }

        /** Replicates no LOB columns. */
        public Builder withoutLobs() {
            return set(TargetMetadata.SUPPORT_LOBS, false);
        }

        /** Leaves a table's files alone when the source drops or truncates the table; it then has to be reloaded or declared. */
        public Builder keepFilesWhenSourceDropsOrTruncates() {
            return set(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_DROPPED, false)
                    .set(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED, false);
        }

        /** Switches logging on and sets the severity of a component, e.g. {@code TARGET_LOAD}. */
        public Builder log(String component, LogSeverity severity) {
            Map<String, LogSeverity> components = new TreeMap<>(values().value(LoggingSettings.LOG_COMPONENTS));
            components.put(requireNonNull(component, "component"), requireNonNull(severity, "severity"));
            return set(LoggingSettings.ENABLE_LOGGING, true).set(LoggingSettings.LOG_COMPONENTS, components);
        }

        /** What is wrong or doubtful so far. */
        public List<Finding> validate() {
            return values().validate();
        }

        /**
         * The settings, if {@link #validate} finds no error in them.
         *
         * @throws InvalidConfigurationException with all errors, if there are any
         */
        public TaskSettings build() {
            List<Finding> errors = validate().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .toList();
            if (!errors.isEmpty()) {
                throw new InvalidConfigurationException("task settings", errors);
            }

            return values();
        }

        TaskSettingsValues values() {
            Map<TaskSetting<?>, Object> ordered = new LinkedHashMap<>();
            for (TaskSetting<?> setting : TaskSettingsTable.ALL) {
                Optional.ofNullable(values.get(setting)).ifPresent(value -> ordered.put(setting, value));
            }
            return new TaskSettingsValues(ordered, TaskSettingsJson.without(from.rest(), decided));
        }

        private static Object copy(Object value) {
            if (value instanceof Map<?, ?> map) {
                return Map.copyOf(map);
            }
            return value instanceof List<?> list ? List.copyOf(list) : value;
        }
    }
}
