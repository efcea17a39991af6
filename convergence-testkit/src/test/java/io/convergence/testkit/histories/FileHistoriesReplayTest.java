package io.convergence.testkit.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A seed that fails through files fails again in the same way: it tells the same history, and that comes to the same end. */
class FileHistoriesReplayTest {
    private static final long HISTORIES = 10;

    /** So that it fails whatever becomes of the table, and tells the whole result. */
    private static final String NEVER_FOUND = "NEVER_FOUND";

    private static History failing(long seed) {
        History drawn = Histories.drawFiles(seed);
        return new History(
                drawn.seed(),
                drawn.wholeImages(),
                drawn.uniqueness(),
                drawn.retention(),
                drawn.steps(),
                drawn.delivery(),
                NEVER_FOUND);
    }

    private static LongStream seeds() {
        return LongStream.rangeClosed(1, HISTORIES);
    }

    @Test
    void aSeedTellsTheSameHistoryOfFilesAgain() {
        List<String> first =
                seeds().mapToObj(Histories::drawFiles).map(History::text).toList();

        assertThat(seeds().mapToObj(Histories::drawFiles).map(History::text).toList())
                .isEqualTo(first)
                .doesNotHaveDuplicates();
    }

    /** First among others on several threads, as the property test plays them, then each alone, as a person does. */
    @ParameterizedTest
    @EnumSource
    void aFailingSeedFailsAgainWithTheSameResult(FileLake.Parts parts) {
        List<FileLake.Outcome> among = seeds().parallel()
                .mapToObj(seed -> FileLake.play(failing(seed), parts))
                .toList();

        List<FileLake.Outcome> alone =
                seeds().mapToObj(seed -> FileLake.play(failing(seed), parts)).toList();

        for (int i = 0; i < among.size(); i++) {
            assertThat(alone.get(i)).as("-Dconvergence.seed=%d", i + 1).isEqualTo(among.get(i));
        }
        assertThat(among)
                .extracting(FileLake.Outcome::failure)
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(among.stream().mapToInt(FileLake.Outcome::crashes).sum())
                .as("processes that died")
                .isPositive();
        assertThat(among.stream().mapToInt(FileLake.Outcome::compactions).sum())
                .as("compactions")
                .isPositive();
    }

    @Test
    void aFailingHistoryOfFilesIsShrunkToTheSameScript() {
        History failing = failing(3);

        List<String> told = IntStream.range(0, 2)
                .mapToObj(any -> Failures.files(failing, FileLake.Parts.NONE))
                .toList();

        assertThat(told.get(1)).isEqualTo(told.get(0));
        assertThat(told.get(0))
                .contains("-Dconvergence.seed=3 fails: it must stop with " + NEVER_FOUND)
                .contains("DmsScript.of(spec)");
    }
}
