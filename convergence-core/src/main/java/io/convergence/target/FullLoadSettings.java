package io.convergence.target;

import java.time.Duration;
import java.util.List;

/** Section {@code FullLoadSettings} (DMS guide, "Full-load task settings"). */
public final class FullLoadSettings {
    private static final TaskSection SECTION = new TaskSection("FullLoadSettings");

    /** What happens to a table's files before it is loaded. The console sets another value than the API. */
    public static final TaskSetting<TargetTablePrepMode> TARGET_TABLE_PREP_MODE = SECTION.add(TaskSection.oneOf(
            "TargetTablePrepMode",
            TargetTablePrepMode.DO_NOTHING,
            TargetTablePrepMode.DROP_AND_CREATE,
            TargetTablePrepMode.TRUNCATE_BEFORE_LOAD));

    /** Whether a database target gets the key after the load. */
    public static final TaskSetting<Boolean> CREATE_PK_AFTER_FULL_LOAD =
            SECTION.add(TaskSection.aFlag("CreatePkAfterFullLoad", false).notOnS3());

    /** Stop after the load when the changes cached meanwhile are written; for full load and changes only. */
    public static final TaskSetting<Boolean> STOP_TASK_CACHED_CHANGES_APPLIED =
            SECTION.flag("StopTaskCachedChangesApplied", false);

    /** Stop after the load before the changes cached meanwhile are written; for full load and changes only. */
    public static final TaskSetting<Boolean> STOP_TASK_CACHED_CHANGES_NOT_APPLIED =
            SECTION.flag("StopTaskCachedChangesNotApplied", false);

    /** Tables or segments loaded at a time, 1 to 49. */
    public static final TaskSetting<Integer> MAX_FULL_LOAD_SUB_TASKS =
            SECTION.add(TaskSection.aCount("MaxFullLoadSubTasks", 8).between(1, 49));

    /** How long the load waits for transactions that are open when it begins; tasks with a full load only ignore it. */
    public static final TaskSetting<Duration> TRANSACTION_CONSISTENCY_TIMEOUT =
            SECTION.add(TaskSection.seconds("TransactionConsistencyTimeout", 600));

    /** Rows passed on together, up to 50,000. */
    public static final TaskSetting<Integer> COMMIT_RATE =
            SECTION.add(TaskSection.aCount("CommitRate", 10000).between(0, 50_000));

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private FullLoadSettings() {}
}
