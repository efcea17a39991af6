package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ConvergenceException;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.LedgerEntry;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.testkit.ledger.TurnTaking;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Processes that merge and compact one table at once while DMS writes it, on a store that fails, with processes that die:
 * each state published on the way is that of the source at its {@code completeThrough}. One schedule with
 * {@code -Dconvergence.seed=}.
 */
class RaceTest {
    private static final int SEEDS = 15;
    private static final Instant RELOADED = Instant.parse("2026-03-01T10:05:00Z");
    private static final Long ONE = Long.getLong("convergence.seed");

    @Test
    void s13NoStatePublishedWhileDmsReloadsTheTableMixesOrCutsTheLoads() {
        int reloads = 0;
        int held = 0;
        for (long seed : seeds()) {
            var race = new Race(seed, new SourceHistory(seed, 4), new SourceHistory(~seed, 5, RELOADED));
            race.run();
            reloads += race.world.merges().stream()
                                    .map(LedgerEntry.Merge::generation)
                                    .distinct()
                                    .count()
                            > 1
                    ? 1
                    : 0;
            held += race.suspect;
        }

        if (ONE == null) {
            assertThat(reloads)
                    .as("tables published before and after their reload")
                    .isGreaterThan(SEEDS / 2);
            assertThat(held).as("merges that met an emptied folder").isGreaterThan(SEEDS / 2);
        }
    }

    @Test
    void s7EveryStatePublishedInARaceIsTheSourcesAtItsCompleteThrough() {
        int merges = 0;
        int compactions = 0;
        int broken = 0;
        int conflicts = 0;
        int cut = 0;
        for (long seed : seeds()) {
            var race = new Race(seed, new SourceHistory(seed, 8));
            race.run();
            merges += race.world.merges().size();
            compactions += race.world.log().size() - race.world.merges().size();
            broken += race.broken;
            conflicts += race.conflicts;
            cut += race.last().cutTransactions();
            assertThat(race.suspect).as("seed %d", seed).isZero();
        }

        if (ONE == null) {
            assertThat(merges).as("merges").isGreaterThan(3 * SEEDS);
            assertThat(compactions).as("compactions").isGreaterThan(SEEDS);
            assertThat(broken).as("runs that broke").isGreaterThan(SEEDS);
            assertThat(conflicts).as("compactions that lost the race").isPositive();
            assertThat(cut).as("transactions cut between files").isGreaterThan(SEEDS);
        }
    }

    private static long[] seeds() {
        return ONE == null ? LongStream.range(0, SEEDS).toArray() : new long[] {ONE};
    }

    private static final class Race {
        private final long seed;
        private final List<SourceHistory> histories;
        private final LakeWorld world = new LakeWorld();
        private final RandomGenerator random;
        private final TurnTaking turns;
        // Only the process whose turn it is writes these.
        private boolean delivered;
        private int suspect;
        private int broken;
        private int conflicts;

        /** @param histories each a load of the table and its changes; each but the first a reload */
        Race(long seed, SourceHistory... histories) {
            this.seed = seed;
            this.histories = List.of(histories);
            this.random = new SplittableRandom(seed);
            this.turns = new TurnTaking(new SplittableRandom(~seed));
        }

        void run() {
            turns.add(world.store, this::replicate);
            turns.add(world.store, this::mergeOn);
            turns.add(world.store, this::mergeOn);
            turns.add(world.store, this::compactOn);
            turns.run();
            for (LedgerEntry.Merge merge : world.merges()) {
                assertThat(LakeWorld.rows(world.table(merge)))
                        .as("seed %d, published at slot %d", seed, merge.base() + 1)
                        .isEqualTo(historyOf(merge).rowsBefore(merge.complete().orElse(null)));
            }
            world.later();

            TableResult first = world.merge();
            TableResult second = world.merge();

            assertThat(first.settled()).as("seed %d: %s", seed, first).isTrue();
            assertThat(second.state()).as("seed %d", seed).isEqualTo(TableState.UNCHANGED);
            assertThat(world.rows()).as("seed %d", seed).isEqualTo(last().rows());
            world.requireEachFileOnce(last(), "seed " + seed);
        }

