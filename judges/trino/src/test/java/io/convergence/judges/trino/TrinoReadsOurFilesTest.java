package io.convergence.judges.trino;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.judges.Comparison;
import io.convergence.judges.JudgeCase;
import io.convergence.judges.JudgeColumn;
import io.convergence.judges.Row;
import io.convergence.judges.ShuffledOrder;
import io.convergence.judges.ValueRange;
import io.trino.testing.QueryFailedException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrinoReadsOurFilesTest {
    private final List<JudgeCase> cases = JudgeCase.all();
    private TrinoEngine trino;
    private int judgedCases;
    private int judgedRows;

    @BeforeAll
    void start(@TempDir Path folder) {
        trino = new TrinoEngine(folder);
    }

    @AfterAll
    void stop() throws IOException {
        trino.close();
        say(judgedCases + " scans of " + cases.size() + " cases, " + judgedRows + " rows compared");
    }

    Stream<Arguments> casesAndReaders() {
        return cases.stream()
                .flatMap(judged -> Stream.of(TrinoEngine.Reader.values()).map(reader -> Arguments.of(judged, reader)));
    }

    @ParameterizedTest(name = "{0}, {1} reader")
    @MethodSource("casesAndReaders")
    void everyRowIsAsExpectedAndInFileOrder(JudgeCase judged, TrinoEngine.Reader reader) {
        List<JudgeColumn> columns = readable(judged);
        List<Row> expected = judged.expected(columns);

        Comparison comparison = Comparison.of(judged, columns, expected, trino.rows(judged, columns, reader));

        say(judged + ", " + reader + ": " + comparison.compared() + " rows, " + comparison.count() + " differences");
        assertThat(comparison.first())
                .as("differences (of %d)", comparison.count())
                .isEmpty();
        judgedCases++;
        judgedRows += comparison.compared();
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
            TrinoEngine.Reader reader = TrinoEngine.Reader.values()[i % 2];
            List<Row> within = range.of(expected, columns);
            Comparison comparison = Comparison.inOrder(columns, within, trino.rows(judged, columns, reader, range));
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

        List<Row> rows = trino.rows(judged, ordinal, TrinoEngine.Reader.BATCH);

        assertThat(rows)
                .containsExactlyElementsOf(IntStream.range(0, ShuffledOrder.ROWS)
                        .mapToObj(row -> new Row(List.of(BigInteger.valueOf(ShuffledOrder.ordinal(row)))))
                        .toList());
    }

    @Test
    void twoExchangedRowsAndOneChangedCellAreSeen() {
        JudgeCase judged = named(ShuffledOrder.CASE);
        List<JudgeColumn> columns = judged.columns();
        List<Row> actual = trino.rows(judged, columns, TrinoEngine.Reader.BATCH);

        List<Row> exchanged = new ArrayList<>(judged.expected(columns));
        Collections.swap(exchanged, 5_000, 5_001);
        List<Row> changed = new ArrayList<>(judged.expected(columns));
        changed.set(7, new Row(List.of(BigInteger.ONE, changed.get(7).cells().get(1))));

        assertThat(Comparison.inOrder(columns, exchanged, actual).count()).isEqualTo(4);
        assertThat(Comparison.inOrder(columns, changed, actual).count()).isEqualTo(1);
    }

    /** What is left out must be left out for a reason that still holds. */
    @ParameterizedTest
    @ValueSource(strings = {"time", "uint4", "uint8"})
    void aTypeThatIsLeftOutReallyCannotBeRead(String kind) {
        JudgeCase judged = named("calibration-plain");
        List<JudgeColumn> column = judged.columns().stream()
                .filter(one -> one.type().kind().equals(kind))
                .toList();

        assertThat(column)
                .hasSize(1)
                .allMatch(one -> TrinoTypes.unreadable(one.type()).isPresent());
        assertThat(readsAsExpected(judged, column)).isFalse();
    }

    private boolean readsAsExpected(JudgeCase judged, List<JudgeColumn> columns) {
        try {
            List<Row> rows = trino.rows(judged, columns, TrinoEngine.Reader.BATCH);
            return Comparison.of(judged, columns, judged.expected(columns), rows)
                            .count()
                    == 0;
        } catch (QueryFailedException e) {
            say("cannot read " + columns + ": " + e.getMessage());
            return false;
        }
    }

    private JudgeCase named(String name) {
        return cases.stream()
                .filter(judged -> judged.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Cannot judge: there is no case '" + name + "'."));
    }

    /** Leaves out, and says so, what the engine cannot read in any file. */
    private static List<JudgeColumn> readable(JudgeCase judged) {
        List<JudgeColumn> columns = new ArrayList<>();
        for (JudgeColumn column : judged.columns()) {
            TrinoTypes.unreadable(column.type())
                    .ifPresentOrElse(
                            why -> say(
                                    judged + ": column '" + column.name() + "' " + column.type() + " left out: " + why),
                            () -> columns.add(column));
        }
        return columns;
    }

    private static void say(String text) {
        System.out.println("judges/trino: " + text);
    }
}
