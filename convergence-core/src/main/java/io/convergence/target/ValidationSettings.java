package io.convergence.target;

import io.convergence.DataSize;
import java.time.Duration;
import java.util.List;

/**
 * Section {@code ValidationSettings}. On S3 DMS validates Parquet files only, through Athena; see {@link S3TargetSettings#validate(TargetSurroundings)} for what it needs.
 */
public final class ValidationSettings {
    private static final TaskSection SECTION = new TaskSection("ValidationSettings");

    public static final TaskSetting<Boolean> ENABLE_VALIDATION = SECTION.flag("EnableValidation", false);

    /** Set by the service since engine 3.5.4, to {@link ValidationMode#GROUP_LEVEL} where it can. */
    public static final TaskSetting<ValidationMode> VALIDATION_MODE =
            SECTION.add(TaskSection.oneOf("ValidationMode", ValidationMode.ROW_LEVEL, ValidationMode.GROUP_LEVEL)
                    .orReported(ValidationMode.GROUP_LEVEL));

    public static final TaskSetting<Integer> THREAD_COUNT = SECTION.add(TaskSection.aCount("ThreadCount", 5));

    /** Rows read at a time. */
    public static final TaskSetting<Integer> PARTITION_SIZE = SECTION.add(TaskSection.aCount("PartitionSize", 10000));

    /** Failures after which the task no longer validates. */
    public static final TaskSetting<Integer> FAILURE_MAX_COUNT =
            SECTION.add(TaskSection.aCount("FailureMaxCount", 10000));

    /** Failures after which a table is no longer validated. */
    public static final TaskSetting<Integer> TABLE_FAILURE_MAX_COUNT =
            SECTION.add(TaskSection.aCount("TableFailureMaxCount", 1000));

    public static final TaskSetting<Boolean> HANDLE_COLLATION_DIFF = SECTION.flag("HandleCollationDiff", false);

    public static final TaskSetting<Duration> RECORD_FAILURE_DELAY_IN_MINUTES =
            SECTION.add(TaskSection.minutes("RecordFailureDelayInMinutes", 5));

    public static final TaskSetting<Duration> RECORD_FAILURE_DELAY_LIMIT_IN_MINUTES =
            SECTION.add(TaskSection.minutes("RecordFailureDelayLimitInMinutes", 0));

    public static final TaskSetting<Duration> RECORD_SUSPEND_DELAY_IN_MINUTES =
            SECTION.add(TaskSection.minutes("RecordSuspendDelayInMinutes", 30));

    public static final TaskSetting<Integer> MAX_KEY_COLUMN_SIZE =
            SECTION.add(TaskSection.aCount("MaxKeyColumnSize", 8096));

    public static final TaskSetting<Boolean> SKIP_LOB_COLUMNS = SECTION.flag("SkipLobColumns", false);

    /** How much of a LOB is compared; 0 is all of it. */
    public static final TaskSetting<DataSize> VALIDATION_PARTIAL_LOB_SIZE =
            SECTION.add(TaskSection.kilobytes("ValidationPartialLobSize", 0));

    /** 180 for tasks that only validate. */
    public static final TaskSetting<Duration> VALIDATION_QUERY_CDC_DELAY_SECONDS =
            SECTION.add(TaskSection.seconds("ValidationQueryCdcDelaySeconds", 0).orReported(Duration.ofSeconds(180)));

    /** Whether the task validates without replicating. Cannot be changed later. */
    public static final TaskSetting<Boolean> VALIDATION_ONLY = SECTION.flag("ValidationOnly", false);

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private ValidationSettings() {}
}
