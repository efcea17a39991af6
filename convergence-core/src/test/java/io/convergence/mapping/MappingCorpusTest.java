package io.convergence.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import io.convergence.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every document that people really send to DMS is read, kept and written back. */
class MappingCorpusTest {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private List<Path> documents = List.of();

    @BeforeEach
    void findsTheCorpus() throws IOException {
        String folder = System.getProperty("convergence.corpus", "");
        assumeTrue(
                !folder.isEmpty(),
                "the system property convergence.corpus is not set: no document of the corpus was read");
        try (Stream<Path> files = Files.list(Path.of(folder, "table-mappings"))) {
            documents = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        assertThat(documents).hasSizeGreaterThan(80);
    }

    @Test
    void everyDocumentSurvivesTheWayThroughTheModel() throws IOException {
        int read = 0;
        for (Path document : documents) {
            String json = Files.readString(document);
            if (!wellFormed(json)) {
                continue;
            }

            TableMappings mappings = TableMappings.parse(json);
            String written = mappings.toJson();

            assertThat(TableMappings.parse(written)).as(document.toString()).isEqualTo(mappings);
            assertThat(texts(JSON.readTree(written))).as(document.toString()).containsAll(texts(JSON.readTree(json)));
            mappings.validate();
            read++;
        }

        assertThat(read).isGreaterThan(75);
    }

    @Test
    void documentsThatAreNotJsonOrSayOneThingTwiceAreRefused() throws IOException {
        List<Path> refused = new ArrayList<>();
        for (Path document : documents) {
            String json = Files.readString(document);
            if (!wellFormed(json)) {
                assertThatThrownBy(() -> TableMappings.parse(json))
                        .as(document.toString())
                        .isInstanceOf(InvalidMappingException.class)
                        .hasMessageStartingWith("Cannot read table mappings: ");
                refused.add(document);
            }
        }

        assertThat(refused).isNotEmpty();
    }

    /** The table says of each document with errors which they are, and why they are right. */
    @Test
    void everyErrorIsJustified() throws IOException {
        Map<String, String> expected = expectations();
        Map<String, String> found = new TreeMap<>();
        for (Path document : documents) {
            String errors = errors(Files.readString(document));
            if (!errors.isEmpty()) {
                found.put(String.valueOf(document.getFileName()), errors);
            }
        }

        assertThat(found).isEqualTo(expected);
    }

    /** A text that is not JSON is refused with its place. */
    @Test
    void whatCannotBeReadIsToldWithLineAndColumn() throws IOException {
        for (Path document : documents) {
            String json = Files.readString(document);
            if (!wellFormed(json)) {
                assertThatThrownBy(() -> TableMappings.parse(json))
                        .as(document.toString())
                        .hasMessageMatching("(?s).*\\(line \\d+, column \\d+\\).*");
            }
        }
    }

    private static String errors(String json) {
        try {
            return TableMappings.parse(json).validate().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .map(Finding::code)
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(" "));
        } catch (InvalidMappingException e) {
            return "UNREADABLE";
        }
    }

    private static Map<String, String> expectations() throws IOException {
        try (InputStream table = MappingCorpusTest.class.getResourceAsStream("corpus-expectations.tsv")) {
            Map<String, String> expected = new TreeMap<>();
            new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split("\t", -1))
                    .forEach(fields -> {
                        assertThat(fields).as(fields[0]).hasSize(3).noneMatch(String::isBlank);
                        expected.put(fields[0], fields[1]);
                    });
            return expected;
        }
    }

    /** JSON with a list of rules and no name given twice in an object; judged without the parser under test. */
    private static boolean wellFormed(String json) {
        try (var parser = JSON.createParser(json)) {
            JsonNode root = JSON.readTree(parser);
            return parser.nextToken() == null
                    && root instanceof ObjectNode
                    && root.path("rules").isArray();
        } catch (IOException e) {
            return false;
        }
    }

    /** All names and texts of a document that carry meaning: nulls, empty lists and empty texts do not. */
    private static Set<String> texts(JsonNode node) {
        Set<String> found = new TreeSet<>();
        collect(node, "", found);
        return found;
    }

    private static void collect(JsonNode node, String name, Set<String> found) {
        if (node.isArray()) {
            node.forEach(child -> collect(child, name, found));
        } else if (node.isObject()) {
            node.properties().forEach(field -> collect(field.getValue(), field.getKey(), found));
        } else if (!node.isNull() && !node.asText().isEmpty() && !node.asText().equals("table")) {
            found.add(name + "=" + node.asText());
        }
    }
}
