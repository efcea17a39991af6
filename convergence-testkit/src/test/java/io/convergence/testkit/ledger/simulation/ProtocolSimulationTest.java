package io.convergence.testkit.ledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The real ledger with compactors, mergers, clean-up, retirement, undo and readers that race, while DMS writes and takes
 * away, the store fails and processes die at each point of the protocol. A failing seed is in the message;
 * {@code -Dconvergence.seed=} runs that schedule alone, and {@code -Dconvergence.readerFrom=} with it only the reader that
 * starts at that step.
 *
 * <p>Two crash points are read as this ledger has them: "retired, unrecorded" is the record itself, which is made before
 * the first delete, and as there is no lease, "lease lost" is that another takes the slot a process works towards.
 *
 * <p>Each row holds a word that must not be found in the log, in manifests, in what is thrown and in what plans and
 * snapshots say of themselves (I11). Bounded memory (I12) is no matter of schedules: it holds by {@code PlanMemoryTest} in
 * core, which plans a million files in a small heap, and by {@code CompactionMemoryTest} (nightly), which compacts a thousand of
 * more bytes than its heap has.
 */
class ProtocolSimulationTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final Long ONE_READER = Long.getLong("convergence.readerFrom");
    private static final long SCHEDULES = 13_300;
    private static final int LEAST_DISTINCT = 12_000;
    private static final long PARQUET_SCHEDULES = 300;
    private static final int READ_SCHEDULES = 8;
    private static final int LEAST_HITS = 20;
    private static final int LEAST_EVENTS = 100;
    private static final Set<CrashPoint> IN_PARTS =
            EnumSet.of(CrashPoint.P3_CREATE_MULTIPART, CrashPoint.P4_UPLOAD_PART, CrashPoint.P5_COMPLETE_MULTIPART);

    @Test
    void noRowIsLostOrDoubledWhereverAProcessDies() throws Exception {
        Report report =
                Report.of(seeds(0, SCHEDULES), seed -> new Simulation(seed, Schedules.crashes(seed), Mutant.NONE));

        System.out.println(report);
        assertThat(report.failures()).isEmpty();
        if (ONE == null) {
            assertThat(report.distinct()).as("distinct schedules").isGreaterThanOrEqualTo(LEAST_DISTINCT);
            assertThat(WorldEvent.values())
                    .filteredOn(event -> !event.isOfRealMerge())
                    .as("what happens in the world")
                    .allSatisfy(event ->
                            assertThat(report.events(event)).as("%s", event).isGreaterThan(LEAST_EVENTS));
            assertThat(Schedules.SINGLES)
                    .as("crashes that were met often enough")
                    .allSatisfy(crash ->
                            assertThat(report.hits(crash)).as("%s", crash).isGreaterThanOrEqualTo(LEAST_HITS));
        }
    }

    /** A reader that starts at each step of a schedule in turn. */
    @Test
    void aReaderThatStartsAtAnyStepSeesEachRowOnce() throws Exception {
        for (long seed : seeds(Schedules.RANDOM, READ_SCHEDULES).toArray()) {
            long schedule = seed;
            Simulation.Outcome alone = new Simulation(seed, Schedules.crashes(seed), Mutant.NONE).run();
            assertThat(alone.failure())
                    .as("seed %d without a reader more", seed)
                    .isNull();

            Report report = Report.of(
                    ONE_READER != null ? LongStream.of(ONE_READER) : LongStream.range(0, alone.steps()),
                    step -> new Simulation(schedule, Schedules.crashes(schedule), Mutant.NONE)
                            .withReaderFrom((int) step));

            assertThat(report.failures()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void aSeedDecidesEverything() {
        for (long seed = Schedules.RANDOM; seed < Schedules.RANDOM + 30; seed++) {
            var once = new Simulation(seed, Schedules.crashes(seed), Mutant.NONE).run();
            var again = new Simulation(seed, Schedules.crashes(seed), Mutant.NONE).run();

            assertThat(again).isEqualTo(once);
        }
    }

    /** With the real compactor, the pipeline's own merge and real Parquet files, which take longer. */
    @Test
    void theRealCompactorAndMergeLoseAndDoubleNothing() throws Exception {
        Report report = Report.of(
                seeds(0, PARQUET_SCHEDULES),
                seed -> new Simulation(seed, Schedules.crashes(seed), Mutant.NONE, World.Format.PARQUET));

        System.out.println("With real Parquet: " + report);
        assertThat(report.failures()).isEmpty();
        if (ONE == null) {
            assertThat(report.distinct()).isGreaterThanOrEqualTo(PARQUET_SCHEDULES * 9 / 10);
            assertThat(WorldEvent.values())
                    .as("what happens in the world")
                    .allSatisfy(event ->
                            assertThat(report.events(event)).as("%s", event).isPositive());
            assertThat(Schedules.SINGLES)
                    .filteredOn(crash -> IN_PARTS.contains(crash.point()))
                    .as("crashes of uploads in parts")
                    .isNotEmpty()
                    .allSatisfy(crash ->
                            assertThat(report.hits(crash)).as("%s", crash).isPositive());
        }
    }

    @Test
    @Tag("nightly")
    void noRowIsLostOrDoubledByAnyPairOfCrashes() throws Exception {
        long pairs = (long) Schedules.SINGLES.size() * Schedules.SINGLES.size();

        Report report = Report.of(
                seeds(Schedules.PAIRS, 3 * pairs), seed -> new Simulation(seed, Schedules.crashes(seed), Mutant.NONE));

        System.out.println(report);
        assertThat(report.failures()).isEmpty();
    }

    @Test
    @Tag("nightly")
    void noRowIsLostOrDoubledInAMillionRandomSchedules() throws Exception {
        Report report = Report.of(
                seeds(Schedules.RANDOM, 1_000_000), seed -> new Simulation(seed, Schedules.crashes(seed), Mutant.NONE));

        System.out.println(report);
        assertThat(report.failures()).isEmpty();
    }

    private static LongStream seeds(long first, long count) {
        return ONE != null ? LongStream.of(ONE) : LongStream.range(first, first + count);
    }
}
