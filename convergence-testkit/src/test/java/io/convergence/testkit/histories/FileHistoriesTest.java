package io.convergence.testkit.histories;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.curated.TableStyle;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules S1 to S19 over random histories through the whole pipeline: DMS's files in Parquet and CSV, merged on the way and at the end, with
 * compaction between (S18) and processes that die at any request. The published table is the source's whenever all files
 * are there, or stops as foretold; while files are late, it is what the others tell. A quarter has no change sequence. One history with {@code -Dconvergence.seed=}; others with {@code
 * -Dconvergence.fileHistories=5000 -Dconvergence.fileHistories.from=100000}.
 */
class FileHistoriesTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final long FROM = Long.getLong("convergence.fileHistories.from", 1);
    private static final int HISTORIES = Integer.getInteger("convergence.fileHistories", 510);
    private static final int LEAST_DISTINCT = 500;
    private static final int NIGHTLY = 10_000;

    private static final int STYLED = Integer.getInteger("convergence.styledHistories", 40);

    private static final int PARTITIONED = Integer.getInteger("convergence.partitionedHistories", 60);

    private record Told(long seed, String text, FileLake.Outcome outcome) {}

    @Test
    void s18TheTableIsTheSourcesWhateverFilesItIsReadFromOrItStopsAsForetold() {
        List<Told> told =
                play(ONE == null ? LongStream.range(FROM, FROM + HISTORIES) : LongStream.of(ONE), FileLake.Parts.NONE);

        if (ONE == null) {
            requireVariety(told);
        }
    }

    /** One history with {@code -Dconvergence.seed=}, as above. */
    @Test
    void s18APartitionedTableIsTheSourcesAndEachRowStandsInItsFolder() {
        List<Told> told = play(
                ONE == null ? LongStream.range(50_000, 50_000 + PARTITIONED) : LongStream.of(ONE), FileLake.Parts.SOME);

        if (ONE == null) {
            assertThat(told.stream().mapToInt(one -> one.outcome().parted()).sum())
                    .isGreaterThan(2 * PARTITIONED);
            assertThat(told.stream().mapToInt(one -> one.outcome().crashes()).sum())
                    .isPositive();
        }
    }

    /** Soft delete keeps what the source deleted, and a change log has each change once, whatever crashes between. */
    @ParameterizedTest
    @ValueSource(strings = {"soft-delete", "append"})
    void s18TablesOfOtherStylesAreTheSourcesToo(String kind) {
        TableStyle style = kind.equals("append") ? TableStyle.append() : TableStyle.softDelete();
        List<Told> told = LongStream.range(70_000, 70_000 + STYLED)
                .parallel()
                .mapToObj(Histories::drawFiles)
                .filter(history -> history.dispute() == null)
                .map(history ->
                        new Told(history.seed(), history.text(), FileLake.play(history, FileLake.Parts.NONE, style)))
                .toList();

        assertThat(told)
                .extracting(one ->
                        "-Dconvergence.seed=" + one.seed() + " " + one.outcome().failure())
                .filteredOn(failed -> !failed.endsWith(" null"))
                .isEmpty();
        assertThat(told.stream().mapToInt(one -> one.outcome().compared()).sum())
                .isGreaterThan(STYLED);
        assertThat(told.stream().mapToInt(one -> one.outcome().crashes()).sum()).isPositive();
    }

    @Test
    @Tag("nightly")
    void s18MoreHistoriesByNight() {
        play(LongStream.range(1_000_000, 1_000_000 + NIGHTLY), FileLake.Parts.NONE);
        play(LongStream.range(2_000_000, 2_000_000 + NIGHTLY / 5), FileLake.Parts.SOME);
    }

    private static List<Told> play(LongStream seeds, FileLake.Parts parts) {
        List<Told> told = seeds.parallel()
                .mapToObj(seed -> {
                    History history = Histories.drawFiles(seed);
                    return new Told(seed, history.text(), FileLake.play(history, parts));
                })
                .toList();
        told.stream().filter(one -> one.outcome().failure() != null).findFirst().ifPresent(failed -> {
            throw new AssertionError(Failures.files(Histories.drawFiles(failed.seed()), parts));
        });
        return told;
    }

    /** So that the property does not hold because nothing happens. */
    private static void requireVariety(List<Told> told) {
        Set<String> distinct = new HashSet<>();
        int merges = 0;
        int compared = 0;
        int compactions = 0;
        int crashes = 0;
        int stopped = 0;
        int halves = 0;
        int cuts = 0;
        int truncations = 0;
        int withoutLate = 0;
        int sequenced = 0;
        int replayedWithoutSequence = 0;
        for (Told one : told) {
            distinct.add(one.text());
            merges += one.outcome().merges();
            compared += one.outcome().compared();
            compactions += one.outcome().compactions();
            crashes += one.outcome().crashes();
            stopped += one.outcome().stopped() ? 1 : 0;
            halves += one.outcome().halves();
            cuts += one.outcome().cuts();
            truncations += one.outcome().truncations();
            withoutLate += one.outcome().withoutLate();
            sequenced += Histories.isSequenced(one.seed()) ? 1 : 0;
            replayedWithoutSequence +=
                    Histories.isSequenced(one.seed()) ? 0 : one.outcome().replays();
        }
        System.out.printf(
                "%,d distinct histories through files: %,d merges, %,d compared with the source, %,d compactions, %,d crashes, %,d stopped as foretold, %,d half loads, %,d cut transactions, %,d declared TRUNCATEs, %,d merges without late files, %,d histories with and %,d without a change sequence, %,d replays without%n",
                distinct.size(),
                merges,
                compared,
                compactions,
                crashes,
                stopped,
                halves,
                cuts,
                truncations,
                withoutLate,
                sequenced,
                told.size() - sequenced,
                replayedWithoutSequence);

        assertThat(distinct).hasSizeGreaterThanOrEqualTo(Math.min(LEAST_DISTINCT, HISTORIES));
        assertThat(merges).isGreaterThan(HISTORIES * 3 / 2);
        assertThat(compared).isGreaterThan(HISTORIES);
        assertThat(compactions).isGreaterThan(HISTORIES / 5);
        assertThat(crashes).isGreaterThan(HISTORIES / 10);
        assertThat(stopped).isBetween(HISTORIES / 40, HISTORIES / 4);
        assertThat(halves).as("loads that were seen half").isGreaterThan(HISTORIES / 20);
        assertThat(cuts).as("merges while a transaction went on").isGreaterThan(HISTORIES / 20);
        assertThat(truncations).as("TRUNCATEs that were declared").isGreaterThan(HISTORIES / 200);
        assertThat(withoutLate).as("merges while a file was late").isGreaterThan(HISTORIES / 20);
        assertThat(sequenced).as("histories with a change sequence").isGreaterThan(HISTORIES / 2);
        assertThat(told.size() - sequenced)
                .as("histories without a change sequence")
                .isGreaterThan(HISTORIES / 5);
        assertThat(replayedWithoutSequence)
                .as("replays without a change sequence")
                .isGreaterThan(HISTORIES / 20);
    }
}
