package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.compact.CompactionPlan;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.store.ObjectStat;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run that breaks at each of its requests to the store in turn, before or after the request took effect, or with its
 * answer lost: the runs after it bring the table to what the source has. Another history with {@code -Dconvergence.seed=}.
 */
class CrashTest {
    private static final long SEED = Long.getLong("convergence.seed", 20261125L);
    private static final int TRANSACTIONS = 9;
    private static final List<Fault> VARIANTS =
            List.of(Fault.CRASH_BEFORE_EFFECT, Fault.CRASH_AFTER_EFFECT, Fault.TIMEOUT_AFTER_EFFECT);

    /** What is stored when the run begins. */
    private enum Scene {
        /** Nothing was published. */
        FIRST {
            @Override
            LakeWorld stage(SourceHistory history) {
                var world = new LakeWorld();
                world.deliver(history.files());
                return world;
            }
        },
        /** Some files are applied, some of them compacted, the newest held in part. */
        GOING_ON {
            @Override
            LakeWorld stage(SourceHistory history) {
                var world = new LakeWorld();
                int some = history.files().size() / 2;
                world.deliver(history.files().subList(0, some - 1));
                world.later();
                world.merge();
                world.compact();
                world.deliver(history.files().subList(some - 1, history.files().size()));
                return world;
            }
        },
        /** The table is to be replaced by another load of it. */
        RELOAD {
            @Override
            LakeWorld stage(SourceHistory history) {
                var world = new LakeWorld();
                world.deliver(new SourceHistory(
                                ~SEED, 3, history.files().get(0).stored().minus(Duration.ofDays(1)))
                        .files());
                world.later();
                world.merge();
                world.compact();
                world.wipe();
                world.deliver(history.files());
                return world;
            }
        };

        abstract LakeWorld stage(SourceHistory history);
    }

    private enum Run {
        MERGE {
            @Override
            void of(LakeTable table) {
                table.merge(MergeOptions.defaults(), ProgressListener.none());
            }
        },
        COMPACT {
            @Override
            void of(LakeTable table) {
                table.compact(LakeWorld.COMPACTION, ProgressListener.none());
            }
        };

        abstract void of(LakeTable table);
    }

    @ParameterizedTest
    @EnumSource(Scene.class)
    void aMergeThatBreaksAnywhereIsMadeGoodByTheNextRun(Scene scene) {
        breakEverywhere(scene, Run.MERGE);
    }

    @ParameterizedTest
    @EnumSource(value = Scene.class, names = "GOING_ON")
    void aCompactionThatBreaksAnywhereIsMadeGoodByTheNextRun(Scene scene) {
        breakEverywhere(scene, Run.COMPACT);
    }

    private static void breakEverywhere(Scene scene, Run run) {
        var history = new SourceHistory(SEED, TRANSACTIONS);
        LakeWorld stage = scene.stage(history);
        stage.later();
        long requests =
                broken(stage.copy(), run, FaultPlan.none()).log().requests().size();
        int broken = 0;

        for (Fault fault : VARIANTS) {
            for (long number = 1; number <= requests; number++) {
                LakeWorld world = stage.copy();
                long at = number;
                var faulty = broken(world, run, FaultPlan.once(request -> request.number() == at, fault));
                broken += faulty.log().requests().size() >= number ? 1 : 0;
                String what = String.format(
                        "seed %d, %s, %s, %s at request %d (%s)",
                        SEED, scene, run, fault, number, faulty.log().requests().get((int) number - 1));

                requireGood(world, run, history, what);
            }
        }

        assertThat(broken).isEqualTo(VARIANTS.size() * (int) requests).isGreaterThan(50);
    }

    /** A process that meets this fate. */
    private static FaultyObjectStore broken(LakeWorld world, Run run, FaultPlan fate) {
        FaultyObjectStore store = FaultyObjectStore.counting(world.store);
        LakeTable table = world.process(store);
        store.log().clear();
        store.plan(fate);
        try {
            run.of(table);
        } catch (CrashSignal | ConvergenceException e) {
            // The process is dead, or reports what stopped it.
            assertThat(e).hasMessageContaining("injected fault");
        }
        return store;
    }

