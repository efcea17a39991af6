package io.convergence.testkit.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The histories can fail: whoever breaks one of the merge's rules is found out, and the failure is shrunk to a few steps. */
class MergeMutantsTest {
    private static final int MOST_HISTORIES = 6_000;
    private static final int FEW_STEPS = 14;

    @ParameterizedTest
    @EnumSource
    void aMergeWithoutOneOfItsRulesIsFoundOut(Mutant mutant) {
        Optional<History> found = LongStream.rangeClosed(1, MOST_HISTORIES)
                .mapToObj(Histories::draw)
                .filter(history -> PureLake.play(history, mutant.handling()).failure() != null)
                .findFirst();

        assertThat(found)
                .as("%s survives %,d histories", mutant, MOST_HISTORIES)
                .isPresent();
        History small = Shrinker.shrink(
                found.get(),
                history -> PureLake.play(history, mutant.handling()).failure() != null,
                Failures.PURE_TRIES);
        System.out.printf(
                "%s is found out by history %d, with %d of its %d steps%n",
                mutant,
                found.get().seed(),
                small.steps().size(),
                found.get().steps().size());
        assertThat(PureLake.play(small, Handling.RIGHT).failure())
                .as("the small history of %s is right without the fault", mutant)
                .isNull();
        assertThat(small.steps()).as("steps that show %s", mutant).hasSizeLessThanOrEqualTo(FEW_STEPS);
    }

    @Test
    void aSeedTellsTheSameHistoryAgain() {
        assertThat(LongStream.range(1, 50).mapToObj(Histories::draw).map(History::text))
                .isEqualTo(LongStream.range(1, 50)
                        .mapToObj(Histories::draw)
                        .map(History::text)
                        .toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void theSmallHistoryIsPrintedAsAScript() {
        History found = LongStream.rangeClosed(1, MOST_HISTORIES)
                .mapToObj(Histories::draw)
                .filter(history -> PureLake.play(history, Mutant.KEY_CHANGE_NOT_MOVED.handling())
                                .failure()
                        != null)
                .findFirst()
                .orElseThrow();

        String told = Failures.pure(found, Mutant.KEY_CHANGE_NOT_MOVED.handling());

        assertThat(told)
                .contains("-Dconvergence.seed=" + found.seed())
                .contains("DmsScript.of(spec)")
                .contains(".load()")
                .containsPattern("\\.update\\(\\dL, \"id\", \\dL|\\.swapKeys\\(");
    }
}
