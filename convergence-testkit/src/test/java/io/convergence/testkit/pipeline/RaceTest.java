package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ConvergenceException;
import io.convergence.compact.SourceChangedException;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.LedgerEntry;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.store.ObjectStore;
import io.convergence.testkit.ledger.TurnTaking;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Processes that merge and compact one table at once while DMS writes it, on a store that fails, with processes that die:
 * each state published on the way is that of the source at its {@code completeThrough}. One schedule with
 * {@code -Dconvergence.seed=}.
 */
class RaceTest {
    private static final int SEEDS = 25;
    private static final Long ONE = Long.getLong("convergence.seed");

    @Test
    void s7EveryStatePublishedInARaceIsTheSourcesAtItsCompleteThrough() {
        int merges = 0;
        int compactions = 0;
        int broken = 0;
        int conflicts = 0;
        int cut = 0;
        for (long seed : seeds()) {
            var race = new Race(seed);
            race.run();
            merges += race.world.merges().size();
            compactions += race.world.log().size() - race.world.merges().size();
            broken += race.broken;
            conflicts += race.conflicts;
            cut += race.history.cutTransactions();
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
        private final SourceHistory history;
        private final LakeWorld world = new LakeWorld();
        private final RandomGenerator random;
        private final TurnTaking turns;
        // Only the process whose turn it is writes these.
        private int delivered;
        private int broken;
        private int conflicts;

        Race(long seed) {
            this.seed = seed;
            this.history = new SourceHistory(seed, 8);
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
                        .isEqualTo(history.rowsBefore(merge.complete().orElse(null)));
            }
            world.later();

            TableResult first = world.merge();
            TableResult second = world.merge();

            assertThat(first.settled()).as("seed %d: %s", seed, first).isTrue();
            assertThat(second.state()).as("seed %d", seed).isEqualTo(TableState.UNCHANGED);
            assertThat(world.rows()).as("seed %d", seed).isEqualTo(history.rows());
            world.requireEachFileOnce(history, "seed " + seed);
        }

        private void replicate(ObjectStore view) {
            for (SourceHistory.Landed file : history.files()) {
                // Other processes get on for a while.
                for (int i = random.nextInt(60); i > 0; i--) {
                    view.head(file.key());
                }
                world.deliver(view, file);
                delivered++;
            }
        }

        private void mergeOn(ObjectStore view) {
            processes(view, table -> {
                boolean all = delivered == history.files().size();
                TableResult result =
                        table.merge(MergeOptions.defaults().fullLoadRows(history.loadRows()), ProgressListener.none());
                assertThat(result.state())
                        .as("seed %d: %s", seed, result)
                        .isIn(TableState.PUBLISHED, TableState.UNCHANGED, TableState.HELD);
                return all && result.state() != TableState.PUBLISHED;
            });
        }

        private void compactOn(ObjectStore view) {
            processes(view, table -> {
                boolean all = delivered == history.files().size();
                try {
                    return table.compact(LakeWorld.COMPACTION, ProgressListener.none()).filesBefore() == 0 && all;
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
                store.plan(FaultPlan.random(
                        new SplittableRandom(random.nextLong()), 0.01, EnumSet.allOf(Fault.class)));
                try {
                    while (!done) {
                        done = step.of(table);
                    }
                } catch (CrashSignal dead) {
                    broken++;
                } catch (SourceChangedException e) {
                    throw new AssertionError("seed " + seed, e);
                } catch (ConvergenceException e) {
                    broken++;
                }
            }
        }
    }

    /** The checks can fail: what is published later than it says is not the source at that time. */
    @Test
    void theStateOfAnotherMomentIsFoundOut() {
        var history = new SourceHistory(1, 8);

        List<Integer> different = LongStream.range(1, 60)
                .mapToObj(second -> history.rowsBefore(history.files().get(1).stored().plusSeconds(second)))
                .map(Object::hashCode)
                .distinct()
                .toList();

        assertThat(different).hasSizeGreaterThan(3);
    }
}
