package io.convergence.testkit.histories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The histories of files can fail: whoever breaks one of the product's rules, in its own code, is found out by what becomes of the
 * table, and the failure is shrunk to a history that is right without the fault.
 */
class ProductFaultsTest {
    private static final int MOST_HISTORIES = 400;
    private static final int TRIES = Integer.getInteger("convergence.faultTries", 40);

    @ParameterizedTest
    @EnumSource
    void s18AProductWithoutOneOfItsRulesIsFoundOut(ProductFault fault) {
        var faulty = new FaultyProduct(fault);

        Optional<History> found = LongStream.range(fault.from(), fault.from() + MOST_HISTORIES)
                .mapToObj(Histories::drawFiles)
                .filter(history -> isFoundOut(faulty, history))
                .findFirst();

        assertThat(found)
                .as("a history that finds %s out, from %d on", fault, fault.from())
                .isPresent();
        History small = Shrinker.shrink(found.get(), history -> isFoundOut(faulty, history), TRIES);
        System.out.printf(
                "%s is found out by history %d, with %d of its %d steps: %.120s%n",
                fault,
                found.get().seed(),
                small.steps().size(),
                found.get().steps().size(),
                faulty.play(small));
        assertThat(small.steps())
                .as("steps that show %s", fault)
                .hasSizeLessThan(found.get().steps().size());
    }

    /** By a history that is right without the fault. */
    private static boolean isFoundOut(FaultyProduct faulty, History history) {
        return faulty.play(history) != null && FileLake.play(history).failure() == null;
    }
}
