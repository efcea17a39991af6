package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of {@link TaskSettings}. */
final class TaskSettingsJson {
    /** The service reports this beside the name with a capital letter. */
    static final String SECOND_NAME = "historyTimeslotInMinutes";

    private TaskSettingsJson() {}

    static TaskSettings parse(String json) {
        return read(ConfigurationJson.object(json, "task settings"));
    }

    static TaskSettings read(JsonNode document) {
        ObjectNode rest = document.deepCopy();
        Map<TaskSetting<?>, Object> values = new LinkedHashMap<>();
        for (TaskSetting<?> setting : TaskSettingsTable.ALL) {
            ObjectNode section = section(rest, setting.section());
            if (section != null) {
                Object value = take(setting, section, setting.name());
                if (setting == ControlTablesSettings.HISTORY_TIMESLOT_IN_MINUTES) {
                    value = withSecondName(section, value);
                }
                if (value != null) {
                    values.put(setting, value);
                }
            }
        }
        prune(rest);
        return new TaskSettingsValues(values, rest);
    }

    /** The rest without values that could not be read, where a builder has decided about the setting since. */
    static ObjectNode without(ObjectNode rest, Collection<TaskSetting<?>> decided) {
        ObjectNode left = rest.deepCopy();
        for (TaskSetting<?> setting : decided) {
            ObjectNode section = section(left, setting.section());
            if (section != null) {
                section.remove(setting.name());
            }
        }
        prune(left);
        return left;
    }

    /** What can be read is taken out; the rest is reported when the settings are validated. */
    private static @Nullable Object take(TaskSetting<?> setting, ObjectNode section, String name) {
        JsonNode node = section.get(name);
        Object value = node == null ? null : setting.read(node, (message, fix) -> {});
        if (value != null) {
            section.remove(name);
        }
        return value;
    }

    /** Two names for one value; if the values differ, the second name stays as something unknown. */
    private static @Nullable Object withSecondName(ObjectNode section, @Nullable Object value) {
        JsonNode node = section.get(SECOND_NAME);
        Object second = take(ControlTablesSettings.HISTORY_TIMESLOT_IN_MINUTES, section, SECOND_NAME);
        if (value != null && second != null && !value.equals(second)) {
            section.set(SECOND_NAME, node);
        }
        return value == null ? second : value;
    }

    private static @Nullable ObjectNode section(ObjectNode root, String path) {
        JsonNode section = root;
        if (!path.isEmpty()) {
            for (String name : path.split("\\.", -1)) {
                section = section.path(name);
            }
        }
        return section instanceof ObjectNode object ? object : null;
    }

    /** Null is the same as absent, and a section without settings says nothing. */
    private static void prune(ObjectNode node) {
        for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
            JsonNode child = children.next();
            if (child instanceof ObjectNode object) {
                prune(object);
            }
            if (child.isNull() || (child.isObject() && child.isEmpty())) {
                children.remove();
            }
        }
    }

    static ObjectNode toNode(TaskSettingsValues settings) {
        ObjectNode root = ConfigurationJson.newObject();
        settings.values().forEach((setting, value) -> put(root, setting, value));
        merge(root, settings.rest());
        return root;
    }

    @SuppressWarnings("unchecked") // Values are of the setting's type.
    private static <T> void put(ObjectNode root, TaskSetting<T> setting, Object value) {
        ObjectNode section = root;
        if (!setting.section().isEmpty()) {
            for (String name : setting.section().split("\\.", -1)) {
                section = section.withObject("/" + name);
            }
        }
        S3TargetJson.put(section, setting.name(), setting.write((T) value));
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(field -> {
            if (into.get(field.getKey()) instanceof ObjectNode there && field.getValue() instanceof ObjectNode more) {
                merge(there, more);
            } else {
                into.set(field.getKey(), field.getValue().deepCopy());
            }
        });
    }
}
