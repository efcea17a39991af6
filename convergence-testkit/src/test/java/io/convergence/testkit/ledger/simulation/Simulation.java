package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RetirementOptions;
import io.convergence.pipeline.ListingMode;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One schedule from the first raw file to the rest after the last fault. The seed decides everything. */
final class Simulation {
    private static final CrashPoint[] RETIREMENT = {
        CrashPoint.P14_BEFORE_RETIRE,
        CrashPoint.P15_AFTER_SOME_DELETES,
        CrashPoint.P16_DELETE_FAILS,
        CrashPoint.P17_RETIRED_UNRECORDED
    };

    private static final CrashPoint[] IN_PARTS = {
        CrashPoint.P3_CREATE_MULTIPART, CrashPoint.P4_UPLOAD_PART, CrashPoint.P5_COMPLETE_MULTIPART
    };

    private final long seed;
    private final World world;
    private final RandomGenerator random;
    private final List<CrashPlan> planned;
    private final boolean retires;
    private final boolean destructive;
    private final RetirementOptions retirement;
    private int readerFrom = -1;

    Simulation(long seed, List<CrashPlan> crashes, Mutant mutant) {
        this(seed, crashes, mutant, World.Format.TEXT);
    }

    /** Parquet: the real compactor and merge. */
    Simulation(long seed, List<CrashPlan> crashes, Mutant mutant, World.Format format) {
        this.seed = seed;
        this.planned = List.copyOf(crashes);
        this.world = new World(seed, crashes, mutant, format);
        this.random = new SplittableRandom(~seed);
        this.retires = random.nextInt(5) == 0;
        this.destructive = random.nextInt(4) == 0;
        boolean deletes = needs(CrashPoint.P14_BEFORE_RETIRE, CrashPoint.P16_DELETE_FAILS);
        this.retirement =
                random.nextInt(4) == 0 && !deletes ? RetirementOptions.byTag() : RetirementOptions.byDeleting();
    }

    /**
     * @param path the same for two schedules only if the same processes did the same in the same order, with the same
     *     outcomes
     * @param readerFrom the step at which a reader was added; -1 for none
     * @param events how often what happened
     * @param log what the slots hold, in short
     * @param failure null if all invariants held
     */
    record Outcome(
            long seed,
            long path,
            int steps,
            int readerFrom,
            List<CrashPlan> crashes,
            Map<WorldEvent, Integer> events,
            String log,
            @Nullable Throwable failure) {}

    /** Adds a reader that begins at this step. */
    Simulation withReaderFrom(int step) {
        readerFrom = step;
        return this;
    }

