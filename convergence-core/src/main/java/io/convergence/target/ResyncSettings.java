package io.convergence.target;

import java.time.Duration;
import java.util.List;

/**
 * Section {@code ResyncSettings}: repairs of what validation found. Needs a control table on the target, so presumably nothing for S3.
 */
public final class ResyncSettings {
    private static final TaskSection SECTION = new TaskSection("ResyncSettings");

    public static final TaskSetting<Boolean> ENABLE_RESYNC =
            SECTION.add(TaskSection.aFlag("EnableResync", false).notOnS3());

    /** A cron expression, e.g. {@code 30 9 ? * MON-FRI}; needed with changes, and not allowed without. */
    public static final TaskSetting<String> RESYNC_SCHEDULE =
            SECTION.add(TaskSection.aText("ResyncSchedule").notOnS3());

    /** 5 to 14,400 minutes; needed with changes. 0 stands for not set. */
    public static final TaskSetting<Duration> MAX_RESYNC_TIME = SECTION.add(
            TaskSection.minutes("MaxResyncTime", 0).between(0, 14_400).notOnS3());

    /** The task that validates, where this one does not. */
    public static final TaskSetting<String> VALIDATION_TASK_ID =
            SECTION.add(TaskSection.aText("ValidationTaskId").notOnS3());

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private ResyncSettings() {}
}
