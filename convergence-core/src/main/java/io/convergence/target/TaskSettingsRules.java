package io.convergence.target;

import io.convergence.Finding;
import io.convergence.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the settings of a task that writes to S3 must not say together, or say in vain. */
final class TaskSettingsRules {
    /** The type is empty where it is not known: then only what holds for every type is checked. */
    interface Rule extends BiFunction<TaskSettings, Optional<MigrationType>, Optional<Finding>> {}

    private static final String USE_LIMITED =
            "Set FullLobMode to false, LimitedSizeLobMode to true and LobMaxSize above the longest value.";

    /** In the order of the sections. */
    static final List<Rule> RULES = List.of(
            warning(
                    "TARGET_SCHEMA_RENAMES_FOLDERS",
                    TargetMetadata.TARGET_SCHEMA,
                    t -> !t.value(TargetMetadata.TARGET_SCHEMA).isEmpty(),
                    t -> "It is '" + t.value(TargetMetadata.TARGET_SCHEMA)
                            + "': the files of all schemas presumably go to that folder, where readers that follow the table mappings do not look.",
                    "Leave it empty, and rename schemas in the table mappings."),
            error(
                    "LOB_MODE_NOT_ONE",
                    TargetMetadata.SUPPORT_LOBS,
                    TaskSettingsRules::notOneLobMode,
                    t -> "SupportLobs is on with "
                            + (t.value(TargetMetadata.FULL_LOB_MODE)
                                    ? "FullLobMode and LimitedSizeLobMode"
                                    : "neither FullLobMode nor LimitedSizeLobMode")
                            + ": DMS takes exactly one of the two.",
                    USE_LIMITED),
            error(
                    "FULL_LOB_MODE",
                    TargetMetadata.FULL_LOB_MODE,
                    t -> t.value(TargetMetadata.FULL_LOB_MODE),
                    t -> "FullLobMode is on, which S3 targets do not support.",
                    USE_LIMITED),
            error(
                    "LOB_CHUNK_SIZE_MISSING",
                    TargetMetadata.LOB_CHUNK_SIZE,
                    t -> t.value(TargetMetadata.FULL_LOB_MODE)
                            && t.value(TargetMetadata.LOB_CHUNK_SIZE).bytes() == 0,
                    t -> "FullLobMode is on and LobChunkSize is 0: DMS cannot read LOBs in pieces of nothing.",
                    "Set LobChunkSize, e.g. to 64, or better leave FullLobMode off."),
            error(
                    "INLINE_LOB_MODE",
                    TargetMetadata.INLINE_LOB_MAX_SIZE,
                    t -> t.value(TargetMetadata.INLINE_LOB_MAX_SIZE).bytes() > 0,
                    t -> "InlineLobMaxSize is "
                            + t.value(TargetMetadata.INLINE_LOB_MAX_SIZE).toKilobytes()
                            + " KB, which needs full LOB mode, and S3 targets do not support that.",
                    "Set it to 0, and LobMaxSize above the longest value."),
            error(
                    "LOB_MAX_SIZE_MISSING",
                    TargetMetadata.LOB_MAX_SIZE,
                    t -> t.value(TargetMetadata.SUPPORT_LOBS)
                            && !t.value(TargetMetadata.FULL_LOB_MODE)
                            && t.value(TargetMetadata.LIMITED_SIZE_LOB_MODE)
                            && t.lobMaxSize().bytes() == 0,
                    t -> "LimitedSizeLobMode is on and LobMaxSize is 0: it needs a size at which LOBs are cut.",
                    "Set LobMaxSize above the longest value, at most 102,400 KB."),
            warning(
                    "LOBS_LEFT_OUT",
                    TargetMetadata.SUPPORT_LOBS,
                    t -> !t.value(TargetMetadata.SUPPORT_LOBS),
                    t ->
                            "SupportLobs is off: columns of LOB types, which include PostgreSQL's text and json, are not replicated.",
                    "Set SupportLobs and LimitedSizeLobMode, and LobMaxSize above the longest value."),
            warning(
                    "BATCH_APPLY",
                    TargetMetadata.BATCH_APPLY_ENABLED,
                    t -> t.value(TargetMetadata.BATCH_APPLY_ENABLED),
                    t -> "BatchApplyEnabled is on: the DMS guide warns that changes may be lost on the way to S3.",
                    "Set it to false."),
            ofTypes(
                    MigrationType::loads,
                    warning(
                            "PREP_MODE_REMOVES_FILES",
                            FullLoadSettings.TARGET_TABLE_PREP_MODE,
                            t -> t.value(FullLoadSettings.TARGET_TABLE_PREP_MODE) != TargetTablePrepMode.DO_NOTHING,
                            t -> "TargetTablePrepMode is " + t.value(FullLoadSettings.TARGET_TABLE_PREP_MODE)
                                    + ": before a table is loaded, all its files are removed, those with its earlier changes too.",
                            "Set DO_NOTHING if that history is needed, and clear the folder by hand before a reload.")),
            ofTypes(
                    MigrationType::loads,
                    info(
                            "PREP_MODE_LEAVES_FILES",
                            FullLoadSettings.TARGET_TABLE_PREP_MODE,
                            t -> t.value(FullLoadSettings.TARGET_TABLE_PREP_MODE) == TargetTablePrepMode.DO_NOTHING,
                            t ->
                                    "TargetTablePrepMode is DO_NOTHING: a table that is loaded again is written over its LOAD files from number 1 on, and those with higher numbers stay.",
                            "Remove a table's LOAD files before it is loaded again.")),
            warning(
                    "TASK_STOPS_TWICE",
                    FullLoadSettings.STOP_TASK_CACHED_CHANGES_NOT_APPLIED,
                    t -> t.value(FullLoadSettings.STOP_TASK_CACHED_CHANGES_APPLIED)
                            && t.value(FullLoadSettings.STOP_TASK_CACHED_CHANGES_NOT_APPLIED),
                    t ->
                            "StopTaskCachedChangesApplied and StopTaskCachedChangesNotApplied are both on: which one DMS follows is not documented.",
                    "Switch one of them off."),
            onlyFor(
                    type -> type != MigrationType.FULL_LOAD_AND_CDC,
                    warning(
                            "STOP_WITHOUT_EFFECT",
                            FullLoadSettings.STOP_TASK_CACHED_CHANGES_APPLIED,
                            t -> t.value(FullLoadSettings.STOP_TASK_CACHED_CHANGES_APPLIED)
                                    || t.value(FullLoadSettings.STOP_TASK_CACHED_CHANGES_NOT_APPLIED),
                            t ->
                                    "StopTaskCachedChanges... is on, but only tasks of type full-load-and-cdc have changes cached during a load.",
                            "Remove it, or change the type of the task.")),
            warning(
                    "LOG_CONTEXT_WITHOUT_LOGGING",
                    LoggingSettings.ENABLE_LOG_CONTEXT,
                    t -> t.value(LoggingSettings.ENABLE_LOG_CONTEXT)
                            && t.sets(LoggingSettings.ENABLE_LOGGING)
                            && !t.value(LoggingSettings.ENABLE_LOGGING),
                    t -> "EnableLogContext is on, but EnableLogging is off.",
                    "Set EnableLogging."),
            TaskSettingsRules::unknownLogComponents,
            serviceField(LoggingSettings.CLOUD_WATCH_LOG_GROUP),
            serviceField(LoggingSettings.CLOUD_WATCH_LOG_STREAM),
            ofTypes(
                    MigrationType::captures,
                    warning(
                            "DROP_REMOVES_FILES",
                            ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_DROPPED,
                            t -> t.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_DROPPED),
                            t ->
                                    "HandleSourceTableDropped is on, as it is if not set: when the source drops a table, its files and their history presumably go with it (rule S14).",
                            "Set it to false: keepFilesWhenSourceDropsOrTruncates().")),
            ofTypes(
                    MigrationType::captures,
                    warning(
                            "TRUNCATE_REMOVES_FILES",
                            ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED,
                            t -> t.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED),
                            t ->
                                    "HandleSourceTableTruncated is on, as it is if not set: when the source truncates a table, DMS deletes all its files and their folder (rule S14).",
                            "Set it to false: keepFilesWhenSourceDropsOrTruncates().")),
            ofTypes(
                    MigrationType::captures,
                    warning(
                            "NEW_COLUMNS_LEFT_OUT",
                            ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_ALTERED,
                            t -> !t.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_ALTERED),
                            t ->
                                    "HandleSourceTableAltered is off: columns that the source adds do not reach the files.",
                            "Set it to true.")),
            warning(
                    "UNMASKED_ON_ERROR",
                    ErrorBehavior.DATA_MASKING_ERROR_POLICY,
                    t -> t.value(ErrorBehavior.DATA_MASKING_ERROR_POLICY) == ErrorPolicy.LOG_ERROR,
                    t -> "DataMaskingErrorPolicy is LOG_ERROR: a value that cannot be masked is written unmasked.",
                    "Set STOP_TASK."),
            warning(
                    "ROWS_LEFT_OUT_ON_ERROR",
                    ErrorBehavior.DATA_ERROR_POLICY,
                    t -> t.value(ErrorBehavior.DATA_ERROR_POLICY) == ErrorPolicy.IGNORE_RECORD
                            || t.value(ErrorBehavior.DATA_TRUNCATION_ERROR_POLICY) == ErrorPolicy.IGNORE_RECORD,
                    t ->
                            "DataErrorPolicy or DataTruncationErrorPolicy is IGNORE_RECORD: rows with an error are left out without a word.",
                    "Set LOG_ERROR, SUSPEND_TABLE or STOP_TASK."),
            warning(
                    "LOBS_OFF_BY_UPDATE_RECORD",
                    ErrorBehavior.APPLY_ERROR_UPDATE_POLICY,
                    t -> t.value(ErrorBehavior.APPLY_ERROR_UPDATE_POLICY) == ErrorPolicy.UPDATE_RECORD,
                    t -> "ApplyErrorUpdatePolicy is UPDATE_RECORD, which switches LOBs off for the whole task.",
                    "Set LOG_ERROR: files on S3 know no conflicts that it could solve."),
            error(
                    "VALIDATION_ONLY_PREPARES_TABLES",
                    ValidationSettings.VALIDATION_ONLY,
                    t -> t.value(ValidationSettings.VALIDATION_ONLY)
                            && t.value(FullLoadSettings.TARGET_TABLE_PREP_MODE) != TargetTablePrepMode.DO_NOTHING,
                    t -> "ValidationOnly is on and TargetTablePrepMode is "
                            + t.value(FullLoadSettings.TARGET_TABLE_PREP_MODE) + ": it must be DO_NOTHING.",
                    "Set TargetTablePrepMode to DO_NOTHING."),
            onlyFor(
                    type -> type != MigrationType.CDC,
                    error(
                            "VALIDATION_ONLY_NEEDS_CDC",
                            ValidationSettings.VALIDATION_ONLY,
                            t -> t.value(ValidationSettings.VALIDATION_ONLY),
                            t -> "ValidationOnly is on, which for S3 targets needs a task of type cdc.",
                            "Make a task of type cdc for it.")),
            onlyFor(
                    type -> !type.captures(),
                    error(
                            "RESYNC_SCHEDULE_WITHOUT_CHANGES",
                            ResyncSettings.RESYNC_SCHEDULE,
                            t -> !t.value(ResyncSettings.RESYNC_SCHEDULE).isEmpty(),
                            t -> "ResyncSchedule is '" + t.value(ResyncSettings.RESYNC_SCHEDULE)
                                    + "', but a task of type full-load takes none.",
                            "Remove it.")),
            onlyFor(
                    MigrationType::captures,
                    error(
                            "RESYNC_INCOMPLETE",
                            ResyncSettings.ENABLE_RESYNC,
                            t -> t.value(ResyncSettings.ENABLE_RESYNC)
                                    && (t.value(ResyncSettings.RESYNC_SCHEDULE).isEmpty()
                                            || t.value(ResyncSettings.MAX_RESYNC_TIME)
                                                            .toMinutes()
                                                    < 5),
                            t ->
                                    "EnableResync is on in a task with changes, which needs ResyncSchedule, and MaxResyncTime of 5 to 14400 minutes.",
                            "Set both, or switch EnableResync off.")),
            error(
                    "RESYNC_WITHOUT_VALIDATION",
                    ResyncSettings.ENABLE_RESYNC,
                    t -> t.value(ResyncSettings.ENABLE_RESYNC)
                            && !t.value(ValidationSettings.ENABLE_VALIDATION)
                            && t.value(ResyncSettings.VALIDATION_TASK_ID).isEmpty(),
                    t ->
                            "EnableResync is on, but neither EnableValidation nor ValidationTaskId is given: there is nothing to repair from.",
                    "Set one of them, or switch EnableResync off."),
            onlyFor(
                    type -> !type.captures(),
                    error(
                            "BEFORE_IMAGE_WITHOUT_CHANGES",
                            BeforeImageSettings.ENABLE_BEFORE_IMAGE,
                            t -> t.value(BeforeImageSettings.ENABLE_BEFORE_IMAGE),
                            t -> "EnableBeforeImage is on, but a task of type full-load has no old values.",
                            "Switch it off.")),
            error(
                    "BEFORE_IMAGE_WITHOUT_NAME",
                    BeforeImageSettings.FIELD_NAME,
                    t -> t.value(BeforeImageSettings.ENABLE_BEFORE_IMAGE)
                            && t.value(BeforeImageSettings.FIELD_NAME).isEmpty(),
                    t -> "EnableBeforeImage is on, but FieldName is empty.",
                    "Name the field, or switch EnableBeforeImage off."),
            error(
                    "LOOPBACK_PREVENTION_WITH_BATCH_APPLY",
                    LoopbackPreventionSettings.ENABLE_LOOPBACK_PREVENTION,
                    t -> t.value(LoopbackPreventionSettings.ENABLE_LOOPBACK_PREVENTION)
                            && t.value(TargetMetadata.BATCH_APPLY_ENABLED),
                    t -> "EnableLoopbackPrevention and BatchApplyEnabled are both on: DMS takes one of them.",
                    "Switch BatchApplyEnabled off."),
            TaskSettingsRules::notForS3,
            TaskSettingsRules::withoutEffect);

    private static final List<TaskSetting<Boolean>> FEATURES_OF_OTHER_TARGETS = List.of(
            TimeTravelSettings.ENABLE_TT,
            ResyncSettings.ENABLE_RESYNC,
            BeforeImageSettings.ENABLE_BEFORE_IMAGE,
            LoopbackPreventionSettings.ENABLE_LOOPBACK_PREVENTION);

    private TaskSettingsRules() {}

    /** A document that sets one of the two modes and not the other means that one. */
    private static boolean notOneLobMode(TaskSettings settings) {
        boolean full = settings.value(TargetMetadata.FULL_LOB_MODE);
        boolean limited = settings.value(TargetMetadata.LIMITED_SIZE_LOB_MODE);
        boolean both = full && limited && settings.sets(TargetMetadata.LIMITED_SIZE_LOB_MODE);
        return settings.value(TargetMetadata.SUPPORT_LOBS) && (both || (!full && !limited));
    }

    private static Optional<Finding> unknownLogComponents(TaskSettings settings, Optional<MigrationType> type) {
        TreeSet<String> unknown =
                new TreeSet<>(settings.value(LoggingSettings.LOG_COMPONENTS).keySet());
        unknown.removeAll(LogComponents.KNOWN);
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        "LOG_COMPONENT_UNKNOWN",
                        path(LoggingSettings.LOG_COMPONENTS),
                        unknown + " is no component that the DMS guide lists.",
                        "Use some of " + new TreeSet<>(LogComponents.KNOWN) + "."));
    }

    private static Optional<Finding> notForS3(TaskSettings settings, Optional<MigrationType> type) {
        List<String> on = new ArrayList<>();
        for (TaskSetting<Boolean> feature : FEATURES_OF_OTHER_TARGETS) {
            if (settings.value(feature)) {
                on.add(feature.name());
            }
        }
        return on.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        "FEATURE_NOT_FOR_S3",
                        "$",
                        String.join(", ", on) + (on.size() == 1 ? " is" : " are")
                                + " on, which the DMS guide does not describe for S3 targets.",
                        "Switch off what other targets only have."));
    }

    private static Optional<Finding> withoutEffect(TaskSettings settings, Optional<MigrationType> type) {
        String names = TaskSettingsTable.ALL.stream()
                .filter(setting -> !setting.effectOnS3() && !isDefault(settings, setting))
                .map(TaskSetting::path)
                .collect(Collectors.joining(", "));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.info(
                        "SETTINGS_WITHOUT_EFFECT",
                        "$",
                        "A task that writes to S3 makes no use of " + names + ".",
                        "Remove them."));
    }

    private static <T> boolean isDefault(TaskSettings settings, TaskSetting<T> setting) {
        return setting.reportedDefaults().contains(settings.value(setting));
    }

    /** Error text of the service: "CloudWatchLogGroup or CloudWatchLogStream cannot be set on create". */
    private static Rule serviceField(TaskSetting<String> field) {
        return error(
                "SERVICE_FIELD_SET",
                field,
                t -> !t.value(field).isEmpty(),
                t -> "It is '" + t.value(field) + "': the service writes it, and refuses settings that set it.",
                "Remove it: withoutServiceFields().");
    }

    private static Rule ofTypes(Predicate<MigrationType> types, Rule rule) {
        return when((settings, type) -> type.isEmpty() || types.test(type.get()), rule);
    }

    private static Rule onlyFor(Predicate<MigrationType> types, Rule rule) {
        return when((settings, type) -> type.filter(types).isPresent(), rule);
    }

    private static Rule when(BiPredicate<TaskSettings, Optional<MigrationType>> applies, Rule rule) {
        return (settings, type) -> applies.test(settings, type) ? rule.apply(settings, type) : Optional.empty();
    }

    private static Rule error(
            String code,
            TaskSetting<?> at,
            Predicate<TaskSettings> broken,
            Function<TaskSettings, String> message,
            String fix) {
        return rule(code, Severity.ERROR, at, broken, message, fix);
    }

    private static Rule warning(
            String code,
            TaskSetting<?> at,
            Predicate<TaskSettings> broken,
            Function<TaskSettings, String> message,
            String fix) {
        return rule(code, Severity.WARNING, at, broken, message, fix);
    }

    private static Rule info(
            String code,
            TaskSetting<?> at,
            Predicate<TaskSettings> broken,
            Function<TaskSettings, String> message,
            String fix) {
        return rule(code, Severity.INFO, at, broken, message, fix);
    }

    private static Rule rule(
            String code,
            Severity severity,
            TaskSetting<?> at,
            Predicate<TaskSettings> broken,
            Function<TaskSettings, String> message,
            String fix) {
        return (settings, type) -> broken.test(settings)
                ? Optional.of(new Finding(code, severity, path(at), message.apply(settings), fix))
                : Optional.empty();
    }

    private static String path(TaskSetting<?> setting) {
        return "$." + setting.path();
    }
}
