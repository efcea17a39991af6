package io.convergence.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every rule by which a table is right (S1 to S19) and every rule of the ledger (L1 to L7) is named by a test that runs in each build: at the
 * beginning of the test's name ({@code s3S18AReplay…}), at its end ({@code …S3}, {@code …_S8}), or at the beginning of its display name
 * ({@code "S5, S6: …"}). Rules of tables are named by a test that merges, besides those of what a merge reads.
 */
class RulesTest {
    private static final int TABLE_RULES = 19;
    private static final int LEDGER_RULES = 7;

    /** Where tests merge, as folders under {@code io/convergence}; and the one class beside them that does. */
    private static final Set<String> MERGES =
            Set.of("merge", "pipeline", "curated", "testkit/pipeline", "testkit/histories", "testkit/e2e");

    private static final String SCRIPTS = "testkit/dms/DmsScriptPipelineTest.java";

    private static final Pattern METHOD = Pattern.compile("^ +(?:public )?void (\\w+)\\(");
    private static final Pattern RUNS = Pattern.compile("@(?:Test|ParameterizedTest|RepeatedTest)\\b");
    private static final Pattern NIGHTLY = Pattern.compile("@Tag\\(\"(?:nightly|localstack)\"\\)");
    private static final Pattern SHOWN = Pattern.compile("@DisplayName\\(\\s*\"((?:[SL]\\d{1,2}, )*[SL]\\d{1,2}): ");
    private static final Pattern FIRST = Pattern.compile("^[sl]\\d{1,2}(?:[SL]\\d{1,2})*(?=[A-Z])");
    private static final Pattern LAST = Pattern.compile("(?:_?[SL]\\d{1,2})+$");
    private static final Pattern RULE = Pattern.compile("[SL]\\d{1,2}");

    private static List<String> rules(char letter, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> letter + Integer.toString(number))
                .toList();
    }

    /** Rules that the source of a test class names by tests that run in each build. */
    private static Set<String> named(List<String> source) {
        Set<String> named = new TreeSet<>();
        for (int i = 0; i < source.size(); i++) {
            Matcher method = METHOD.matcher(source.get(i));
            if (!method.find()) {
                continue;
            }

            String annotations = annotations(source, i);
            boolean runs = RUNS.matcher(annotations).find()
                    && !NIGHTLY.matcher(annotations).find();
            if (runs) {
                Matcher shown = SHOWN.matcher(annotations);
                take(named, shown.find() ? shown.group(1) : "");
                Matcher first = FIRST.matcher(method.group(1));
                take(named, first.find() ? first.group().toUpperCase(Locale.ROOT) : "");
                Matcher last = LAST.matcher(method.group(1));
                take(named, last.find() ? last.group() : "");
            }
        }
        return named;
    }

    /** What stands between a method and the blank line before it, without comments. */
    private static String annotations(List<String> source, int method) {
        List<String> lines = new ArrayList<>();
        for (int i = method - 1; i >= 0 && !source.get(i).isBlank(); i--) {
            String line = source.get(i).strip();
            if (!line.startsWith("*") && !line.startsWith("/")) {
                lines.add(0, line);
            }
        }
        return String.join("\n", lines);
    }

    private static void take(Set<String> named, String text) {
        Matcher rule = RULE.matcher(text);
        while (rule.find()) {
            named.add(rule.group());
        }
    }

    /** Rules named in test classes of all modules, as far as their path under {@code io/convergence} is wanted. */
    private static Set<String> named(Predicate<String> wanted) throws IOException {
        Set<String> named = new TreeSet<>();
        for (String module : List.of("convergence-core", "convergence-testkit", "convergence-cli")) {
            Path root = Path.of("..", module, "src", "test", "java", "io", "convergence");
            try (Stream<Path> all = Files.walk(root)) {
                for (Path file : all.filter(path -> path.toString().endsWith("Test.java"))
                        .toList()) {
                    String path = root.relativize(file).toString().replace('\\', '/');
                    List<String> source = Files.readAllLines(file);
                    boolean nightly = source.stream().anyMatch(line -> line.startsWith("@Tag(\"nightly\")"));
                    if (wanted.test(path) && !nightly) {
                        named.addAll(named(source));
                    }
                }
            }
        }
        return named;
    }

    private static boolean merges(String path) {
        return path.equals(SCRIPTS) || MERGES.contains(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
    }

    @Test
    void everyRuleIsNamedByATest() throws IOException {
        Set<String> named = named(path -> true);

        assertThat(named).containsAll(rules('S', TABLE_RULES)).containsAll(rules('L', LEDGER_RULES));
        assertThat(named).as("no rule that is none").hasSize(TABLE_RULES + LEDGER_RULES);
    }

    @Test
    void everyRuleOfTablesIsNamedByATestThatMerges() throws IOException {
        assertThat(named(RulesTest::merges)).containsAll(rules('S', TABLE_RULES));
    }

    /** What the search takes for a test's name of a rule, and what not. */
    @Test
    void aRuleIsNamedOnlyByATestThatRuns() {
        String source = """
                /** S1: a comment. */
                class FooTest {
                    private void s2Helper() {}

                    // S3 is told elsewhere.
                    @Test
                    void nothing() {}

                    @Test
                    void s4S5InTheBeginning() {}

                    @ParameterizedTest
                    @ValueSource(booleans = {false, true})
                    void inTheEnd_S6(boolean either) {}

                    @Test
                    @DisplayName("S7, L2: shown")
                    void shown() {}

                    @Test
                    @Tag("nightly")
                    void s8ByNight() {}

                    @Test
                    void s3ObjectsOfS3() {}

                    @Test
                    void s9() {}
                }
                """;

        assertThat(named(source.lines().toList())).containsExactly("L2", "S3", "S4", "S5", "S6", "S7");
    }
}
