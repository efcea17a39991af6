package io.convergence.target;

import java.time.Duration;
import java.util.List;

/**
 * Section {@code ControlTablesSettings}: tables that DMS writes about a task to database targets. Whether S3 targets get them as folders is not documented.
 */
public final class ControlTablesSettings {
    private static final TaskSection SECTION = new TaskSection("ControlTablesSettings");

    /** The schema of these tables; if empty it depends on the target. */
    public static final TaskSetting<String> CONTROL_SCHEMA = SECTION.add(TaskSection.aText("ControlSchema"));

    /** The stretch of time of one row of the history. The service adds the same value under a name that begins with a small letter. */
    public static final TaskSetting<Duration> HISTORY_TIMESLOT_IN_MINUTES =
            SECTION.add(TaskSection.minutes("HistoryTimeslotInMinutes", 5));

    public static final TaskSetting<Boolean> HISTORY_TABLE_ENABLED = SECTION.flag("HistoryTableEnabled", false);

    public static final TaskSetting<Boolean> SUSPENDED_TABLES_TABLE_ENABLED =
            SECTION.flag("SuspendedTablesTableEnabled", false);

    public static final TaskSetting<Boolean> STATUS_TABLE_ENABLED = SECTION.flag("StatusTableEnabled", false);

    public static final TaskSetting<Boolean> FULL_LOAD_EXCEPTION_TABLE_ENABLED =
            SECTION.flag("FullLoadExceptionTableEnabled", false);

    public static final TaskSetting<Boolean> COMMIT_POSITION_TABLE_ENABLED =
            SECTION.flag("CommitPositionTableEnabled", false);

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private ControlTablesSettings() {}
}
