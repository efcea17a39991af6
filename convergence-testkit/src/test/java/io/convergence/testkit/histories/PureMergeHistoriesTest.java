package io.convergence.testkit.histories;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeCounts.What;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rules S1, S3, S5 to S12, S15 and S19 over random histories through the pure merge: whatever the split, order and repetition of deliveries, the crashes
 * and reloads between, the table equals the source's rows, at the end and at each merge after which it claims to be complete,
 * or it stops as the history foretold. One history with {@code -Dconvergence.seed=}; others with {@code
 * -Dconvergence.pureHistories=100000 -Dconvergence.pureHistories.from=1000000}.
 */
class PureMergeHistoriesTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final long FROM = Long.getLong("convergence.pureHistories.from", 1);
    private static final int HISTORIES = Integer.getInteger("convergence.pureHistories", 21_000);
    private static final int LEAST_DISTINCT = 20_000;
    private static final int NIGHTLY = 1_000_000;

    private record Told(long seed, long text, PureLake.Outcome outcome) {}

    @Test
    void s11TheTableIsTheSourcesWhateverTheDeliveryOrItStopsAsForetold() {
        List<Told> told = play(ONE == null ? LongStream.range(FROM, FROM + HISTORIES) : LongStream.of(ONE));

        if (ONE == null) {
            requireVariety(told);
        }
    }

    @Test
    @Tag("nightly")
    void s11MoreHistoriesByNight() {
        for (long from = 10_000_000; from < 10_000_000 + NIGHTLY; from += 50_000) {
            play(LongStream.range(from, from + 50_000));
        }
    }

    private static List<Told> play(LongStream seeds) {
        List<Told> told = seeds.parallel()
                .mapToObj(seed -> {
                    History history = Histories.draw(seed);
                    return new Told(seed, hash(history.text()), PureLake.play(history, Handling.RIGHT));
                })
                .toList();
        told.stream().filter(one -> one.outcome().failure() != null).findFirst().ifPresent(failed -> {
            throw new AssertionError(Failures.pure(Histories.draw(failed.seed()), Handling.RIGHT));
        });
        return told;
    }

    /** 64 bits: two of 20,000 texts fall together once in a hundred billion runs. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** So that the property does not hold because nothing happens. */
    private static void requireVariety(List<Told> told) {
        Set<Long> distinct = new HashSet<>();
        MergeCounts counts = MergeCounts.none();
        long merges = 0;
        long asked = 0;
        long compared = 0;
        long stopped = 0;
        for (Told one : told) {
            distinct.add(one.text());
            counts = counts.plus(one.outcome().counts());
            merges += one.outcome().merges();
            asked += one.outcome().historyAsked();
            compared += one.outcome().comparedOnTheWay();
            stopped += one.outcome().stopped() ? 1 : 0;
        }
        System.out.printf(
                "%,d distinct histories: %,d merges, %,d compared with the source, history asked %,d times, %,d stopped as foretold, %s%n",
                distinct.size(), merges, compared, asked, stopped, counts);

        assertThat(distinct).hasSizeGreaterThanOrEqualTo(Math.min(LEAST_DISTINCT, HISTORIES));
        int few = HISTORIES / 100;
        assertThat(merges).isGreaterThan(2L * HISTORIES);
        assertThat(compared).isGreaterThan(HISTORIES);
        assertThat(asked).isGreaterThan(few);
        assertThat(stopped).isBetween((long) few, HISTORIES / 8L);
        for (What what : List.of(
                What.APPLIED,
                What.SUPERSEDED,
                What.DUPLICATE,
                What.REPLAYED,
                What.STALE,
                What.FROM_HISTORY,
                What.HELD,
                What.KEY_CHANGED,
                What.MOVED_BY_IMAGE,
                What.UNKNOWN_KEPT)) {
            assertThat(counts.of(what)).as(what.name()).isGreaterThan(few);
        }
        for (What what : List.of(What.STALE_BELOW_TOMBSTONE, What.QUARANTINED, What.LATE)) {
            assertThat(counts.of(what)).as(what.name()).isPositive();
        }
    }
}
