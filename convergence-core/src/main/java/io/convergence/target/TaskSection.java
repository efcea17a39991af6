package io.convergence.target;

import io.convergence.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects the settings of one section in their order, while its class is initialised. */
final class TaskSection {
    private final String path;
    private final List<TaskSetting<?>> settings = new ArrayList<>();

    TaskSection(String path) {
        this.path = path;
    }

    <T> TaskSetting<T> add(TaskSetting.Draft<T> draft) {
        TaskSetting<T> setting = draft.in(path);
        settings.add(setting);
        return setting;
    }

    TaskSetting<Boolean> flag(String name, boolean otherwise) {
        return add(aFlag(name, otherwise));
    }

    List<TaskSetting<?>> settings() {
        return List.copyOf(settings);
    }

    static TaskSetting.Draft<Boolean> aFlag(String name, boolean otherwise) {
        return new TaskSetting.Draft<>(name, WireType.flag(), otherwise);
    }

    static TaskSetting.Draft<String> aText(String name) {
        return new TaskSetting.Draft<>(name, WireType.text(), "");
    }

    static TaskSetting.Draft<Integer> aCount(String name, int otherwise) {
        return new TaskSetting.Draft<>(name, WireType.count(), otherwise);
    }

    static TaskSetting.Draft<Integer> aNumber(String name, int otherwise) {
        return new TaskSetting.Draft<>(name, WireType.number(), otherwise);
    }

    static TaskSetting.Draft<DataSize> kilobytes(String name, long otherwise) {
        return new TaskSetting.Draft<>(name, WireType.kilobytes(), DataSize.ofKilobytes(otherwise));
    }

    static TaskSetting.Draft<DataSize> megabytes(String name, long otherwise) {
        return new TaskSetting.Draft<>(name, WireType.megabytes(), DataSize.ofMegabytes(otherwise));
    }

    static TaskSetting.Draft<Duration> seconds(String name, long otherwise) {
        return new TaskSetting.Draft<>(name, WireType.seconds(), Duration.ofSeconds(otherwise));
    }

    static TaskSetting.Draft<Duration> minutes(String name, long otherwise) {
        return new TaskSetting.Draft<>(name, WireType.minutes(), Duration.ofMinutes(otherwise));
    }

    /** The first constant is the default. */
    @SafeVarargs
    static <E extends Enum<E>> TaskSetting.Draft<E> oneOf(String name, E otherwise, E... others) {
        List<E> constants = new ArrayList<>(List.of(otherwise));
        for (E other : others) {
            constants.add(other);
        }
        return new TaskSetting.Draft<>(name, WireType.oneOf(constants, Enum::name), otherwise);
    }
}
