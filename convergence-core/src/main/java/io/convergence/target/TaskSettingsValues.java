package io.convergence.target;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * @param values what is set, in the order of {@link TaskSettingsTable}
 * @param rest what is not known or cannot be read, in its place; without nulls and empty sections; never changed
 */
record TaskSettingsValues(Map<TaskSetting<?>, Object> values, ObjectNode rest) implements TaskSettings {
    static final TaskSettingsValues EMPTY = new TaskSettingsValues(Map.of(), ConfigurationJson.newObject());

    private static final Set<TaskSetting<?>> SERVICE_FIELDS =
            Set.of(LoggingSettings.CLOUD_WATCH_LOG_GROUP, LoggingSettings.CLOUD_WATCH_LOG_STREAM);

    TaskSettingsValues {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    @Override
    @SuppressWarnings("unchecked") // The builder and the parser take values of the setting's type only.
    public <T> T value(TaskSetting<T> setting) {
        return (T) values.getOrDefault(requireNonNull(setting, "setting"), setting.defaultValue());
    }

    @Override
    public boolean sets(TaskSetting<?> setting) {
        return values.containsKey(requireNonNull(setting, "setting"));
    }

    @Override
    public String toJson() {
        return TaskSettingsJson.toNode(this).toPrettyString();
    }

    @Override
    public List<Finding> validate() {
        return TaskSettingsChecks.findings(this, Optional.empty());
    }

    @Override
    public List<Finding> validate(MigrationType type) {
        return TaskSettingsChecks.findings(this, Optional.of(type));
    }

    @Override
    public List<TaskSettingDifference> compare(TaskSettings other) {
        return TaskSettingsComparison.differences(this, (TaskSettingsValues) requireNonNull(other, "other"));
    }

    @Override
    public TaskSettings withoutServiceFields() {
        Map<TaskSetting<?>, Object> kept = new LinkedHashMap<>(values);
        kept.keySet().removeAll(SERVICE_FIELDS);
        return new TaskSettingsValues(kept, TaskSettingsJson.without(rest, SERVICE_FIELDS));
    }

    @Override
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** What is set. */
    @Override
    public String toString() {
        return "TaskSettings" + TaskSettingsJson.toNode(this);
    }
}