    Outcome run() {
        Throwable failure;
        int steps = 0;
        try {
            before();
            var scheduler = new Scheduler(world.random());
            addProcesses(scheduler);
            failure = scheduler.run();
            steps = world.step();
            if (failure == null) {
                after();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        } catch (AssertionError | RuntimeException e) {
            failure = e;
        }
        return new Outcome(
                seed, world.path(), steps, readerFrom, world.crashes().happened(), world.events(), log(), failure);
    }

    private String log() {
        return world.judge().log().stream()
                .map(entry -> entry instanceof LedgerEntry.Undo undo
                        ? "Undo of " + undo.undone()
                        : entry.getClass().getSimpleName())
                .toList()
                .toString();
    }

    /** Some history for the processes to meet. */
    private void before() {
        var dms = new Dms(world, 0, 2 + random.nextInt(3), false);
        dms.run(null);
        if (world.measuresHeap()) {
            // So many that who holds them all at once is seen.
            new Dms(world, 5, 30, false).run(null);
        }
        if (needs(CrashPoint.P18_FENCE, CrashPoint.P19_MID_CLEAN_UP, CrashPoint.P20_ABORT_MULTIPART)) {
            leaveOrphans();
        }
        if (needs(RETIREMENT) || retires) {
            if (!needs(RETIREMENT) && random.nextInt(3) == 0) {
                // Nobody shows the compaction: raw files that are old enough to go are still named.
                new ProjectorActor(world, 42, 1).run(null);
            }
            compactor(40, 2, false).run(null);
            if (random.nextBoolean()) {
                merge(41);
            }
            boolean tooEarly = !needs(RETIREMENT) && random.nextInt(3) == 0;
            world.pass(Judge.RETIRE_GRACE.plusMinutes(tooEarly ? -30 : 5));
        }
    }

    /** What a run leaves that died: an output, and an upload that was never ended. */
    private void leaveOrphans() {
        String folder = World.OUTPUTS + fresh().tableFolder() + "gen-0-";
        world.truth().put(folder + "00000000/part-00000.parquet", new byte[] {1}, WriteCondition.ifAbsent());
        world.truth().startMultipart(folder + "00000001/part-00000.parquet").part(1, new byte[] {1});
        world.pass(Duration.ofHours(2));
    }

    private void addProcesses(Scheduler scheduler) {
        var actors = new ArrayList<Actor>();
        actors.add(new Dms(world, 1, 1 + random.nextInt(4), destructive));
        actors.add(compactor(2, 2, true));
        if (random.nextInt(4) > 0) {
            actors.add(compactor(3, 1 + random.nextInt(2), true));
        }
        if (random.nextInt(2) == 0) {
            actors.add(merger(4, 1 + random.nextInt(2), random.nextBoolean() ? ListingMode.RESUMED : ListingMode.FULL));
        }
        actors.add(new ReaderActor(world, 5, 1 + random.nextInt(3)));
        if (needs(CrashPoint.P18_FENCE, CrashPoint.P19_MID_CLEAN_UP, CrashPoint.P20_ABORT_MULTIPART)
                || random.nextInt(3) == 0) {
            actors.add(new CleanerActor(world, 7, 2));
        }
        if (random.nextInt(4) == 0) {
            actors.add(new UndoActor(world, 8, 1));
        }
        if (needs(RETIREMENT) || retires) {
            actors.add(new RetirerActor(world, 9, 2, retirement));
        }
        if (needs(CrashPoint.P12_PROJECTION_IN_FLIGHT, CrashPoint.P13_PROJECTED) || random.nextInt(4) == 0) {
            actors.add(new ProjectorActor(world, 30, 2));
            actors.add(new ProjectorActor(world, 31, 2));
        }
        for (Actor actor : actors) {
            scheduler.add(actor.name(), actor::run);
        }
        if (readerFrom >= 0) {
            var reader = new ReaderActor(world, 6, 1);
            scheduler.add(reader.name(), turn -> {
                turn.sleep(readerFrom);
                reader.run(turn);
            });
        }
    }

    private Actor compactor(int number, int rounds, boolean again) {
        return world.format() == World.Format.TEXT
                ? new CompactorActor(world, number, rounds, again)
                : new RealCompactorActor(world, number, rounds, needs(IN_PARTS) || number % 2 == 0);
    }

    private Actor merger(int number, int rounds, ListingMode listing) {
        return world.format() == World.Format.TEXT
                ? new MergerActor(world, number, rounds)
                : new RealMergerActor(world, number, rounds, listing);
    }

    private void merge(int number) {
        merger(number, 1, ListingMode.FULL).run(null);
    }

    private boolean needs(CrashPoint... points) {
        return planned.stream().anyMatch(plan -> Set.of(points).contains(plan.point()));
    }

    /** All has arrived, nothing fails any more: two runs must do what is left, a third one nothing. */
    private void after() {
        world.calm();
        world.judge().checkLiveFiles();
        world.judge().check(fresh().snapshot());
        new ReaderActor(world, 10, 1).run(null);
        for (int run = 0; run < 2; run++) {
            new ProjectorActor(world, 32 + run, 1).run(null);
            compactor(11 + run, 3, false).run(null);
            merge(14 + run);
        }
        new ProjectorActor(world, 34, 1).run(null);
        int writes = world.writes();
        new ProjectorActor(world, 35, 1).run(null);
        compactor(17, 1, false).run(null);
        merge(18);
        if (world.writes() != writes) {
            throw new Violation(Invariant.I9_IDEMPOTENT, "a run after two successful ones wrote something");
        }
        world.judge().checkLiveFiles();
        world.judge().check(fresh().snapshot());
        new ReaderActor(world, 19, 1).run(null);
        Set<RawId> table = world.judge().table();
        table.removeAll(world.judge().applied());
        if (world.format() == World.Format.PARQUET) {
            // What has no rows is not applied; and of a table whose raw files were taken away nothing is published.
            boolean suspect = !fresh().snapshot().suspicions().isEmpty();
            table.removeIf(id -> suspect || world.raw().rows(id).isEmpty());
        }
        if (!table.isEmpty()) {
            throw new Violation(Invariant.I10_QUIESCENCE, table + " were not applied by two runs");
        }
        cleanUp();
    }

    /** Once all graces are over, nothing is left that the log does not know. */
    private void cleanUp() {
        world.pass(Duration.ofDays(10));
        new RetirerActor(world, 24, 1, retirement).run(null);
        world.expire();
        new CleanerActor(world, 21, 1).run(null);
        int writes = world.writes();
        new CleanerActor(world, 22, 1).run(null);
        new RetirerActor(world, 25, 1, retirement).run(null);
        List<String> orphans = Stream.of(World.OUTPUTS, World.CURATED)
                .flatMap(world.truth()::listAll)
                .map(ObjectStat::key)
                .filter(key -> !world.judge().isReferenced(key))
                .toList();
        // A writer of checkpoints nobody asked for makes one of clean-up's own entry, too.
        boolean again = world.writes() != writes && !world.mutant().isHarmless();
        if (!orphans.isEmpty() || !world.truth().openUploads().isEmpty() || again) {
            throw new Violation(
                    Invariant.I10_QUIESCENCE,
                    "clean-up left " + orphans + " and " + world.truth().openUploads() + ", and wrote "
                            + (world.writes() - writes) + " times when it was run again");
        }
        world.judge().checkLiveFiles();
        new ReaderActor(world, 23, 1).run(null);
    }

    /** The log as someone reads it who has read nothing before. */
    private Ledger fresh() {
        return world.ledger(world.mutant().store(new ProcessView(world, Role.JUDGE, 20, null), world, Role.JUDGE), 0);
    }

    @Override
    public String toString() {
        return "seed " + seed + " with " + planned;
    }
}
