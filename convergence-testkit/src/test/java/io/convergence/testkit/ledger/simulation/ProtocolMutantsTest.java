package io.convergence.testkit.ledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation can fail: whoever breaks one of the protocol's rules is found out by an invariant. */
class ProtocolMutantsTest {
    private static final int MOST_SCHEDULES = 2_000;
    private static final int HARMLESS_SCHEDULES = 400;

    @ParameterizedTest
    @EnumSource(
            value = Mutant.class,
            mode = EnumSource.Mode.MATCH_NONE,
            names = {"NONE", "UNNAMED_.*"})
    void aProtocolWithoutOneOfItsRulesIsFoundOut(Mutant mutant) throws Exception {
        Report report = Report.untilFailure(
                LongStream.range(Schedules.RANDOM, Schedules.RANDOM + MOST_SCHEDULES),
                seed -> new Simulation(seed, Schedules.crashes(seed), mutant));

        System.out.printf(
                "%s is found out by schedule %d: %s%n",
                mutant,
                report.schedules(),
                report.failures().stream().findFirst().orElse("no, it is not"));
        assertThat(report.failures()).isNotEmpty();
    }

    /** L2, L7: a wrong checkpoint or tail only costs time. */
    @ParameterizedTest
    @EnumSource(value = Mutant.class, mode = EnumSource.Mode.MATCH_ALL, names = "UNNAMED_.*")
    void l2ACheckpointOrTailThatNoSlotNamesDoesNoHarm(Mutant mutant) throws Exception {
        Report report = Report.untilFailure(
                LongStream.range(Schedules.RANDOM, Schedules.RANDOM + HARMLESS_SCHEDULES),
                seed -> new Simulation(seed, Schedules.crashes(seed), mutant));

        assertThat(report.failures()).isEmpty();
        assertThat(report.schedules()).isEqualTo(HARMLESS_SCHEDULES);
    }
}
