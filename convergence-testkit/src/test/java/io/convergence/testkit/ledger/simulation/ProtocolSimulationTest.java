package io.convergence.testkit.ledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.Ledger;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The real ledger with compactors, mergers, clean-up, retirement, undo and readers that race, while DMS writes and takes
 * away, the store fails and processes die at each point of the protocol. A failing seed is in the message;
 * {@code -Dconvergence.seed=} runs that schedule alone, and {@code -Dconvergence.readerFrom=} with it only the reader that
 * starts at that step.
 *
 * <p>Two crash points are read as this ledger has them: "retired, unrecorded" is the record itself, which is made before
 * the first delete, and as there is no lease, "lease lost" is that another takes the slot a process works towards.
 *
 * <p>Each row holds a word that must not be found in the log, in manifests, in what is thrown, in what plans and
 * snapshots say of themselves, and with real Parquet in what is logged at any level (I11). In some schedules with real Parquet a
 * process reads more than it may hold of what it read (I12); beside that {@code PlanMemoryTest} in core plans a million files in
 * a small heap, and {@code CompactionMemoryTest} (nightly) compacts a thousand of more bytes than its heap has.
 */
class ProtocolSimulationTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final Long ONE_READER = Long.getLong("convergence.readerFrom");
    private static final long SCHEDULES = 13_300;
    private static final int LEAST_DISTINCT = 12_000;
    private static final long MILLION = 1_000_000;
    private static final long PARQUET_SCHEDULES = 300;
    private static final int READ_SCHEDULES = 8;
    private static final int LEAST_HITS = 20;
    /** Of 231. A thirtieth of the night's schedules met so many; the report tells which. */
    private static final int LEAST_PAIRS = 218;

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
                    .filteredOn(event -> !event.isOfRealParquet())
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
        Report report;
        String log;
        try (var capture = new LogCapture()) {
            report = Report.of(
                    seeds(0, PARQUET_SCHEDULES),
                    seed -> new Simulation(seed, Schedules.crashes(seed), Mutant.NONE, World.Format.PARQUET));
            log = capture.text();
        }

        System.out.println("With real Parquet: " + report);
        assertThat(report.failures()).isEmpty();
        assertThat(log.lines().filter(line -> line.contains(Secrets.SECRET)))
                .as("I11: what is logged of rows")
                .isEmpty();
        if (ONE == null) {
            assertThat(log).contains("does not say that raw files changed");
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

    /** The check of what is logged can fail: it sees what is said at the lowest level. */
    @Test
    void i11WhatIsLoggedAtAnyLevelIsSeen() throws Exception {
        try (var capture = new LogCapture()) {
            LoggerFactory.getLogger(Ledger.class).debug("a row of {}", Secrets.SECRET);
            LoggerFactory.getLogger("io.convergence.NeverUsedBefore").trace("another of {}", Secrets.SECRET);

            assertThat(capture.text().lines().filter(line -> line.contains(Secrets.SECRET)))
                    .hasSize(2);
        }
    }

    @Test
    @Tag("nightly")
    void noRowIsLostOrDoubledByAnyPairOfCrashes() throws Exception {
        long pairs = (long) Schedules.SINGLES.size() * Schedules.SINGLES.size();

        Report report = Report.of(
                seeds(Schedules.PAIRS, 3 * pairs), seed -> new Simulation(seed, Schedules.crashes(seed), Mutant.NONE));

        System.out.println(report);
        System.out.println(pairsOfPoints(report));
        assertThat(report.failures()).isEmpty();
        if (ONE == null) {
            assertThat(report.schedules()).isEqualTo(3 * pairs);
            assertThat(report.distinct()).as("distinct schedules").isGreaterThanOrEqualTo(3 * pairs * 99 / 100);
            assertThat(report.withTwoCrashes())
                    .as("schedules in which both crashes happened")
                    .isGreaterThanOrEqualTo(3 * pairs * 45 / 100);
            assertThat(report.pairsOfPoints())
                    .as("pairs of points at which both crashes happened")
                    .isGreaterThanOrEqualTo(LEAST_PAIRS);
        }
    }

    @Test
    @Tag("nightly")
    void noRowIsLostOrDoubledInAMillionRandomSchedules() throws Exception {
        Report report = Report.of(
                seeds(Schedules.RANDOM, MILLION), seed -> new Simulation(seed, Schedules.crashes(seed), Mutant.NONE));

        System.out.println(report);
        assertThat(report.failures()).isEmpty();
        if (ONE == null) {
            assertThat(report.schedules()).isEqualTo(MILLION);
            assertThat(report.distinct()).as("distinct schedules").isGreaterThanOrEqualTo(MILLION * 99 / 100);
            assertThat(Schedules.SINGLES)
                    .as("crashes that were met often enough")
                    .allSatisfy(crash ->
                            assertThat(report.hits(crash)).as("%s", crash).isGreaterThanOrEqualTo(LEAST_HITS));
        }
    }

    private static String pairsOfPoints(Report report) {
        var text =
                new StringBuilder("both crashes happened in " + report.withTwoCrashes() + " of " + report.schedules());
        for (CrashPoint one : CrashPoint.values()) {
            text.append(String.format("%n%-26s", one));
            for (CrashPoint other : CrashPoint.values()) {
                text.append(String.format("%5d", report.hits(one, other)));
            }
        }
        return text.toString();
    }

    private static LongStream seeds(long first, long count) {
        return ONE != null ? LongStream.of(ONE) : LongStream.range(first, first + count);
    }
}
