package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares two documents by what they make DMS do (hashicorp/terraform-provider-aws#36936). */
final class TaskSettingsComparison {
    private static final String NOTHING = "not set";

    private TaskSettingsComparison() {}

    static List<TaskSettingDifference> differences(TaskSettingsValues here, TaskSettingsValues there) {
        List<TaskSettingDifference> differences = new ArrayList<>();
        for (TaskSetting<?> setting : TaskSettingsTable.ALL) {
            if (!setting.writtenByService()) {
                difference(setting, here, there).ifPresent(differences::add);
            }
        }

        Map<String, String> restHere = leaves(here);
        Map<String, String> restThere = leaves(there);
        TreeSet<String> paths = new TreeSet<>(restHere.keySet());
        paths.addAll(restThere.keySet());
        for (String path : paths) {
            String left = restHere.getOrDefault(path, NOTHING);
            String right = restThere.getOrDefault(path, NOTHING);
            if (!left.equals(right)) {
                differences.add(new TaskSettingDifference(path, left, right));
            }
        }
        return List.copyOf(differences);
    }

    private static <T> Optional<TaskSettingDifference> difference(
            TaskSetting<T> setting, TaskSettingsValues here, TaskSettingsValues there) {
        T left = here.sets(setting) ? here.value(setting) : null;
        T right = there.sets(setting) ? there.value(setting) : null;
        boolean same = left == null
                ? right == null || isDefault(setting, right)
                : right == null ? isDefault(setting, left) : plain(left).equals(plain(right));
        return same
                ? Optional.empty()
                : Optional.of(new TaskSettingDifference(setting.path(), shown(setting, left), shown(setting, right)));
    }

    private static <T> boolean isDefault(TaskSetting<T> setting, T value) {
        return setting.reportedDefaults().stream()
                .anyMatch(known -> plain(known).equals(plain(value)));
    }

    /** A component with the default severity is the same as one that is not listed. */
    private static Object plain(Object value) {
        if (!(value instanceof Map<?, ?> components)) {
            return value;
        }

        Map<Object, Object> raised = new TreeMap<>();
        components.forEach((id, severity) -> {
            if (severity != LogSeverity.DEFAULT) {
                raised.put(id, severity);
            }
        });
        return raised;
    }

    private static <T> String shown(TaskSetting<T> setting, @Nullable T value) {
        if (value != null) {
            return text(setting.write(value));
        }
        return NOTHING + " (DMS's default is " + text(setting.write(setting.defaultValue())) + ")";
    }

    private static String text(Object written) {
        return written.equals("") ? "empty" : written.toString();
    }

    private static Map<String, String> leaves(TaskSettingsValues settings) {
        Map<String, String> leaves = new TreeMap<>();
        leaves(settings.rest(), "", leaves);
        leaves.remove("ControlTablesSettings." + TaskSettingsJson.SECOND_NAME);
        return leaves;
    }

    private static void leaves(JsonNode node, String path, Map<String, String> leaves) {
        node.properties().forEach(field -> {
            String inner = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (field.getValue().isObject()) {
                leaves(field.getValue(), inner, leaves);
            } else {
                leaves.put(
                        inner,
                        field.getValue().isArray()
                                ? field.getValue().toString()
                                : field.getValue().asText());
            }
        });
    }
}
