package io.convergence.target;

import java.util.List;

/** Section {@code LoopbackPreventionSettings}, for replication in both directions between databases. */
public final class LoopbackPreventionSettings {
    private static final TaskSection SECTION = new TaskSection("LoopbackPreventionSettings");

    /** Needs {@link TargetMetadata#BATCH_APPLY_ENABLED} off. */
    public static final TaskSetting<Boolean> ENABLE_LOOPBACK_PREVENTION =
            SECTION.add(TaskSection.aFlag("EnableLoopbackPrevention", false).notOnS3());

    public static final TaskSetting<String> SOURCE_SCHEMA =
            SECTION.add(TaskSection.aText("SourceSchema").notOnS3());

    public static final TaskSetting<String> TARGET_SCHEMA =
            SECTION.add(TaskSection.aText("TargetSchema").notOnS3());

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private LoopbackPreventionSettings() {}
}
