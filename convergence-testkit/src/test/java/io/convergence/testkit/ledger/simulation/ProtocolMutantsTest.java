package io.convergence.testkit.ledger.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
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
        Report report = Report.untilViolated(
                mutant.breaks(),
                LongStream.range(Schedules.RANDOM, Schedules.RANDOM + MOST_SCHEDULES),
                seed -> new Simulation(seed, Schedules.crashes(seed), mutant));

        System.out.printf(
                "%s must break one of %s: schedule %d, %s; before that also %s%n",
                mutant,
                mutant.breaks(),
                report.schedules(),
                report.failures().stream().findFirst().orElse("none is broken"),
                report.others());
        assertThat(report.failures())
                .as("what breaks one of %s", mutant.breaks())
                .isNotEmpty();
    }

    /** Those of the model check that the design began with, and as many more. */
    @Test
    void thereAreAtLeastFifteenMutants() {
        assertThat(Mutant.values())
                .filteredOn(mutant -> !mutant.isHarmless() && mutant != Mutant.NONE)
                .contains(
                        Mutant.DELETES_BEFORE_COMMIT,
                        Mutant.NO_CAS,
                        Mutant.RESUBMITS_AT_LATER_SLOT,
                        Mutant.RETRIES_AFTER_UNKNOWN,
                        Mutant.DELETES_OUTPUTS_AFTER_UNKNOWN,
                        Mutant.CLEANS_WITHOUT_FENCE,
                        Mutant.CLEANS_IGNORING_BASE,
                        Mutant.NO_GRACE,
                        Mutant.LIST_ONLY_IN_PLACE)
                .hasSizeGreaterThanOrEqualTo(15)
                .allSatisfy(
                        mutant -> assertThat(mutant.breaks()).as("%s", mutant).isNotEmpty());
    }

    /** L2, L7: a wrong checkpoint or tail only costs time. */
    @ParameterizedTest
    @EnumSource(value = Mutant.class, mode = EnumSource.Mode.MATCH_ALL, names = "UNNAMED_.*")
    void l2ACheckpointOrTailThatNoSlotNamesDoesNoHarm(Mutant mutant) throws Exception {
        Report report = Report.untilViolated(
                EnumSet.allOf(Invariant.class),
                LongStream.range(Schedules.RANDOM, Schedules.RANDOM + HARMLESS_SCHEDULES),
                seed -> new Simulation(seed, Schedules.crashes(seed), mutant));

        assertThat(report.failures()).isEmpty();
        assertThat(report.schedules()).isEqualTo(HARMLESS_SCHEDULES);
    }
}
