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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Rules S9 to S12 and S19 over random histories. Replay one history with {@code -Dconvergence.seed=}; try others with
 * {@code -Dconvergence.histories=20000 -Dconvergence.histories.from=100001}.
 */
class MergePropertiesTest {
    private static final TableSchema SCHEMA = new TableSchema(
            Sample.TABLE, List.of(Sample.ID, Sample.A, Sample.B, Sample.BIG, History.ADDED), List.of("id"));
    private static final MergePolicy POLICY = MergePolicy.of(SCHEMA);
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final long FIRST = Long.getLong("convergence.histories.from", 1);
    private static final int HISTORIES = Integer.getInteger("convergence.histories", 2000);

    /** How many histories came to what end. */
    private static final class Outcomes {
        private int equal;
        private int unknown;
        private int stopped;
        private int unseenFreed;
        private int requests;
        private long replays;
        private final Map<History.Load, Integer> reported = new EnumMap<>(History.Load.class);

        int reported() {
            return unknown + stopped + unseenFreed;
        }

        @Override
        public String toString() {
            return "equal " + equal + ", unknown cells " + unknown + ", stopped " + stopped + ", unseen key freed "
                    + unseenFreed + ", history asked " + requests + ", replayed " + replays + ", reported " + reported;
        }
    }

    @Test
    void s11OrdinaryHistoriesEqualTheSourceWhateverTheDelivery() {
        Outcomes outcomes = outcomes(History.Life.ORDINARY);

        if (ONE == null) {
            // A merger that disputes what it need not, or gives up cells it need not, fails here.
            assertThat(outcomes.reported()).as(outcomes.toString()).isLessThan(HISTORIES / 50);
            assertThat(outcomes.stopped).as(outcomes.toString()).isLessThan(HISTORIES / 100);
            assertThat(outcomes.reported.getOrDefault(History.Load.BEFORE, 0))
                    .as("reported of tables loaded before the changes: " + outcomes)
                    .isLessThan(Math.max(2, HISTORIES / 1000));
            assertThat(outcomes.requests).as("requests for history").isBetween(HISTORIES / 20, HISTORIES);
            assertThat(outcomes.replays).as("changes delivered again").isGreaterThan(HISTORIES / 10);
        }
    }

    @Test
    void s19WildHistoriesEqualTheSourceOrAreReported() {
        Outcomes outcomes = outcomes(History.Life.WILD);

        if (ONE == null) {
            assertThat(outcomes.equal).as(outcomes.toString()).isGreaterThan(HISTORIES / 2);
            assertThat(outcomes.stopped).as(outcomes.toString()).isBetween(HISTORIES / 100, HISTORIES * 2 / 5);
            assertThat(outcomes.unknown).as(outcomes.toString()).isBetween(HISTORIES / 200, HISTORIES / 5);
        }
    }

    private static Outcomes outcomes(History.Life life) {
        var outcomes = new Outcomes();
        for (long seed : seeds(HISTORIES)) {
            var history = new History(seed, life);
            var table = new SimulatedTable(history.policy(POLICY));

            deliver(table, history.changes(), new Random(seed ^ 0x5DEECE66DL));

            outcomes.requests += table.historyRequests();
            outcomes.replays += table.counts().of(What.REPLAYED);
            String as =
                    life + " history " + seed + ", load " + history.load() + ", keys unique " + history.uniqueness();
            if (table.stopped()) {
                outcomes.stopped++;
                outcomes.reported.merge(history.load(), 1, Integer::sum);
                assertThat(table.last().findings())
                        .as(as)
                        .isNotEmpty()
                        .allMatch(finding -> finding.code().equals("KEY_COLLISION"));
                continue;
            }
            Map<Object, Map<String, Object>> expected = history.expected();
            Map<Object, Map<String, Object>> shown = table.shown();
            if (shown.equals(expected)) {
                outcomes.equal++;
                continue;
            }
            outcomes.reported.merge(history.load(), 1, Integer::sum);
            if (history.load() == History.Load.NONE && table.counts().of(What.UNSEEN_KEY_FREED) > 0) {
                outcomes.unseenFreed++;
                continue;
            }
            outcomes.unknown++;
            assertThat(knownOf(shown, shown)).as(as).isEqualTo(knownOf(expected, shown));
        }
        return outcomes;
    }

    /** Without the cells that are listed as unknown. */
    private static Map<Object, Map<String, Object>> knownOf(
            Map<Object, Map<String, Object>> rows, Map<Object, Map<String, Object>> shown) {
        var known = new LinkedHashMap<Object, Map<String, Object>>();
        rows.forEach((key, cells) -> {
            var rest = new LinkedHashMap<>(cells);
            shown.getOrDefault(key, Map.of()).forEach((column, value) -> {
                if ("?".equals(value)) {
                    rest.remove(column);
                }
            });
            known.put(key, rest);
        });
        return known;
    }

    @Test
    void s11TheStateOfEachKeyIsTheSameAsAfterOneDelivery() {
        for (History.Life life : History.Life.values()) {
            for (long seed : seeds(HISTORIES / 4)) {
                var history = new History(seed, life);
                var split = new SimulatedTable(history.policy(POLICY));
                var whole = new SimulatedTable(history.policy(POLICY));

                deliver(split, history.changes(), new Random(~seed));
                whole.deliver(history.changes(), NewestTransaction.SETTLED);

                String as = life + " history " + seed + ", load " + history.load();
                assertThat(split.stopped())
                        .as(as + split.last().findings() + whole.last().findings())
                        .isEqualTo(whole.stopped());
                if (!whole.stopped()) {
                    assertThat(split.shown()).as(as).isEqualTo(whole.shown());
                    assertThat(split.rows().keySet())
                            .as(as)
                            .isEqualTo(whole.rows().keySet());
                }
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
            var history = new History(seed, History.Life.WILD);
            var table = new SimulatedTable(history.policy(POLICY));
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
            var history = new History(seed, History.Life.WILD);
            var table = new SimulatedTable(history.policy(POLICY));
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
        Arrays.setAll(seeds, i -> FIRST + i);
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