    private static void requireGood(LakeWorld world, Run run, SourceHistory history, String what) {
        if (run == Run.COMPACT) {
            world.compact();
        }
        TableResult first = world.merge();
        List<ObjectStat> quiet = world.stored();
        TableResult second = world.merge();

        assertThat(first.settled()).as("%s: %s", what, first).isTrue();
        assertThat(world.rows()).as(what).isEqualTo(history.rows());
        world.requireEachFileOnce(history, what);
        assertThat(second.state()).as(what).isEqualTo(TableState.UNCHANGED);
        assertThat(run == Run.COMPACT && !compaction(world).isEmpty())
                .as("%s: something is left to compact", what)
                .isFalse();
        assertThat(world.stored())
                .filteredOn(object -> !object.key().contains("probe"))
                .as("%s: the second run writes nothing", what)
                .isEqualTo(quiet.stream()
                        .filter(object -> !object.key().contains("probe"))
                        .toList());
    }

    private static CompactionPlan compaction(LakeWorld world) {
        return world.process(world.store).planCompaction(LakeWorld.COMPACTION);
    }

    /** L4: DMS empties the folder at each request of a merge in turn. */
    @Test
    void l4AFolderThatIsEmptiedWhileATableIsMergedIsNeverHalfPublished() {
        var history = new SourceHistory(SEED, TRANSACTIONS);
        LakeWorld stage = Scene.GOING_ON.stage(history);
        stage.later();
        var before = stage.rows();
        long requests = broken(stage.copy(), Run.MERGE, FaultPlan.none())
                .log()
                .requests()
                .size();
        int published = 0;

        for (long number = 1; number <= requests; number++) {
            LakeWorld world = stage.copy();
            long at = number;
            FaultyObjectStore store = FaultyObjectStore.counting(world.store);
            LakeTable table = world.process(store);
            store.log().clear();
            store.plan(request -> {
                if (request.number() == at) {
                    world.wipe();
                }
                return Optional.empty();
            });
            Optional<TableResult> result = Optional.empty();
            try {
                result = Optional.of(table.merge(MergeOptions.defaults(), ProgressListener.none()));
            } catch (ConvergenceException gone) {
                assertThat(gone).hasMessageContaining("raw/public/orders/");
            }

            boolean committed = result.map(TableResult::state)
                    .filter(TableState.PUBLISHED::equals)
                    .isPresent();
            published += committed ? 1 : 0;
            assertThat(world.rows())
                    .as("seed %d, emptied at request %d of %d: %s", SEED, number, requests, result)
                    .isEqualTo(committed ? history.rows() : before);
            assertThat(world.merge().state())
                    .as("emptied at request %d", number)
                    .isEqualTo(TableState.SUSPECT);
        }

        assertThat(published)
                .as("only the last look at the folder and the commit are not one, and the tail is written after it")
                .isLessThanOrEqualTo(3);
    }

    @Test
    void s17ACommitWhoseOutcomeIsOpenIsSaidToBeOpenAndTheNextRunFindsOut() {
        var history = new SourceHistory(SEED, TRANSACTIONS);
        LakeWorld world = Scene.FIRST.stage(history);
        world.later();
        FaultyObjectStore store = FaultyObjectStore.counting(world.store);
        var lake = world.lake(store);
        store.plan(request -> request.key().contains("/log/")
                        && (request.operation() == Operation.PUT || request.operation() == Operation.GET)
                ? Optional.of(Fault.TIMEOUT_AFTER_EFFECT)
                : Optional.empty());

        TableResult open = lake.merge(MergeOptions.defaults(), ProgressListener.none())
                .tables()
                .get(0);
        TableResult next = world.merge();

        assertThat(open.state()).isEqualTo(TableState.FAILED);
        assertThat(open.findings()).extracting(Finding::code).containsExactly("COMMIT_STATE_UNKNOWN");
        assertThat(next.state()).as("it had taken effect").isEqualTo(TableState.UNCHANGED);
        assertThat(world.rows()).isEqualTo(history.rows());
    }
}
