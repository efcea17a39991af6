package io.convergence.target;

import java.time.Duration;
import java.util.List;

/** Section {@code ErrorBehavior} (DMS guide, "Error handling task settings"). */
public final class ErrorBehavior {
    private static final TaskSection SECTION = new TaskSection("ErrorBehavior");

    public static final TaskSetting<ErrorPolicy> DATA_ERROR_POLICY = SECTION.add(TaskSection.oneOf(
            "DataErrorPolicy",
            ErrorPolicy.LOG_ERROR,
            ErrorPolicy.IGNORE_RECORD,
            ErrorPolicy.SUSPEND_TABLE,
            ErrorPolicy.STOP_TASK));

    public static final TaskSetting<ErrorPolicy> DATA_TRUNCATION_ERROR_POLICY = SECTION.add(TaskSection.oneOf(
            "DataTruncationErrorPolicy",
            ErrorPolicy.LOG_ERROR,
            ErrorPolicy.IGNORE_RECORD,
            ErrorPolicy.SUSPEND_TABLE,
            ErrorPolicy.STOP_TASK));

    /** With {@link ErrorPolicy#LOG_ERROR} the data is written unmasked. */
    public static final TaskSetting<ErrorPolicy> DATA_MASKING_ERROR_POLICY = SECTION.add(TaskSection.oneOf(
            "DataMaskingErrorPolicy",
            ErrorPolicy.STOP_TASK,
            ErrorPolicy.IGNORE_RECORD,
            ErrorPolicy.LOG_ERROR,
            ErrorPolicy.SUSPEND_TABLE));

    public static final TaskSetting<ErrorPolicy> DATA_ERROR_ESCALATION_POLICY = SECTION.add(
            TaskSection.oneOf("DataErrorEscalationPolicy", ErrorPolicy.SUSPEND_TABLE, ErrorPolicy.STOP_TASK));

    /** 0 is never. */
    public static final TaskSetting<Integer> DATA_ERROR_ESCALATION_COUNT =
            SECTION.add(TaskSection.aCount("DataErrorEscalationCount", 0));

    public static final TaskSetting<ErrorPolicy> EVENT_ERROR_POLICY =
            SECTION.add(TaskSection.oneOf("EventErrorPolicy", ErrorPolicy.IGNORE, ErrorPolicy.STOP_TASK));

    public static final TaskSetting<ErrorPolicy> TABLE_ERROR_POLICY =
            SECTION.add(TaskSection.oneOf("TableErrorPolicy", ErrorPolicy.SUSPEND_TABLE, ErrorPolicy.STOP_TASK));

    public static final TaskSetting<ErrorPolicy> TABLE_ERROR_ESCALATION_POLICY =
            SECTION.add(TaskSection.oneOf("TableErrorEscalationPolicy", ErrorPolicy.STOP_TASK));

    /** 0 is never. */
    public static final TaskSetting<Integer> TABLE_ERROR_ESCALATION_COUNT =
            SECTION.add(TaskSection.aCount("TableErrorEscalationCount", 0));

    /** -1 is not for ever: 9 tries while running, 6 while starting; 0 is never. */
    public static final TaskSetting<Integer> RECOVERABLE_ERROR_COUNT =
            SECTION.add(TaskSection.aNumber("RecoverableErrorCount", -1).between(-1, Integer.MAX_VALUE));

    /** The time between two tries. */
    public static final TaskSetting<Duration> RECOVERABLE_ERROR_INTERVAL =
            SECTION.add(TaskSection.seconds("RecoverableErrorInterval", 5));

    /** Whether that time grows. */
    public static final TaskSetting<Boolean> RECOVERABLE_ERROR_THROTTLING =
            SECTION.flag("RecoverableErrorThrottling", true);

    /** The longest time between two tries. */
    public static final TaskSetting<Duration> RECOVERABLE_ERROR_THROTTLING_MAX =
            SECTION.add(TaskSection.seconds("RecoverableErrorThrottlingMax", 1800));

    /** Older versions report false. */
    public static final TaskSetting<Boolean> RECOVERABLE_ERROR_STOP_RETRY_AFTER_THROTTLING_MAX =
            SECTION.add(TaskSection.aFlag("RecoverableErrorStopRetryAfterThrottlingMax", true)
                    .orReported(false));

    /** Files on S3 know no such conflicts. */
    public static final TaskSetting<ErrorPolicy> APPLY_ERROR_DELETE_POLICY = SECTION.add(TaskSection.oneOf(
                    "ApplyErrorDeletePolicy",
                    ErrorPolicy.IGNORE_RECORD,
                    ErrorPolicy.LOG_ERROR,
                    ErrorPolicy.SUSPEND_TABLE,
                    ErrorPolicy.STOP_TASK)
            .notOnS3());

    /** Files on S3 know no such conflicts. */
    public static final TaskSetting<ErrorPolicy> APPLY_ERROR_INSERT_POLICY = SECTION.add(TaskSection.oneOf(
                    "ApplyErrorInsertPolicy",
                    ErrorPolicy.LOG_ERROR,
                    ErrorPolicy.IGNORE_RECORD,
                    ErrorPolicy.SUSPEND_TABLE,
                    ErrorPolicy.STOP_TASK,
                    ErrorPolicy.INSERT_RECORD)
            .notOnS3());

    /** {@link ErrorPolicy#UPDATE_RECORD} switches LOBs off for the whole task. */
    public static final TaskSetting<ErrorPolicy> APPLY_ERROR_UPDATE_POLICY = SECTION.add(TaskSection.oneOf(
                    "ApplyErrorUpdatePolicy",
                    ErrorPolicy.LOG_ERROR,
                    ErrorPolicy.IGNORE_RECORD,
                    ErrorPolicy.SUSPEND_TABLE,
                    ErrorPolicy.STOP_TASK,
                    ErrorPolicy.UPDATE_RECORD)
            .notOnS3());

    /** Files on S3 know no such conflicts. */
    public static final TaskSetting<ErrorPolicy> APPLY_ERROR_ESCALATION_POLICY = SECTION.add(TaskSection.oneOf(
                    "ApplyErrorEscalationPolicy",
                    ErrorPolicy.LOG_ERROR,
                    ErrorPolicy.SUSPEND_TABLE,
                    ErrorPolicy.STOP_TASK)
            .notOnS3());

    /** 0 is never. */
    public static final TaskSetting<Integer> APPLY_ERROR_ESCALATION_COUNT =
            SECTION.add(TaskSection.aCount("ApplyErrorEscalationCount", 0).notOnS3());

    public static final TaskSetting<Boolean> APPLY_ERROR_FAIL_ON_TRUNCATION_DDL =
            SECTION.flag("ApplyErrorFailOnTruncationDdl", false);

    /** For changes from Oracle. */
    public static final TaskSetting<Boolean> FAIL_ON_TRANSACTION_CONSISTENCY_BREACHED =
            SECTION.flag("FailOnTransactionConsistencyBreached", false);

    /** Older versions report false. */
    public static final TaskSetting<Boolean> FAIL_ON_NO_TABLES_CAPTURED =
            SECTION.add(TaskSection.aFlag("FailOnNoTablesCaptured", true).orReported(false));

    /** Files on S3 know no such conflicts. */
    public static final TaskSetting<Boolean> FULL_LOAD_IGNORE_CONFLICTS =
            SECTION.add(TaskSection.aFlag("FullLoadIgnoreConflicts", true).notOnS3());

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private ErrorBehavior() {}
}
