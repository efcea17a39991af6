package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convergence.Finding;
import io.convergence.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every document of task settings that people really send is read, kept, judged as the committed table says. */
class TaskSettingsCorpusTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private List<Path> documents = List.of();

    @BeforeEach
    void findsTheCorpus() throws IOException {
        String folder = System.getProperty("convergence.corpus", "");
        assumeTrue(
                !folder.isEmpty(),
                "the system property convergence.corpus is not set: no document of the corpus was read");
        try (Stream<Path> files = Files.list(Path.of(folder, "task-settings"))) {
            documents = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        assertThat(documents).hasSizeGreaterThan(20);
    }

    @Test
    void everyDocumentHasTheErrorsOfTheTableAndNoOthers() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (Path document : documents) {
            String errors = errors(Files.readString(document));
            if (!errors.isEmpty()) {
                found.put(document.getFileName().toString(), errors);
            }
        }

        assertThat(found).isEqualTo(expected());
    }

    @Test
    void everyDocumentSurvivesTheWayThroughTheModel() throws IOException {
        int read = 0;
        for (Path document : documents) {
            String json = Files.readString(document);
            if (errors(json).startsWith("NOT_JSON")) {
                assertThatThrownBy(() -> TaskSettings.parse(json))
                        .as(document.toString())
                        .hasMessageContaining("(line ");
                continue;
            }

            TaskSettings settings = TaskSettings.parse(json);
            String written = settings.toJson();

            assertThat(TaskSettings.parse(written)).as(document.toString()).isEqualTo(settings);
            assertThat(leaves(JSON.readTree(written))).as(document.toString()).isEqualTo(leaves(JSON.readTree(json)));
            assertThat(settings.compare(TaskSettings.parse(written))).isEmpty();
            read++;
        }

        assertThat(read).isGreaterThan(20);
    }

    private static String errors(String json) {
        TaskSettings settings;
        try {
            settings = TaskSettings.parse(json);
        } catch (InvalidConfigurationException e) {
            return e.findings().stream().map(Finding::code).collect(Collectors.joining(", "));
        }
        return settings.validate().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(finding -> finding.code() + " " + finding.path())
                .collect(Collectors.joining(", "));
    }

    /** File, tab, codes with paths, tab, why that is right. */
    private static Map<String, String> expected() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        try (InputStream table = Objects.requireNonNull(
                TaskSettingsCorpusTest.class.getResourceAsStream("/corpus/task-settings-errors.tsv"))) {
            String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] columns = line.split("\t");
                assertThat(columns).as(line).hasSize(3).doesNotContain("");
                expected.put(columns[0], columns[1]);
            });
        }
        return expected;
    }

    /** What carries meaning, read without the model: no nulls, no second name, components in any order. */
    private static Map<String, String> leaves(JsonNode node) {
        Map<String, String> leaves = new TreeMap<>();
        collect(node, "", leaves);
        leaves.remove("/ControlTablesSettings/historyTimeslotInMinutes");
        return leaves;
    }

    private static void collect(JsonNode node, String path, Map<String, String> leaves) {
        if (node.isObject()) {
            node.properties().forEach(field -> collect(field.getValue(), path + "/" + field.getKey(), leaves));
        } else if (node.isArray()) {
            node.forEach(entry -> {
                if (entry.has("Id")) {
                    leaves.put(
                            path + "/" + entry.get("Id").asText(),
                            entry.get("Severity").asText());
                } else {
                    leaves.merge(path, entry.toString(), String::concat);
                }
            });
        } else if (!node.isNull()) {
            leaves.put(path, node.asText());
        }
    }
}
