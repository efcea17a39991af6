package io.convergence.target;

import java.util.List;
import java.util.Map;

/** Section {@code Logging} (DMS guide, "Logging task settings"). */
public final class LoggingSettings {
    private static final TaskSection SECTION = new TaskSection("Logging");

    /** Off by the guide; serverless replications report it as on where nobody set it. */
    public static final TaskSetting<Boolean> ENABLE_LOGGING =
            SECTION.add(TaskSection.aFlag("EnableLogging", false).orReported(true));

    /** Whether log lines carry their context; needs {@link #ENABLE_LOGGING}. */
    public static final TaskSetting<Boolean> ENABLE_LOG_CONTEXT = SECTION.flag("EnableLogContext", false);

    /** The components whose severity is set. The service reports all of them, in an order of its own. */
    public static final TaskSetting<Map<String, LogSeverity>> LOG_COMPONENTS =
            SECTION.add(new TaskSetting.Draft<>("LogComponents", LogComponents.TYPE, Map.of()));

    public static final TaskSetting<Boolean> DELETE_TASK_LOGS = SECTION.flag("DeleteTaskLogs", false);

    /** Written by the service, and refused if it is sent. */
    public static final TaskSetting<String> CLOUD_WATCH_LOG_GROUP =
            SECTION.add(TaskSection.aText("CloudWatchLogGroup").writtenByService());

    /** Written by the service, and refused if it is sent. */
    public static final TaskSetting<String> CLOUD_WATCH_LOG_STREAM =
            SECTION.add(TaskSection.aText("CloudWatchLogStream").writtenByService());

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private LoggingSettings() {}
}
