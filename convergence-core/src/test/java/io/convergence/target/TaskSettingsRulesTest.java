package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TaskSettingsRulesTest {
    /**
     * @param broken settings that break a rule
     * @param type the type of the task, if the rule depends on it
     * @param sound settings, or a type, that keep the rule
     */
    private record Case(
            String name,
            String broken,
            @Nullable MigrationType type,
            Finding finding,
            String sound,
            @Nullable MigrationType soundType) {
        static Case of(String name, String broken, Finding finding, String sound) {
            return new Case(name, broken, null, finding, sound, null);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String USE_LIMITED =
            "Set FullLobMode to false, LimitedSizeLobMode to true and LobMaxSize above the longest value.";

    static Stream<Case> cases() {
        return Stream.of(
                Case.of(
                        "a target schema moves the folders",
                        "{\"TargetMetadata\":{\"TargetSchema\":\"x\"}}",
                        Finding.warning(
                                "TARGET_SCHEMA_RENAMES_FOLDERS",
                                "$.TargetMetadata.TargetSchema",
                                "It is 'x': the files of all schemas presumably go to that folder, where readers that follow the table mappings do not look.",
                                "Leave it empty, and rename schemas in the table mappings."),
                        "{\"TargetMetadata\":{\"TargetSchema\":\"\"}}"),
                Case.of(
                        "both LOB modes",
                        "{\"TargetMetadata\":{\"FullLobMode\":true,\"LimitedSizeLobMode\":true}}",
                        Finding.error(
                                "LOB_MODE_NOT_ONE",
                                "$.TargetMetadata.SupportLobs",
                                "SupportLobs is on with FullLobMode and LimitedSizeLobMode: DMS takes exactly one of the two.",
                                USE_LIMITED),
                        "{\"TargetMetadata\":{\"FullLobMode\":true}}"),
                Case.of(
                        "no LOB mode",
                        "{\"TargetMetadata\":{\"LimitedSizeLobMode\":false}}",
                        Finding.error(
                                "LOB_MODE_NOT_ONE",
                                "$.TargetMetadata.SupportLobs",
                                "SupportLobs is on with neither FullLobMode nor LimitedSizeLobMode: DMS takes exactly one of the two.",
                                USE_LIMITED),
                        "{\"TargetMetadata\":{\"SupportLobs\":false,\"LimitedSizeLobMode\":false}}"),
                Case.of(
                        "full LOB mode, rule 9",
                        "{\"TargetMetadata\":{\"FullLobMode\":true,\"LimitedSizeLobMode\":false}}",
                        Finding.error(
                                "FULL_LOB_MODE",
                                "$.TargetMetadata.FullLobMode",
                                "FullLobMode is on, which S3 targets do not support.",
                                USE_LIMITED),
                        "{\"TargetMetadata\":{\"FullLobMode\":false}}"),
                Case.of(
                        "full LOB mode without pieces",
                        "{\"TargetMetadata\":{\"FullLobMode\":true,\"LobChunkSize\":0}}",
                        Finding.error(
                                "LOB_CHUNK_SIZE_MISSING",
                                "$.TargetMetadata.LobChunkSize",
                                "FullLobMode is on and LobChunkSize is 0: DMS cannot read LOBs in pieces of nothing.",
                                "Set LobChunkSize, e.g. to 64, or better leave FullLobMode off."),
                        "{\"TargetMetadata\":{\"LobChunkSize\":0}}"),
                Case.of(
                        "inline LOBs, rule 9",
                        "{\"TargetMetadata\":{\"InlineLobMaxSize\":16}}",
                        Finding.error(
                                "INLINE_LOB_MODE",
                                "$.TargetMetadata.InlineLobMaxSize",
                                "InlineLobMaxSize is 16 KB, which needs full LOB mode, and S3 targets do not support that.",
                                "Set it to 0, and LobMaxSize above the longest value."),
                        "{\"TargetMetadata\":{\"InlineLobMaxSize\":0}}"),
                Case.of(
                        "LOBs cut at nothing",
                        "{\"TargetMetadata\":{\"LobMaxSize\":0}}",
                        Finding.error(
                                "LOB_MAX_SIZE_MISSING",
                                "$.TargetMetadata.LobMaxSize",
                                "LimitedSizeLobMode is on and LobMaxSize is 0: it needs a size at which LOBs are cut.",
                                "Set LobMaxSize above the longest value, at most 102,400 KB."),
                        "{\"TargetMetadata\":{\"LobMaxSize\":0,\"SupportLobs\":false}}"),
                Case.of(
                        "LOBs above what DMS takes",
                        "{\"TargetMetadata\":{\"LobMaxSize\":102401}}",
                        Finding.error(
                                "SETTING_OUT_OF_RANGE",
                                "$.TargetMetadata.LobMaxSize",
                                "It is 102401: it must be 0 to 102400.",
                                "Leave it out for DMS's default, 32."),
                        "{\"TargetMetadata\":{\"LobMaxSize\":102400}}"),
                Case.of(
                        "no LOBs",
                        "{\"TargetMetadata\":{\"SupportLobs\":false}}",
                        Finding.warning(
                                "LOBS_LEFT_OUT",
                                "$.TargetMetadata.SupportLobs",
                                "SupportLobs is off: columns of LOB types, which include PostgreSQL's text and json, are not replicated.",
                                "Set SupportLobs and LimitedSizeLobMode, and LobMaxSize above the longest value."),
                        "{}"),
                Case.of(
                        "batches, rule 11",
                        "{\"TargetMetadata\":{\"BatchApplyEnabled\":true}}",
                        Finding.warning(
                                "BATCH_APPLY",
                                "$.TargetMetadata.BatchApplyEnabled",
                                "BatchApplyEnabled is on: the DMS guide warns that changes may be lost on the way to S3.",
                                "Set it to false."),
                        "{}"),
                new Case(
                        "preparing a table removes its files",
                        "{\"FullLoadSettings\":{\"TargetTablePrepMode\":\"DROP_AND_CREATE\"}}",
                        MigrationType.FULL_LOAD,
                        Finding.warning(
                                "PREP_MODE_REMOVES_FILES",
                                "$.FullLoadSettings.TargetTablePrepMode",
                                "TargetTablePrepMode is DROP_AND_CREATE: before a table is loaded, all its files are removed, those with its earlier changes too.",
                                "Set DO_NOTHING if that history is needed, and clear the folder by hand before a reload."),
                        "{\"FullLoadSettings\":{\"TargetTablePrepMode\":\"DROP_AND_CREATE\"}}",
                        MigrationType.CDC),
                Case.of(
                        "not preparing a table leaves files",
                        "{}",
                        Finding.info(
                                "PREP_MODE_LEAVES_FILES",
                                "$.FullLoadSettings.TargetTablePrepMode",
                                "TargetTablePrepMode is DO_NOTHING: a table that is loaded again is written over its LOAD files from number 1 on, and those with higher numbers stay.",
                                "Remove a table's LOAD files before it is loaded again."),
                        "{\"FullLoadSettings\":{\"TargetTablePrepMode\":\"TRUNCATE_BEFORE_LOAD\"}}"),
                Case.of(
                        "a task stops twice",
                        "{\"FullLoadSettings\":{\"StopTaskCachedChangesApplied\":true,\"StopTaskCachedChangesNotApplied\":true}}",
                        Finding.warning(
                                "TASK_STOPS_TWICE",
                                "$.FullLoadSettings.StopTaskCachedChangesNotApplied",
                                "StopTaskCachedChangesApplied and StopTaskCachedChangesNotApplied are both on: which one DMS follows is not documented.",
                                "Switch one of them off."),
                        "{\"FullLoadSettings\":{\"StopTaskCachedChangesApplied\":true}}"),
                new Case(
                        "a task without cached changes stops for them",
                        "{\"FullLoadSettings\":{\"StopTaskCachedChangesApplied\":true}}",
                        MigrationType.CDC,
                        Finding.warning(
                                "STOP_WITHOUT_EFFECT",
                                "$.FullLoadSettings.StopTaskCachedChangesApplied",
                                "StopTaskCachedChanges... is on, but only tasks of type full-load-and-cdc have changes cached during a load.",
                                "Remove it, or change the type of the task."),
                        "{\"FullLoadSettings\":{\"StopTaskCachedChangesApplied\":true}}",
                        MigrationType.FULL_LOAD_AND_CDC),
                Case.of(
                        "too many tables at a time",
                        "{\"FullLoadSettings\":{\"MaxFullLoadSubTasks\":50}}",
                        Finding.error(
                                "SETTING_OUT_OF_RANGE",
                                "$.FullLoadSettings.MaxFullLoadSubTasks",
                                "It is 50: it must be 1 to 49.",
                                "Leave it out for DMS's default, 8."),
                        "{\"FullLoadSettings\":{\"MaxFullLoadSubTasks\":49}}"),
                Case.of(
                        "log context without logging",
                        "{\"Logging\":{\"EnableLogging\":false,\"EnableLogContext\":true}}",
                        Finding.warning(
                                "LOG_CONTEXT_WITHOUT_LOGGING",
                                "$.Logging.EnableLogContext",
                                "EnableLogContext is on, but EnableLogging is off.",
                                "Set EnableLogging."),
                        "{\"Logging\":{\"EnableLogging\":true,\"EnableLogContext\":true}}"),
                Case.of(
                        "an unknown log component",
                        "{\"Logging\":{\"LogComponents\":[{\"Id\":\"SORTERS\",\"Severity\":\"LOGGER_SEVERITY_INFO\"}]}}",
                        Finding.warning(
                                "LOG_COMPONENT_UNKNOWN",
                                "$.Logging.LogComponents",
                                "[SORTERS] is no component that the DMS guide lists.",
                                "Use some of [ADDONS, COMMON, COMMUNICATION, DATA_STRUCTURE, FILE_FACTORY, FILE_TRANSFER, IO, METADATA_MANAGER, PERFORMANCE, REST_SERVER, SORTER, "
                                        + "SOURCE_CAPTURE, SOURCE_UNLOAD, TABLES_MANAGER, TARGET_APPLY, TARGET_LOAD, TASK_MANAGER, TRANSFORMATION, VALIDATOR, VALIDATOR_EXT]."),
                        "{\"Logging\":{\"LogComponents\":[{\"Id\":\"SORTER\",\"Severity\":\"LOGGER_SEVERITY_INFO\"}]}}"),
                Case.of(
                        "a field of the service",
                        "{\"Logging\":{\"CloudWatchLogGroup\":\"dms-tasks-x\"}}",
                        Finding.error(
                                "SERVICE_FIELD_SET",
                                "$.Logging.CloudWatchLogGroup",
                                "It is 'dms-tasks-x': the service writes it, and refuses settings that set it.",
                                "Remove it: withoutServiceFields()."),
                        "{\"Logging\":{\"CloudWatchLogGroup\":null,\"CloudWatchLogStream\":null}}"),
                new Case(
                        "DROP reaches the files, S14",
                        "{}",
                        MigrationType.CDC,
                        Finding.warning(
                                "DROP_REMOVES_FILES",
                                "$.ChangeProcessingDdlHandlingPolicy.HandleSourceTableDropped",
                                "HandleSourceTableDropped is on, as it is if not set: when the source drops a table, its files and their history presumably go with it (rule S14).",
                                "Set it to false: keepFilesWhenSourceDropsOrTruncates()."),
                        "{}",
                        MigrationType.FULL_LOAD),
                Case.of(
                        "TRUNCATE reaches the files, S14",
                        "{}",
                        Finding.warning(
                                "TRUNCATE_REMOVES_FILES",
                                "$.ChangeProcessingDdlHandlingPolicy.HandleSourceTableTruncated",
                                "HandleSourceTableTruncated is on, as it is if not set: when the source truncates a table, DMS deletes all its files and their folder (rule S14).",
                                "Set it to false: keepFilesWhenSourceDropsOrTruncates()."),
                        "{\"ChangeProcessingDdlHandlingPolicy\":{\"HandleSourceTableTruncated\":false}}"),
                Case.of(
                        "new columns do not reach the files",
                        "{\"ChangeProcessingDdlHandlingPolicy\":{\"HandleSourceTableAltered\":false}}",
                        Finding.warning(
                                "NEW_COLUMNS_LEFT_OUT",
                                "$.ChangeProcessingDdlHandlingPolicy.HandleSourceTableAltered",
                                "HandleSourceTableAltered is off: columns that the source adds do not reach the files.",
                                "Set it to true."),
                        "{}"),
                Case.of(
                        "unmasked data",
                        "{\"ErrorBehavior\":{\"DataMaskingErrorPolicy\":\"LOG_ERROR\"}}",
                        Finding.warning(
                                "UNMASKED_ON_ERROR",
                                "$.ErrorBehavior.DataMaskingErrorPolicy",
                                "DataMaskingErrorPolicy is LOG_ERROR: a value that cannot be masked is written unmasked.",
                                "Set STOP_TASK."),
                        "{}"),
                Case.of(
                        "rows left out",
                        "{\"ErrorBehavior\":{\"DataTruncationErrorPolicy\":\"IGNORE_RECORD\"}}",
                        Finding.warning(
                                "ROWS_LEFT_OUT_ON_ERROR",
                                "$.ErrorBehavior.DataErrorPolicy",
                                "DataErrorPolicy or DataTruncationErrorPolicy is IGNORE_RECORD: rows with an error are left out without a word.",
                                "Set LOG_ERROR, SUSPEND_TABLE or STOP_TASK."),
                        "{}"),
                Case.of(
                        "LOBs off by a policy",
                        "{\"ErrorBehavior\":{\"ApplyErrorUpdatePolicy\":\"UPDATE_RECORD\"}}",
                        Finding.warning(
                                "LOBS_OFF_BY_UPDATE_RECORD",
                                "$.ErrorBehavior.ApplyErrorUpdatePolicy",
                                "ApplyErrorUpdatePolicy is UPDATE_RECORD, which switches LOBs off for the whole task.",
                                "Set LOG_ERROR: files on S3 know no conflicts that it could solve."),
                        "{}"),
                Case.of(
                        "a task that only validates prepares tables",
                        "{\"ValidationSettings\":{\"ValidationOnly\":true},\"FullLoadSettings\":{\"TargetTablePrepMode\":\"DROP_AND_CREATE\"}}",
                        Finding.error(
                                "VALIDATION_ONLY_PREPARES_TABLES",
                                "$.ValidationSettings.ValidationOnly",
                                "ValidationOnly is on and TargetTablePrepMode is DROP_AND_CREATE: it must be DO_NOTHING.",
                                "Set TargetTablePrepMode to DO_NOTHING."),
                        "{\"ValidationSettings\":{\"ValidationOnly\":true}}"),
                new Case(
                        "a task that only validates on S3 needs changes",
                        "{\"ValidationSettings\":{\"ValidationOnly\":true}}",
                        MigrationType.FULL_LOAD,
                        Finding.error(
                                "VALIDATION_ONLY_NEEDS_CDC",
                                "$.ValidationSettings.ValidationOnly",
                                "ValidationOnly is on, which for S3 targets needs a task of type cdc.",
                                "Make a task of type cdc for it."),
                        "{\"ValidationSettings\":{\"ValidationOnly\":true}}",
                        MigrationType.CDC),
                new Case(
                        "a full load has no resync schedule",
                        "{\"ResyncSettings\":{\"ResyncSchedule\":\"0 1 ? * *\"}}",
                        MigrationType.FULL_LOAD,
                        Finding.error(
                                "RESYNC_SCHEDULE_WITHOUT_CHANGES",
                                "$.ResyncSettings.ResyncSchedule",
                                "ResyncSchedule is '0 1 ? * *', but a task of type full-load takes none.",
                                "Remove it."),
                        "{\"ResyncSettings\":{\"ResyncSchedule\":\"0 1 ? * *\"}}",
                        MigrationType.CDC),
                new Case(
                        "a resync with changes needs a schedule and a time",
                        "{\"ResyncSettings\":{\"EnableResync\":true,\"MaxResyncTime\":5}}",
                        MigrationType.CDC,
                        Finding.error(
                                "RESYNC_INCOMPLETE",
                                "$.ResyncSettings.EnableResync",
                                "EnableResync is on in a task with changes, which needs ResyncSchedule, and MaxResyncTime of 5 to 14400 minutes.",
                                "Set both, or switch EnableResync off."),
                        "{\"ResyncSettings\":{\"EnableResync\":true,\"MaxResyncTime\":5,\"ResyncSchedule\":\"0 1 ? * *\"}}",
                        MigrationType.CDC),
                Case.of(
                        "a resync without validation",
                        "{\"ResyncSettings\":{\"EnableResync\":true}}",
                        Finding.error(
                                "RESYNC_WITHOUT_VALIDATION",
                                "$.ResyncSettings.EnableResync",
                                "EnableResync is on, but neither EnableValidation nor ValidationTaskId is given: there is nothing to repair from.",
                                "Set one of them, or switch EnableResync off."),
                        "{\"ResyncSettings\":{\"EnableResync\":true,\"ValidationTaskId\":\"x\"}}"),
                new Case(
                        "a full load has no old values",
                        "{\"BeforeImageSettings\":{\"EnableBeforeImage\":true,\"FieldName\":\"old\"}}",
                        MigrationType.FULL_LOAD,
                        Finding.error(
                                "BEFORE_IMAGE_WITHOUT_CHANGES",
                                "$.BeforeImageSettings.EnableBeforeImage",
                                "EnableBeforeImage is on, but a task of type full-load has no old values.",
                                "Switch it off."),
                        "{\"BeforeImageSettings\":{\"EnableBeforeImage\":true,\"FieldName\":\"old\"}}",
                        MigrationType.CDC),
                Case.of(
                        "old values without a name",
                        "{\"BeforeImageSettings\":{\"EnableBeforeImage\":true,\"FieldName\":\"\"}}",
                        Finding.error(
                                "BEFORE_IMAGE_WITHOUT_NAME",
                                "$.BeforeImageSettings.FieldName",
                                "EnableBeforeImage is on, but FieldName is empty.",
                                "Name the field, or switch EnableBeforeImage off."),
                        "{\"BeforeImageSettings\":{\"EnableBeforeImage\":false,\"FieldName\":\"\"}}"),
                Case.of(
                        "loopback prevention with batches",
                        "{\"LoopbackPreventionSettings\":{\"EnableLoopbackPrevention\":true},\"TargetMetadata\":{\"BatchApplyEnabled\":true}}",
                        Finding.error(
                                "LOOPBACK_PREVENTION_WITH_BATCH_APPLY",
                                "$.LoopbackPreventionSettings.EnableLoopbackPrevention",
                                "EnableLoopbackPrevention and BatchApplyEnabled are both on: DMS takes one of them.",
                                "Switch BatchApplyEnabled off."),
                        "{\"LoopbackPreventionSettings\":{\"EnableLoopbackPrevention\":true}}"),
                Case.of(
                        "features of other targets",
                        "{\"TTSettings\":{\"EnableTT\":true},\"LoopbackPreventionSettings\":{\"EnableLoopbackPrevention\":true}}",
                        Finding.warning(
                                "FEATURE_NOT_FOR_S3",
                                "$",
                                "EnableTT, EnableLoopbackPrevention are on, which the DMS guide does not describe for S3 targets.",
                                "Switch off what other targets only have."),
                        "{\"TTSettings\":{\"EnableTT\":false}}"),
                Case.of(
                        "settings without effect",
                        "{\"TargetMetadata\":{\"ParallelLoadThreads\":4},\"ChangeProcessingTuning\":{\"CommitTimeout\":2}}",
                        Finding.info(
                                "SETTINGS_WITHOUT_EFFECT",
                                "$",
                                "A task that writes to S3 makes no use of TargetMetadata.ParallelLoadThreads, ChangeProcessingTuning.CommitTimeout.",
                                "Remove them."),
                        "{\"TargetMetadata\":{\"LobChunkSize\":0,\"ParallelLoadBufferSize\":0},\"ChangeProcessingTuning\":{\"CommitTimeout\":1}}"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRuleSaysWhatWhereAndWhatToDo(Case rule) {
        assertThat(findings(rule.broken(), rule.type(), rule.finding().code())).containsExactly(rule.finding());
        assertThat(findings(rule.sound(), rule.soundType(), rule.finding().code()))
                .isEmpty();
    }

    /** Rules that need the type hold back where it is not known. */
    @Test
    void withoutATypeOnlyWhatHoldsForEveryTypeIsReported() {
        TaskSettings settings = TaskSettings.parse("""
                {"ValidationSettings":{"ValidationOnly":true},"FullLoadSettings":{"StopTaskCachedChangesApplied":true},
                 "BeforeImageSettings":{"EnableBeforeImage":true,"FieldName":"old"},"ResyncSettings":{"ResyncSchedule":"0 1 ? * *"}}
                """);

        assertThat(settings.validate())
                .extracting(Finding::code)
                .containsExactly(
                        "PREP_MODE_LEAVES_FILES",
                        "DROP_REMOVES_FILES",
                        "TRUNCATE_REMOVES_FILES",
                        "FEATURE_NOT_FOR_S3",
                        "SETTINGS_WITHOUT_EFFECT");
    }

    private static List<Finding> findings(String json, @Nullable MigrationType type, String code) {
        TaskSettings settings = TaskSettings.parse(json);
        List<Finding> findings = type == null ? settings.validate() : settings.validate(type);
        return findings.stream().filter(finding -> finding.code().equals(code)).toList();
    }
}
