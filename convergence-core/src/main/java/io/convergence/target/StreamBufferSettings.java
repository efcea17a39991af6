package io.convergence.target;

import io.convergence.DataSize;
import java.util.List;

/** Section {@code StreamBufferSettings} (DMS guide, "Stream buffer task settings"). */
public final class StreamBufferSettings {
    private static final TaskSection SECTION = new TaskSection("StreamBufferSettings");

    public static final TaskSetting<Integer> STREAM_BUFFER_COUNT =
            SECTION.add(TaskSection.aCount("StreamBufferCount", 3));

    public static final TaskSetting<DataSize> STREAM_BUFFER_SIZE_IN_MB =
            SECTION.add(TaskSection.megabytes("StreamBufferSizeInMB", 8));

    /** 1 to 8 MB. */
    public static final TaskSetting<DataSize> CTRL_STREAM_BUFFER_SIZE_IN_MB =
            SECTION.add(TaskSection.megabytes("CtrlStreamBufferSizeInMB", 5).between(1, 8));

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private StreamBufferSettings() {}
}
