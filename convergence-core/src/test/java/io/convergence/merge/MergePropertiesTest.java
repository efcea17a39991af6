package io.convergence.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rules S9 to S12 over random histories. Replay one history with {@code -Dconvergence.seed=}. */
class MergePropertiesTest {
    private static final TableSchema SCHEMA = new TableSchema(
            Sample.TABLE, List.of(Sample.ID, Sample.A, Sample.B, Sample.BIG, History.ADDED), List.of("id"));
    private static final MergePolicy POLICY = MergePolicy.of(SCHEMA);
    private static final int HISTORIES = 6000;
    private static final Long ONE = Long.getLong("convergence.seed");

    @Test
    void s11AnySplitOrderAndRepetitionOfDeliveriesEqualsTheSource() {
        int stopped = 0;
        int requests = 0;
        int replays = 0;
        for (long seed : seeds(HISTORIES)) {
            var history = new History(seed);
            var table = new SimulatedTable(POLICY);

            deliver(table, history.changes(), new Random(seed ^ 0x5DEECE66DL));

            requests += table.historyRequests();
            replays += (int) table.counts().of(What.REPLAYED);
            if (table.stopped()) {
                stopped++;
                assertThat(history.movedThrough() || history.load() == History.Load.NONE)
                        .as("history %d stopped with %s", seed, table.last().findings())
                        .isTrue();
                assertThat(table.last().findings())
                        .isNotEmpty()
                        .allMatch(finding -> finding.code().equals("KEY_COLLISION"));
            } else {
                assertThat(table.shown())
                        .as("history %d, load %s", seed, history.load())
                        .isEqualTo(history.expected());
            }
        }
        if (ONE == null) {
            assertThat(stopped).as("histories that stopped").isLessThan(HISTORIES / 20);
            assertThat(requests).as("requests for history").isGreaterThan(HISTORIES / 10);
            assertThat(replays).as("changes delivered again").isGreaterThan(HISTORIES / 10);
        }
    }

    @Test
    void s11TheStateOfEachKeyIsTheSameAsAfterOneDelivery() {
        for (long seed : seeds(1500)) {
            var history = new History(seed);
            var split = new SimulatedTable(POLICY);
            var whole = new SimulatedTable(POLICY);

            deliver(split, history.changes(), new Random(~seed));
            whole.deliver(history.changes(), NewestTransaction.SETTLED);

            assertThat(split.stopped())
                    .as(
                            "history %d: %s %s %s",
                            seed,
                            history.load(),
                            split.last().findings(),
                            whole.last().findings())
                    .isEqualTo(whole.stopped());
            if (!whole.stopped()) {
                assertThat(split.shown()).as("history %d", seed).isEqualTo(whole.shown());
                assertThat(split.rows().keySet())
                        .as("history %d", seed)
                        .isEqualTo(whole.rows().keySet());
            }
        }
    }

    @Test
    void s1TheComparisonSeesABrokenOrder() {
        assertThat(differences(changes -> {
                    var broken = new ArrayList<ChangeRecord>(changes);
                    List<ChangePosition> positions = new ArrayList<>();
                    changes.forEach(change -> positions.add(0, change.position()));
                    for (int i = 0; i < broken.size(); i++) {
                        broken.set(i, ((Sample.Row) changes.get(i)).withPosition(positions.get(i)));
                    }
                    return broken;
                }))
                .isGreaterThan(100);
    }

    @Test
    void s10TheComparisonSeesIgnoredKeyChanges() {
        assertThat(differences(changes -> changes.stream()
                        .map(change -> (ChangeRecord) ((Sample.Row) change).withoutBefore())
                        .toList()))
                .isGreaterThan(100);
    }

    @Test
    void s12TheComparisonSeesForgottenTombstones() {
        int differences = 0;
        for (long seed = 1; seed <= 500; seed++) {
            var history = new History(seed);
            var table = new SimulatedTable(POLICY);
            table.forgetTombstones();
            deliver(table, history.changes(), new Random(seed));
            differences += table.stopped() || table.shown().equals(history.expected()) ? 0 : 1;
        }

        assertThat(differences).isGreaterThan(20);
    }

    private interface Sabotage {
        List<ChangeRecord> of(List<ChangeRecord> changes);
    }

    private static int differences(Sabotage sabotage) {
        int differences = 0;
        for (long seed = 1; seed <= 500; seed++) {
            var history = new History(seed);
            var table = new SimulatedTable(POLICY);
            table.deliver(sabotage.of(history.changes()), NewestTransaction.SETTLED);
            differences += !table.stopped() && table.shown().equals(history.expected()) ? 0 : 1;
        }
        return differences;
    }

    private static long[] seeds(int number) {
        if (ONE != null) {
            return new long[] {ONE};
        }
        long[] seeds = new long[number];
        Arrays.setAll(seeds, i -> 1 + i);
        return seeds;
    }

    /** In any order and any split, some changes again, some of those in a file written again. */
    private static void deliver(SimulatedTable table, List<ChangeRecord> changes, Random random) {
        List<ChangeRecord> arriving = new ArrayList<>(changes);
        for (ChangeRecord change : changes) {
            if (random.nextInt(5) == 0) {
                int number = random.nextInt(1000);
                arriving.add(
                        random.nextBoolean()
                                ? change
                                : ((Sample.Row) change)
                                        .again("again-" + number, Instant.parse("2026-01-02T00:00:00Z"), number));
            }
        }
        switch (random.nextInt(3)) {
            case 0 -> Collections.shuffle(arriving, random);
            case 1 -> {
                for (int i = 0; i + 1 < arriving.size(); i++) {
                    if (random.nextInt(4) == 0) {
                        Collections.swap(arriving, i, i + 1);
                    }
                }
            }
            default -> arriving.sort((a, b) -> a.position().compareTo(b.position()));
        }
        boolean holds = random.nextBoolean();
        int from = 0;
        do {
            int to = Math.min(arriving.size(), from + 1 + random.nextInt(arriving.size() + 1));
            boolean hold = holds && to < arriving.size();
            table.deliver(arriving.subList(from, to), hold ? NewestTransaction.HOLD : NewestTransaction.SETTLED);
            from = to;
        } while (from < arriving.size());
    }
}
