package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationTest {
    private static final String FOLDER = "lake/tables/public/t/";

    /** Clean-up must find every output, or it stays for ever: a value of a partition may hold what ends a line. */
    @ParameterizedTest
    @ValueSource(
            strings = {"part-0.parquet", "a=1/part-0.parquet", "a=x\ny/p", "a=\r\n/p", "a=x\u2028y/p", "a=\u0085/p"})
    void theSlotOfAnOutputIsInTheNameOfItsFolderWhateverFollows(String name) {
        assertThat(Generation.slot(FOLDER, FOLDER + "gen-17-0af3/" + name)).isEqualTo(OptionalLong.of(17));
    }

    @Test
    void whatIsNoOutputHasNoSlot() {
        assertThat(Generation.slot(FOLDER, "lake/tables/public/u/gen-17-0af3/p"))
                .isEmpty();
        assertThat(Generation.slot(FOLDER, FOLDER + "gen-17-0af3/")).isEmpty();
        assertThat(Generation.slot(FOLDER, FOLDER + "gen-x-0af3/p")).isEmpty();
        assertThat(Generation.slot(FOLDER, FOLDER + "gen-9999999999999999999-0af3/p"))
                .isEmpty();
    }
}
