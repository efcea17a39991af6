package io.convergence.judges.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.judges.Comparison;
import io.convergence.judges.JudgeCase;
import io.convergence.judges.JudgeColumn;
import io.convergence.judges.Row;
import io.convergence.judges.ShuffledOrder;
import io.convergence.judges.ValueRange;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SparkReadsOurFilesTest {
    private final List<JudgeCase> cases = JudgeCase.all();
    private SparkEngine spark;
    private int judgedCases;
    private int judgedRows;

    @BeforeAll
    void start(@TempDir Path folder) {
        spark = new SparkEngine(folder);
    }

    @AfterAll
    void stop() {
        spark.close();
        say(judgedCases + " scans of " + cases.size() + " cases, " + judgedRows + " rows compared");
    }

    Stream<Arguments> casesAndReaders() {
        return cases.stream()
                .flatMap(judged -> Stream.of(SparkEngine.Reader.values()).map(reader -> Arguments.of(judged, reader)));
    }

    @ParameterizedTest(name = "{0}, {1} reader")
    @MethodSource("casesAndReaders")
    void everyRowIsAsExpectedAndInFileOrder(JudgeCase judged, SparkEngine.Reader reader) {
        List<JudgeColumn> columns = readable(judged);
        List<Row> expected = judged.expected(columns);

        List<Row> actual = spark.rows(judged, columns, unreadable(judged), reader);
        Comparison comparison = Comparison.of(judged, columns, expected, actual);

        say(judged + ", " + reader + ": " + comparison.compared() + " rows, " + comparison.count() + " differences");
        assertThat(comparison.first())
                .as("differences (of %d)", comparison.count())
                .isEmpty();
        judgedCases++;
        judgedRows += comparison.compared();
    }

    Stream<JudgeCase> cases() {
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyColumnHasItsTypeFromTheFileAlone(JudgeCase judged) {
        assertThat(spark.wrongTypes(judged, unreadable(judged))).isEmpty();
    }

    Stream<JudgeCase> stitchedCases() {
        return cases.stream().filter(judged -> judged.name().startsWith("stitched-"));
    }

    /** The two readers take turns. */
    @ParameterizedTest
    @MethodSource("stitchedCases")
    void noRowIsLostWherePagesAreLeftOutByTheirBounds(JudgeCase judged) {
        List<JudgeColumn> columns = readable(judged);
        List<Row> expected = judged.expected(columns);
        List<ValueRange> ranges = ValueRange.about(columns, expected);
        List<String> differences = new ArrayList<>();
        int found = 0;

        for (int i = 0; i < ranges.size(); i++) {
            ValueRange range = ranges.get(i);
            SparkEngine.Reader reader = SparkEngine.Reader.values()[i % 2];
            List<Row> within = range.of(expected, columns);
            Comparison comparison =
                    Comparison.inOrder(columns, within, spark.rows(judged, columns, unreadable(judged), reader, range));
            comparison.first().forEach(one -> differences.add(range + ", " + reader + ": " + one));
            found += within.size();
        }

        say(judged + ": " + ranges.size() + " conditions, " + found + " rows");
        assertThat(differences).isEmpty();
        assertThat(ranges).isNotEmpty();
    }

    @Test
    void theScanKeepsAKnownShuffledOrder() {
        JudgeCase judged = named(ShuffledOrder.CASE);
        List<JudgeColumn> ordinal = judged.columns().stream()
                .filter(column -> column.name().equals("ordinal"))
                .toList();

        List<Row> rows = spark.rows(judged, ordinal, Set.of(), SparkEngine.Reader.VECTORS);

        assertThat(rows)
                .containsExactlyElementsOf(IntStream.range(0, ShuffledOrder.ROWS)
                        .mapToObj(row -> new Row(List.of(BigInteger.valueOf(ShuffledOrder.ordinal(row)))))
                        .toList());
    }

    @Test
    void twoExchangedRowsAndOneChangedCellAreSeen() {
        JudgeCase judged = named(ShuffledOrder.CASE);
        List<JudgeColumn> columns = judged.columns();
        List<Row> actual = spark.rows(judged, columns, Set.of(), SparkEngine.Reader.VECTORS);

        List<Row> exchanged = new ArrayList<>(judged.expected(columns));
        Collections.swap(exchanged, 5_000, 5_001);
        List<Row> changed = new ArrayList<>(judged.expected(columns));
        changed.set(7, new Row(List.of(BigInteger.ONE, changed.get(7).cells().get(1))));

        assertThat(Comparison.inOrder(columns, exchanged, actual).count()).isEqualTo(4);
        assertThat(Comparison.inOrder(columns, changed, actual).count()).isEqualTo(1);
    }

    /** What is left out must be left out for a reason that still holds. */
    @Test
    void aTypeThatIsLeftOutReallyCannotBeRead() {
        JudgeCase judged = named("calibration-plain");
        Set<String> left = unreadable(judged);
        Set<String> others = judged.columns().stream()
                .map(JudgeColumn::name)
                .filter(name -> !left.contains(name))
                .collect(Collectors.toSet());

        assertThat(left).containsExactly("tm");
        assertThatThrownBy(() -> spark.inferred(judged.files().get(0), others))
                .hasMessageContaining("Illegal Parquet type");
    }

    private JudgeCase named(String name) {
        return cases.stream()
                .filter(judged -> judged.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Cannot judge: there is no case '" + name + "'."));
    }

    private static Set<String> unreadable(JudgeCase judged) {
        return judged.columns().stream()
                .filter(column -> SparkTypes.unreadable(column.type()).isPresent())
                .map(JudgeColumn::name)
                .collect(Collectors.toSet());
    }

    /** Leaves out, and says so, what the engine cannot read in any file. */
    private static List<JudgeColumn> readable(JudgeCase judged) {
        List<JudgeColumn> columns = new ArrayList<>();
        for (JudgeColumn column : judged.columns()) {
            SparkTypes.unreadable(column.type())
                    .ifPresentOrElse(
                            why -> say(
                                    judged + ": column '" + column.name() + "' " + column.type() + " left out: " + why),
                            () -> columns.add(column));
        }
        return columns;
    }

    private static void say(String text) {
        System.out.println("judges/spark: " + text);
    }
}
