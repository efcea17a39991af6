package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskSettingsTest {
    /**
     * DMS guide, "Specifying task settings", and what the service reports; written apart from the code: path, default or
     * defaults as the API writes them, range, and a dash if a task that writes to S3 makes no use of it.
     */
    private static final String DOCUMENTED = """
            TargetMetadata.TargetSchema | (empty)
            TargetMetadata.SupportLobs | true
            TargetMetadata.FullLobMode | false
            TargetMetadata.LobChunkSize | 64, 0 | -
            TargetMetadata.LimitedSizeLobMode | true
            TargetMetadata.LobMaxSize | 32 | 0 to 102400
            TargetMetadata.InlineLobMaxSize | 0 | 0 to 102400 | -
            TargetMetadata.LoadMaxFileSize | 0 | 0 to 100000 | -
            TargetMetadata.ParallelLoadThreads | 0 | 0 to 200 | -
            TargetMetadata.ParallelLoadBufferSize | 50, 0 | 0 to 1000 | -
            TargetMetadata.ParallelLoadQueuesPerThread | 1, 0 | -
            TargetMetadata.ParallelApplyThreads | 0 | -
            TargetMetadata.ParallelApplyBufferSize | 100, 0 | -
            TargetMetadata.ParallelApplyQueuesPerThread | 1, 0 | -
            TargetMetadata.BatchApplyEnabled | false
            TargetMetadata.TaskRecoveryTableEnabled | false | -
            FullLoadSettings.TargetTablePrepMode | DO_NOTHING
            FullLoadSettings.CreatePkAfterFullLoad | false | -
            FullLoadSettings.StopTaskCachedChangesApplied | false
            FullLoadSettings.StopTaskCachedChangesNotApplied | false
            FullLoadSettings.MaxFullLoadSubTasks | 8 | 1 to 49
            FullLoadSettings.TransactionConsistencyTimeout | 600
            FullLoadSettings.CommitRate | 10000 | 0 to 50000
            TTSettings.EnableTT | false | -
            TTSettings.FailTaskOnTTFailure | false | -
            TTSettings.TTS3Settings.EncryptionMode | SSE_S3 | -
            TTSettings.TTS3Settings.ServerSideEncryptionKmsKeyId | (empty) | -
            TTSettings.TTS3Settings.ServiceAccessRoleArn | (empty) | -
            TTSettings.TTS3Settings.BucketName | (empty) | -
            TTSettings.TTS3Settings.BucketFolder | (empty) | -
            TTSettings.TTS3Settings.EnableDeletingFromS3OnTaskDelete | false | -
            TTSettings.TTRecordSettings.EnableRawData | false | -
            TTSettings.TTRecordSettings.RawDataFormat | TEXT | -
            TTSettings.TTRecordSettings.OperationsToLog | (empty), ALL | -
            TTSettings.TTRecordSettings.MaxRecordSize | 64 | -
            Logging.EnableLogging | false, true
            Logging.EnableLogContext | false
            Logging.LogComponents | []
            Logging.DeleteTaskLogs | false
            Logging.CloudWatchLogGroup | (empty)
            Logging.CloudWatchLogStream | (empty)
            ControlTablesSettings.ControlSchema | (empty)
            ControlTablesSettings.HistoryTimeslotInMinutes | 5
            ControlTablesSettings.HistoryTableEnabled | false
            ControlTablesSettings.SuspendedTablesTableEnabled | false
            ControlTablesSettings.StatusTableEnabled | false
            ControlTablesSettings.FullLoadExceptionTableEnabled | false
            ControlTablesSettings.CommitPositionTableEnabled | false
            StreamBufferSettings.StreamBufferCount | 3
            StreamBufferSettings.StreamBufferSizeInMB | 8
            StreamBufferSettings.CtrlStreamBufferSizeInMB | 5 | 1 to 8
            ChangeProcessingTuning.BatchApplyPreserveTransaction | true | -
            ChangeProcessingTuning.BatchApplyTimeoutMin | 1 | -
            ChangeProcessingTuning.BatchApplyTimeoutMax | 30 | -
            ChangeProcessingTuning.BatchApplyMemoryLimit | 500 | -
            ChangeProcessingTuning.BatchSplitSize | 0 | -
            ChangeProcessingTuning.MinTransactionSize | 1000 | -
            ChangeProcessingTuning.CommitTimeout | 1 | -
            ChangeProcessingTuning.MemoryLimitTotal | 1024
            ChangeProcessingTuning.MemoryKeepTime | 60
            ChangeProcessingTuning.StatementCacheSize | 50 | 0 to 200
            ChangeProcessingTuning.RecoveryTimeout | -1
            ChangeProcessingDdlHandlingPolicy.HandleSourceTableDropped | true
            ChangeProcessingDdlHandlingPolicy.HandleSourceTableTruncated | true
            ChangeProcessingDdlHandlingPolicy.HandleSourceTableAltered | true
            ErrorBehavior.DataErrorPolicy | LOG_ERROR
            ErrorBehavior.DataTruncationErrorPolicy | LOG_ERROR
            ErrorBehavior.DataMaskingErrorPolicy | STOP_TASK
            ErrorBehavior.DataErrorEscalationPolicy | SUSPEND_TABLE
            ErrorBehavior.DataErrorEscalationCount | 0
            ErrorBehavior.EventErrorPolicy | IGNORE
            ErrorBehavior.TableErrorPolicy | SUSPEND_TABLE
            ErrorBehavior.TableErrorEscalationPolicy | STOP_TASK
            ErrorBehavior.TableErrorEscalationCount | 0
            ErrorBehavior.RecoverableErrorCount | -1 | -1 to 2147483647
            ErrorBehavior.RecoverableErrorInterval | 5
            ErrorBehavior.RecoverableErrorThrottling | true
            ErrorBehavior.RecoverableErrorThrottlingMax | 1800
            ErrorBehavior.RecoverableErrorStopRetryAfterThrottlingMax | true, false
            ErrorBehavior.ApplyErrorDeletePolicy | IGNORE_RECORD | -
            ErrorBehavior.ApplyErrorInsertPolicy | LOG_ERROR | -
            ErrorBehavior.ApplyErrorUpdatePolicy | LOG_ERROR | -
            ErrorBehavior.ApplyErrorEscalationPolicy | LOG_ERROR | -
            ErrorBehavior.ApplyErrorEscalationCount | 0 | -
            ErrorBehavior.ApplyErrorFailOnTruncationDdl | false
            ErrorBehavior.FailOnTransactionConsistencyBreached | false
            ErrorBehavior.FailOnNoTablesCaptured | true, false
            ErrorBehavior.FullLoadIgnoreConflicts | true | -
            ValidationSettings.EnableValidation | false
            ValidationSettings.ValidationMode | ROW_LEVEL, GROUP_LEVEL
            ValidationSettings.ThreadCount | 5
            ValidationSettings.PartitionSize | 10000
            ValidationSettings.FailureMaxCount | 10000
            ValidationSettings.TableFailureMaxCount | 1000
            ValidationSettings.HandleCollationDiff | false
            ValidationSettings.RecordFailureDelayInMinutes | 5
            ValidationSettings.RecordFailureDelayLimitInMinutes | 0
            ValidationSettings.RecordSuspendDelayInMinutes | 30
            ValidationSettings.MaxKeyColumnSize | 8096
            ValidationSettings.SkipLobColumns | false
            ValidationSettings.ValidationPartialLobSize | 0
            ValidationSettings.ValidationQueryCdcDelaySeconds | 0, 180
            ValidationSettings.ValidationOnly | false
            ResyncSettings.EnableResync | false | -
            ResyncSettings.ResyncSchedule | (empty) | -
            ResyncSettings.MaxResyncTime | 0 | 0 to 14400 | -
            ResyncSettings.ValidationTaskId | (empty) | -
            BeforeImageSettings.EnableBeforeImage | false | -
            BeforeImageSettings.FieldName | (empty) | -
            BeforeImageSettings.ColumnFilter | pk-only | -
            CharacterSetSettings.CharacterReplacements | [] | -
            CharacterSetSettings.CharacterSetSupport.CharacterSet | (empty) | -
            CharacterSetSettings.CharacterSetSupport.ReplaceWithCharacterCodePoint | 0 | -
            LoopbackPreventionSettings.EnableLoopbackPrevention | false | -
            LoopbackPreventionSettings.SourceSchema | (empty) | -
            LoopbackPreventionSettings.TargetSchema | (empty) | -
            FailTaskWhenCleanTaskResourceFailed | false
            """;

    @Test
    void everySettingHasItsDocumentedDefaultAndRange() {
        List<String> ours =
                TaskSettingsTable.ALL.stream().map(TaskSettingsTest::line).toList();

        assertThat(ours).containsExactlyElementsOf(DOCUMENTED.lines().toList());
    }

    @Test
    void everyDefaultSurvivesTheWayThroughJsonAndIsNoDifference() {
        for (TaskSetting<?> setting : TaskSettingsTable.ALL) {
            defaultsComeBack(setting);
        }
    }

    private static <T> void defaultsComeBack(TaskSetting<T> setting) {
        for (T value : setting.reportedDefaults()) {
            TaskSettings settings = TaskSettings.builder().set(setting, value).values();

            assertThat(TaskSettings.parse(settings.toJson())).as(setting.path()).isEqualTo(settings);
            assertThat(settings.sets(setting)).as(setting.path()).isTrue();
            assertThat(settings.compare(TaskSettings.parse("{}")))
                    .as(setting.path())
                    .isEmpty();
            assertThat(setting.check(value)).as(setting.path()).isEmpty();
        }
    }

    private static <T> String line(TaskSetting<T> setting) {
        StringBuilder line = new StringBuilder(setting.path()).append(" | ");
        line.append(String.join(
                ", ",
                setting.reportedDefaults().stream()
                        .map(value -> setting.write(value).toString())
                        .map(text -> text.isEmpty() ? "(empty)" : text)
                        .toList()));
        setting.range().ifPresent(range -> line.append(" | ").append(range));
        return line.append(setting.effectOnS3() ? "" : " | -").toString();
    }

    @Test
    void settingsHaveTypesAndWhatIsNotSetHasTheDefault() {
        TaskSettings settings = TaskSettings.of(t -> t.limitedLobs(DataSize.ofMegabytes(1))
                .set(FullLoadSettings.TARGET_TABLE_PREP_MODE, TargetTablePrepMode.TRUNCATE_BEFORE_LOAD)
                .set(FullLoadSettings.TRANSACTION_CONSISTENCY_TIMEOUT, Duration.ofMinutes(5))
                .log("SORTER", LogSeverity.DETAILED_DEBUG));

        assertThat(settings.lobMaxSize()).isEqualTo(DataSize.ofKilobytes(1024));
        assertThat(settings.value(FullLoadSettings.TARGET_TABLE_PREP_MODE))
                .isEqualTo(TargetTablePrepMode.TRUNCATE_BEFORE_LOAD);
        assertThat(settings.value(FullLoadSettings.COMMIT_RATE)).isEqualTo(10_000);
        assertThat(settings.sets(FullLoadSettings.COMMIT_RATE)).isFalse();
        assertThat(settings.value(LoggingSettings.LOG_COMPONENTS))
                .isEqualTo(Map.of("SORTER", LogSeverity.DETAILED_DEBUG));
        assertThat(settings.toJson().replaceAll("\\s", ""))
                .isEqualTo(
                        "{\"TargetMetadata\":{\"SupportLobs\":true,\"FullLobMode\":false,\"LimitedSizeLobMode\":true,\"LobMaxSize\":1024},"
                                + "\"FullLoadSettings\":{\"TargetTablePrepMode\":\"TRUNCATE_BEFORE_LOAD\",\"TransactionConsistencyTimeout\":300},"
                                + "\"Logging\":{\"EnableLogging\":true,\"LogComponents\":[{\"Id\":\"SORTER\",\"Severity\":\"LOGGER_SEVERITY_DETAILED_DEBUG\"}]}}");
    }

    @Test
    void thePresetForS3HasNothingToMentionButWhatDoNothingMeans() {
        assertThat(TaskSettings.forS3().build().validate())
                .extracting(Finding::code)
                .containsExactly("PREP_MODE_LEAVES_FILES");
        assertThat(TaskSettings.forS3().build().validate(MigrationType.CDC)).isEmpty();
    }

    @Test
    void numbersAndFlagsAsTextsAndNullsAreRead() {
        TaskSettings settings = TaskSettings.parse("""
                {"FullLoadSettings":{"CommitRate":"50000","TargetTablePrepMode":"do-nothing","MaxFullLoadSubTasks":null},"TTSettings":{"TTS3Settings":null},
                 "TargetMetadata":{"SupportLobs":"false"},"BeforeImageSettings":null,"ErrorBehavior":{"RecoverableErrorCount":-1}}
                """);

        assertThat(settings)
                .isEqualTo(TaskSettings.of(t -> t.set(FullLoadSettings.COMMIT_RATE, 50_000)
                        .set(FullLoadSettings.TARGET_TABLE_PREP_MODE, TargetTablePrepMode.DO_NOTHING)
                        .withoutLobs()
                        .set(ErrorBehavior.RECOVERABLE_ERROR_COUNT, -1)));
    }

    @Test
    void theSecondNameOfTheTimeslotIsTheSameSetting() {
        TaskSettings both = TaskSettings.parse(
                "{\"ControlTablesSettings\":{\"historyTimeslotInMinutes\":5,\"HistoryTimeslotInMinutes\":5}}");
        TaskSettings second = TaskSettings.parse("{\"ControlTablesSettings\":{\"historyTimeslotInMinutes\":5}}");
        TaskSettings apart = TaskSettings.parse(
                "{\"ControlTablesSettings\":{\"historyTimeslotInMinutes\":7,\"HistoryTimeslotInMinutes\":5}}");

        assertThat(both)
                .isEqualTo(second)
                .isEqualTo(TaskSettings.of(
                        t -> t.set(ControlTablesSettings.HISTORY_TIMESLOT_IN_MINUTES, Duration.ofMinutes(5))));
        assertThat(apart.value(ControlTablesSettings.HISTORY_TIMESLOT_IN_MINUTES))
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(TaskSettings.parse(apart.toJson())).isEqualTo(apart);
        assertThat(apart.validate())
                .contains(Finding.warning(
                        "SETTING_CONTRADICTS_ITSELF",
                        "$.ControlTablesSettings.historyTimeslotInMinutes",
                        "It is 7, and another value stands under HistoryTimeslotInMinutes, which is the same setting.",
                        "Remove it."));
    }

    @Test
    void structuresComeBackAsTheyWere() {
        TaskSettings settings = TaskSettings.of(
                t -> t.set(CharacterSetSettings.CHARACTER_REPLACEMENTS, List.of(new CharacterReplacement(35, 0)))
                        .set(CharacterSetSettings.CHARACTER_SET, "UTF16_PlatformEndian")
                        .set(TimeTravelSettings.ENCRYPTION_MODE, EncryptionMode.SSE_KMS)
                        .log("SORTER", LogSeverity.INFO)
                        .log("IO", LogSeverity.DEBUG)
                        .set(TopLevelSettings.FAIL_TASK_WHEN_CLEAN_TASK_RESOURCE_FAILED, true));

        assertThat(TaskSettings.parse(settings.toJson())).isEqualTo(settings).hasSameHashCodeAs(settings);
        assertThat(settings.toBuilder().build()).isEqualTo(settings);
        assertThat(settings.toBuilder()
                        .unset(TimeTravelSettings.ENCRYPTION_MODE)
                        .build()
                        .sets(TimeTravelSettings.ENCRYPTION_MODE))
                .isFalse();
    }

    @Test
    void whatIsNotKnownOrCannotBeReadIsKeptAndReported() {
        String json = """
                {"sFullLoadSettings":{"TargetTablePrepMode":"DROP_AND_CREATE"},"TargetMetadata":{"TargetTablePrepMode":"drop-tables","LobMaxsize":3},
                 "FullLoadSettings":{"CommitRate":"fast","TargetTablePrepMode":"drop"},"Logging":{"EnableLogTruncation":true,"LogComponents":[{"Id":"IO"}]},
                 "StreamBufferSettings":7,"PostProcessingRules":"x","Colour":"red"}
                """;

        TaskSettings settings = TaskSettings.parse(json);

        assertThat(TaskSettings.parse(settings.toJson())).isEqualTo(settings);
        assertThat(settings.toBuilder().validate()).isEqualTo(settings.validate());
        assertThat(settings.validate())
                .contains(
                        Finding.warning(
                                "SETTING_UNKNOWN",
                                "$.sFullLoadSettings",
                                "'sFullLoadSettings' is no section: DMS has been seen to ignore such names without a word.",
                                "Did you mean 'FullLoadSettings'?"),
                        Finding.warning(
                                "SETTING_UNKNOWN",
                                "$.TargetMetadata.TargetTablePrepMode",
                                "'TargetTablePrepMode' is no setting of TargetMetadata: DMS has been seen to ignore such names without a word.",
                                "Move it to FullLoadSettings."),
                        Finding.warning(
                                "SETTING_UNKNOWN",
                                "$.TargetMetadata.LobMaxsize",
                                "'LobMaxsize' is no setting of TargetMetadata: DMS has been seen to ignore such names without a word.",
                                "Did you mean 'LobMaxSize'?"),
                        Finding.error(
                                "WRONG_VALUE",
                                "$.FullLoadSettings.CommitRate",
                                "It is \"fast\", not a whole number that is not negative.",
                                "Give it in the unit of the API."),
                        Finding.error(
                                "WRONG_VALUE",
                                "$.FullLoadSettings.TargetTablePrepMode",
                                "It is \"drop\", none of DMS's values.",
                                "Use one of DO_NOTHING, DROP_AND_CREATE, TRUNCATE_BEFORE_LOAD."),
                        Finding.info(
                                "SETTING_UNDOCUMENTED",
                                "$.Logging.EnableLogTruncation",
                                "'EnableLogTruncation' is seen in documents, but no documentation says what it does.",
                                "Remove it unless AWS Support asked for it."),
                        Finding.error(
                                "WRONG_VALUE",
                                "$.Logging.LogComponents",
                                "It holds {\"Id\":\"IO\"}, not a component with a severity.",
                                "Give each as {\"Id\": \"TARGET_LOAD\", \"Severity\": \"LOGGER_SEVERITY_DEBUG\"}."),
                        Finding.error(
                                "WRONG_VALUE",
                                "$.StreamBufferSettings",
                                "It is 7, not an object.",
                                "Give its settings in braces."),
                        Finding.info(
                                "SETTING_UNDOCUMENTED",
                                "$.PostProcessingRules",
                                "'PostProcessingRules' is seen in documents, but no documentation says what it does.",
                                "Remove it unless AWS Support asked for it."),
                        Finding.warning(
                                "SETTING_UNKNOWN",
                                "$.Colour",
                                "'Colour' is no setting: DMS has been seen to ignore such names without a word.",
                                "Remove it."));
    }

    @Test
    void aBuilderCorrectsWhatCouldNotBeRead() {
        TaskSettings broken = TaskSettings.parse("""
                {"FullLoadSettings":{"CommitRate":"fast","MaxFullLoadSubTasks":"many"},"Logging":{"CloudWatchLogGroup":7},"Vendor":{"Key":1}}
                """);

        TaskSettings corrected = broken.withoutServiceFields().toBuilder()
                .set(FullLoadSettings.COMMIT_RATE, 5_000)
                .unset(FullLoadSettings.MAX_FULL_LOAD_SUB_TASKS)
                .build();

        assertThat(corrected)
                .isEqualTo(TaskSettings.parse("{\"FullLoadSettings\":{\"CommitRate\":5000},\"Vendor\":{\"Key\":1}}"));
    }

    @Test
    void theBuilderRefusesAllErrorsAtOnce() {
        assertThatThrownBy(() -> TaskSettings.of(t -> t.set(FullLoadSettings.MAX_FULL_LOAD_SUB_TASKS, 50)
                        .set(TargetMetadata.LOB_MAX_SIZE, DataSize.ofBytes(1500))
                        .set(ErrorBehavior.RECOVERABLE_ERROR_INTERVAL, Duration.ofSeconds(-1))))
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .containsExactly(
                                        Finding.error(
                                                "SETTING_NOT_IN_UNIT",
                                                "$.TargetMetadata.LobMaxSize",
                                                "It is 1.5 KB, which the whole numbers of the API cannot express.",
                                                "Give a whole number of the unit, not negative."),
                                        Finding.error(
                                                "SETTING_OUT_OF_RANGE",
                                                "$.FullLoadSettings.MaxFullLoadSubTasks",
                                                "It is 50: it must be 1 to 49.",
                                                "Leave it out for DMS's default, 8."),
                                        Finding.error(
                                                "SETTING_NOT_IN_UNIT",
                                                "$.ErrorBehavior.RecoverableErrorInterval",
                                                "It is PT-1S, which the whole numbers of the API cannot express.",
                                                "Give a whole number of the unit, not negative.")));
    }

    @Test
    void whatOnlyTheServiceMayWriteCanBeTakenOut() {
        TaskSettings reported = TaskSettings.parse(
                "{\"Logging\":{\"EnableLogging\":true,\"CloudWatchLogGroup\":\"g\",\"CloudWatchLogStream\":\"s\"}}");

        assertThat(reported.withoutServiceFields())
                .isEqualTo(TaskSettings.of(t -> t.set(LoggingSettings.ENABLE_LOGGING, true)));
    }

    @Test
    void whatIsNoObjectOrSaysOneThingTwiceIsRefused() {
        assertThatThrownBy(() -> TaskSettings.parse("{\"Logging\":{},\"Logging\":{}}"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageStartingWith("Cannot accept task settings: ERROR NOT_JSON at $: The text is not JSON: ")
                .hasMessageContaining("Logging")
                .hasMessageContaining("line 1, column 24");
        assertThatThrownBy(() -> TaskSettings.parse("[]"))
                .hasMessage("Cannot accept task settings: ERROR NOT_JSON at $: The text is array, not a JSON object. "
                        + "Give one JSON object, not the path of a file.");
    }
}
