package io.convergence.target;

import java.util.List;

/**
 * Section {@code ChangeProcessingDdlHandlingPolicy}: what DMS does when a table of the source is dropped, truncated or altered. All are on if not set, which on S3 deletes the files of the table.
 */
public final class ChangeProcessingDdlHandlingPolicy {
    private static final TaskSection SECTION = new TaskSection("ChangeProcessingDdlHandlingPolicy");

    /** Whether DROP TABLE reaches the target. On S3 it presumably deletes the table's files. */
    public static final TaskSetting<Boolean> HANDLE_SOURCE_TABLE_DROPPED =
            SECTION.flag("HandleSourceTableDropped", true);

    /** Whether TRUNCATE reaches the target. On S3 it deletes all files of the table and its folder. */
    public static final TaskSetting<Boolean> HANDLE_SOURCE_TABLE_TRUNCATED =
            SECTION.flag("HandleSourceTableTruncated", true);

    /** Whether later files have the new columns. */
    public static final TaskSetting<Boolean> HANDLE_SOURCE_TABLE_ALTERED =
            SECTION.flag("HandleSourceTableAltered", true);

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private ChangeProcessingDdlHandlingPolicy() {}
}