        SourceHistory last() {
            return histories.get(histories.size() - 1);
        }

        private SourceHistory historyOf(LedgerEntry.Merge merge) {
            return histories.stream()
                    .filter(history -> history.files().get(0).stored().equals(merge.generation()))
                    .findFirst()
                    .orElseThrow();
        }

        private void replicate(ObjectStore view) {
            for (SourceHistory history : histories) {
                if (history != histories.get(0)) {
                    idle(view, 400);
                    for (ObjectStat object : world.stored()) {
                        if (object.key().startsWith("raw/")) {
                            idle(view, 20);
                            view.delete(object.key());
                        }
                    }
                }
                for (SourceHistory.Landed file : history.files()) {
                    idle(view, 60);
                    world.deliver(view, file);
                }
            }
            delivered = true;
        }

        /** Lets other processes get on for a while. */
        private void idle(ObjectStore view, int most) {
            for (int i = random.nextInt(most); i > 0; i--) {
                view.head("nothing");
            }
        }

        private void mergeOn(ObjectStore view) {
            processes(view, table -> {
                boolean all = delivered;
                TableResult result =
                        table.merge(MergeOptions.defaults().fullLoadRows(last().loadRows()), ProgressListener.none());
                suspect += result.state() == TableState.SUSPECT ? 1 : 0;
                assertThat(result.state())
                        .as("seed %d: %s", seed, result)
                        .isNotIn(TableState.DISPUTED, TableState.FAILED);
                return all && result.state() != TableState.PUBLISHED;
            });
        }

        private void compactOn(ObjectStore view) {
            processes(view, table -> {
                boolean all = delivered;
                try {
                    return table.compact(LakeWorld.COMPACTION, ProgressListener.none())
                                            .filesBefore()
                                    == 0
                            && all;
                } catch (CommitConflictException lost) {
                    conflicts++;
                    return false;
                }
            });
        }

        private interface Step {
            /** Whether there is nothing left to do. */
            boolean of(LakeTable table);
        }

        /** A process, and those started in its place when it dies. */
        private void processes(ObjectStore view, Step step) {
            boolean done = false;
            while (!done) {
                FaultyObjectStore store = FaultyObjectStore.counting(view);
                LakeTable table = world.process(store);
                store.plan(FaultPlan.random(new SplittableRandom(random.nextLong()), 0.01, EnumSet.allOf(Fault.class)));
                try {
                    while (!done) {
                        done = step.of(table);
                    }
                } catch (CrashSignal dead) {
                    broken++;
                } catch (ConvergenceException e) {
                    broken++;
                }
            }
        }
    }

    @Test
    void aMergeWhoseSlotAnotherWriterTookIsPlannedAnewAndReadsWhatThatWriterLeft() {
        var history = new SourceHistory(1, 8);
        var world = new LakeWorld();
        world.deliver(history.files());
        world.later();
        FaultyObjectStore store = FaultyObjectStore.counting(world.store);
        LakeTable table = world.process(store);
        var compacted = new AtomicInteger();
        store.plan(request -> {
            if (request.operation() == Operation.PUT && request.key().contains("/log/") && compacted.get() == 0) {
                compacted.set(world.compact().filesBefore());
            }
            return Optional.empty();
        });

        TableResult result = table.merge(MergeOptions.defaults(), ProgressListener.none());

        assertThat(compacted).hasPositiveValue();
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.slot()).isEqualTo(1);
        assertThat(result.filesRead()).isLessThan(history.files().size());
        assertThat(world.rows()).isEqualTo(history.rows());
        world.requireEachFileOnce(history, "after a conflict");
    }

    /** The checks can fail: what is published later than it says is not the source at that time. */
    @Test
    void theStateOfAnotherMomentIsFoundOut() {
        var history = new SourceHistory(1, 8);

        List<Integer> different = LongStream.range(1, 60)
                .mapToObj(second ->
                        history.rowsBefore(history.files().get(1).stored().plusSeconds(second)))
                .map(Object::hashCode)
                .distinct()
                .toList();

        assertThat(different).hasSizeGreaterThan(3);
    }
}
