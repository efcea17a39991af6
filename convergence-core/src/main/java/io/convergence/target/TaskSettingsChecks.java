package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checks behind {@link TaskSettings#validate()}: what cannot be read, each value, then the rules. */
final class TaskSettingsChecks {
    private final List<Finding> findings = new ArrayList<>();

    private TaskSettingsChecks() {}

    static List<Finding> findings(TaskSettingsValues settings, Optional<MigrationType> type) {
        TaskSettingsChecks checks = new TaskSettingsChecks();
        checks.rest(settings.rest(), "");
        settings.values().forEach((setting, value) -> checks.value(setting, value));
        TaskSettingsRules.RULES.forEach(rule -> rule.apply(settings, type).ifPresent(checks.findings::add));
        return List.copyOf(checks.findings);
    }

    @SuppressWarnings("unchecked") // Values are of the setting's type.
    private <T> void value(TaskSetting<T> setting, Object value) {
        setting.check((T) value).ifPresent(findings::add);
    }

    private void rest(ObjectNode node, String section) {
        node.properties().forEach(field -> {
            String path = section.isEmpty() ? field.getKey() : section + "." + field.getKey();
            JsonNode value = field.getValue();
            if (TaskSettingsTable.SECTIONS.contains(path)) {
                if (value instanceof ObjectNode inner) {
                    rest(inner, path);
                } else {
                    findings.add(Finding.error(
                            "WRONG_VALUE",
                            "$." + path,
                            "It is " + value + ", not an object.",
                            "Give its settings in braces."));
                }
            } else {
                unknown(section, field.getKey(), path, value);
            }
        });
    }

    private void unknown(String section, String name, String path, JsonNode value) {
        Optional<TaskSetting<?>> known =
                TaskSettingsTable.first(setting -> setting.path().equals(path));
        if (known.isPresent()) {
            int before = findings.size();
            known.get()
                    .read(
                            value,
                            (message, fix) -> findings.add(Finding.error("WRONG_VALUE", "$." + path, message, fix)));
            if (findings.size() == before) {
                // A blank text, which a constant cannot be.
                findings.add(Finding.error(
                        "WRONG_VALUE", "$." + path, "It is " + value + ", which is no value of it.", "Remove it."));
            }
            return;
        }
        if (TaskSettingsTable.UNDOCUMENTED.contains(path)) {
            findings.add(Finding.info(
                    "SETTING_UNDOCUMENTED",
                    "$." + path,
                    "'" + name + "' is seen in documents, but no documentation says what it does.",
                    "Remove it unless AWS Support asked for it."));
            return;
        }
        if (path.equals("ControlTablesSettings." + TaskSettingsJson.SECOND_NAME)) {
            findings.add(Finding.warning(
                    "SETTING_CONTRADICTS_ITSELF",
                    "$." + path,
                    "It is " + value
                            + ", and another value stands under HistoryTimeslotInMinutes, which is the same setting.",
                    "Remove it."));
            return;
        }
        findings.add(Finding.warning(
                "SETTING_UNKNOWN",
                "$." + path,
                "'" + name + "' is no " + (value.isObject() ? "section" : "setting")
                        + (section.isEmpty() ? "" : " of " + section)
                        + ": DMS has been seen to ignore such names without a word.",
                fix(section, name)));
    }

    private static String fix(String section, String name) {
        Optional<TaskSetting<?>> elsewhere =
                TaskSettingsTable.first(setting -> setting.name().equals(name));
        if (elsewhere.isPresent()) {
            return "Move it to "
                    + (elsewhere.get().section().isEmpty()
                            ? "the top"
                            : elsewhere.get().section()) + ".";
        }

        List<String> candidates = new ArrayList<>();
        TaskSettingsTable.ALL.stream()
                .filter(setting -> setting.section().equals(section))
                .forEach(setting -> candidates.add(setting.name()));
        TaskSettingsTable.SECTIONS.stream()
                .filter(other -> section.isEmpty() ? !other.contains(".") : other.startsWith(section + "."))
                .forEach(other -> candidates.add(other.substring(other.lastIndexOf('.') + 1)));
        return ConfigurationJson.suggestion(name, candidates)
                .map(meant -> "Did you mean '" + meant + "'?")
                .orElse("Remove it.");
    }
}
