package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.merge.LiveRow;
import io.convergence.merge.StoredRow;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** S18 and S11 through the whole pipeline. One history with {@code -Dconvergence.seed=}. */
class MixedSourcesTest {
    private static final int SEEDS = 25;
    private static final Long ONE = Long.getLong("convergence.seed");

    private static long[] seeds() {
        return ONE == null ? LongStream.range(100, 100 + SEEDS).toArray() : new long[] {ONE};
    }

    /** All that is stored but the note that a row came to a live key, which an insert leaves whose delete came late. */
    private static List<StoredRow> state(LakeWorld world) {
        var merges = world.merges();
        return world.table(merges.get(merges.size() - 1)).entries().stream()
                .<StoredRow>map(row -> row instanceof LiveRow live
                        ? new LiveRow(live.key(), live.position(), live.lastKeyChange(), null, live.cells())
                        : row)
                .toList();
    }

    @Test
    void s18RawCompactedAndHalfOfEachAppliedInAnyStepsGiveTheSameState() {
        int steps = 0;
        int late = 0;
        int rebuilt = 0;
        for (long seed : seeds()) {
            var history = new SourceHistory(seed, 10);
            var random = new Random(seed);
            var whole = new LakeWorld();
            whole.deliver(history.files());
            whole.later();
            whole.merge();

            var mixed = new LakeWorld();
            for (SourceHistory.Landed file : shuffled(history.files(), random)) {
                late += file.stored().isBefore(mixed.store.now()) ? 1 : 0;
                mixed.deliver(mixed.store, file);
                if (random.nextInt(3) == 0) {
                    mixed.later();
                    steps++;
                    TableResult result = mixed.merge();
                    assertThat(result.state())
                            .as("seed %d: %s", seed, result)
                            .isIn(TableState.PUBLISHED, TableState.UNCHANGED, TableState.HELD);
                    rebuilt += result.findings().stream()
                                    .anyMatch(finding -> finding.code().equals("TABLE_REBUILT"))
                            ? 1
                            : 0;
                }
                if (random.nextInt(3) == 0) {
                    mixed.compact();
                }
            }
            mixed.later();
            TableResult last = mixed.merge();

            assertThat(last.settled()).as("seed %d: %s", seed, last).isTrue();
            assertThat(whole.rows()).as("seed %d", seed).isEqualTo(history.rows());
            assertThat(mixed.rows()).as("seed %d", seed).isEqualTo(history.rows());
            assertThat(state(mixed))
                    .as("seed %d: rows with positions and masks, and tombstones", seed)
                    .isEqualTo(state(whole));
        }
        if (ONE == null) {
            assertThat(steps).isGreaterThan(2 * SEEDS);
            assertThat(late).as("files that came late").isGreaterThan(SEEDS);
            assertThat(rebuilt).as("first files of a run that came late").isPositive();
        }
    }

    /** Load first; each file of changes, also the first, may come a few places later than it was written. */
    private static List<SourceHistory.Landed> shuffled(List<SourceHistory.Landed> files, Random random) {
        List<SourceHistory.Landed> order = new ArrayList<>(files.subList(0, 2));
        List<SourceHistory.Landed> rest = new ArrayList<>(files.subList(2, files.size()));
        while (!rest.isEmpty()) {
            order.add(rest.remove(random.nextInt(Math.min(3, rest.size()))));
        }
        return order;
    }
}
