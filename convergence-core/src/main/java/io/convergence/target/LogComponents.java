package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The list of components and severities in {@code Logging}. Its order carries no meaning; here it is that of the names. */
final class LogComponents {
    static final WireType<Map<String, LogSeverity>> TYPE =
            WireType.structure(LogComponents::read, LogComponents::write);

    /** DMS guide, "Logging task settings"; VALIDATOR is in its prose only. */
    static final Set<String> KNOWN = Set.of(
            "TRANSFORMATION",
            "SOURCE_UNLOAD",
            "IO",
            "TARGET_LOAD",
            "PERFORMANCE",
            "SOURCE_CAPTURE",
            "SORTER",
            "REST_SERVER",
            "VALIDATOR_EXT",
            "VALIDATOR",
            "TARGET_APPLY",
            "TASK_MANAGER",
            "TABLES_MANAGER",
            "METADATA_MANAGER",
            "FILE_FACTORY",
            "COMMON",
            "ADDONS",
            "DATA_STRUCTURE",
            "COMMUNICATION",
            "FILE_TRANSFER");

    private LogComponents() {}

    private static @Nullable Map<String, LogSeverity> read(JsonNode array, WireType.Wrong wrong) {
        Map<String, LogSeverity> components = new TreeMap<>();
        for (JsonNode entry : array) {
            String id = entry.path("Id").asText("");
            LogSeverity severity = severity(entry.path("Severity").asText(""));
            if (!array.isArray() || entry.size() != 2 || id.isBlank() || severity == null) {
                wrong.because(
                        "It holds " + entry + ", not a component with a severity.",
                        "Give each as {\"Id\": \"TARGET_LOAD\", \"Severity\": \"LOGGER_SEVERITY_DEBUG\"}.");
                return null;
            }
            LogSeverity before = components.put(id, severity);
            if (before != null && before != severity) {
                wrong.because(
                        "It gives " + id + " two severities, " + before.wireValue() + " and " + severity.wireValue()
                                + ".",
                        "Give it one.");
                return null;
            }
        }
        return Collections.unmodifiableMap(components);
    }

    private static @Nullable LogSeverity severity(String text) {
        try {
            return LogSeverity.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Object write(Map<String, LogSeverity> components) {
        ArrayNode array = ConfigurationJson.newArray();
        new TreeMap<>(components)
                .forEach((id, severity) -> array.addObject().put("Id", id).put("Severity", severity.wireValue()));
        return array;
    }
}
