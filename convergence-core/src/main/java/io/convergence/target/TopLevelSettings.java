package io.convergence.target;

import java.util.List;

/** Task settings that stand in no section. */
public final class TopLevelSettings {
    private static final TaskSection SECTION = new TaskSection("");

    public static final TaskSetting<Boolean> FAIL_TASK_WHEN_CLEAN_TASK_RESOURCE_FAILED =
            SECTION.flag("FailTaskWhenCleanTaskResourceFailed", false);

    static final List<TaskSetting<?>> ALL = SECTION.settings();

    private TopLevelSettings() {}
}
