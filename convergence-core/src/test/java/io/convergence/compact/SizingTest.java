package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SizingTest {
    private static final long MB = 1 << 20;
    private static final Sizing DEFAULT = Sizing.of(CompactionOptions.defaults());
    private static final int RUNS = 20_000;

    @Test
    void dataIsCutIntoAsManyOutputsAsBringEachNearestToTheTarget() {
        assertThat(DEFAULT.outputs(10 * MB)).isEqualTo(1);
        assertThat(DEFAULT.outputs(256 * MB)).isEqualTo(1);
        assertThat(DEFAULT.outputs(360 * MB)).isEqualTo(1);
        assertThat(DEFAULT.outputs(370 * MB)).isEqualTo(2);
        assertThat(DEFAULT.outputs(513 * MB)).isEqualTo(2);
        assertThat(DEFAULT.outputs(25_600 * MB)).isEqualTo(100);
    }

    @Test
    void everyAmountFromTheSmallestOnCanBeCutIntoTheBandBeItJustTwiceAsWide() {
        var narrow = new Sizing(100, 150, 200);

        for (long total = 100; total < 5_000; total++) {
            assertThat(total / (double) narrow.outputs(total))
                    .as("of %d", total)
                    .isBetween(100.0, 200.0);
        }
    }

    @Test
    void anOutputEndsWhereItIsAsLargeAsThoseAfterIt() {
        assertThat(DEFAULT.isFull(255 * MB, 4 * MB, 257 * MB)).isTrue();
        assertThat(DEFAULT.isFull(250 * MB, 4 * MB, 262 * MB)).isFalse();
    }

    @Test
    void anOutputNeverEndsBelowTheBandNorGrowsBeyondIt() {
        assertThat(DEFAULT.isFull(127 * MB, 400 * MB, 4_000 * MB)).isFalse();
        assertThat(DEFAULT.isFull(510 * MB, 3 * MB, 3 * MB)).isTrue();
    }

    @Test
    void aRestBelowTheBandIsTakenAlong() {
        assertThat(DEFAULT.isFull(300 * MB, 10 * MB, 100 * MB)).isFalse();
        assertThat(DEFAULT.isFull(300 * MB, 10 * MB, 300 * MB)).isTrue();
    }

    @Test
    void ofTwoWaysNearAnEdgeOfTheBandTheSaferOneIsTaken() {
        // Two outputs of 269 and 141 MB, the latter 10 % above the band; or one of 410 MB, 20 % below its upper end.
        assertThat(DEFAULT.isFull(269 * MB, 4 * MB, 141 * MB)).isFalse();
        assertThat(DEFAULT.isFull(269 * MB, 4 * MB, 190 * MB)).isTrue();
    }

    /** Files whose rows compress to a share of their size that drifts from file to file. */
    private record Input(List<Long> sizes, List<Long> written) {
        static Input random(Random random) {
            List<Long> sizes = new ArrayList<>();
            List<Long> written = new ArrayList<>();
            double ratio = Math.exp(random.nextGaussian());
            double drift = 0.02 * random.nextDouble();
            int count = 2 + (int) Math.exp(random.nextDouble() * 6.5);
            long typical = 1 + (long) Math.exp(random.nextDouble() * Math.log(25_000));
            for (int i = 0; i < count; i++) {
                ratio = Math.max(0.02, Math.min(1.2, ratio * Math.exp(drift * random.nextGaussian())));
                long size = 1 + Math.min(25_000, (long) (typical * Math.exp(0.5 * random.nextGaussian())));
                sizes.add(size);
                written.add(Math.max(1, Math.round(size * ratio * (0.9 + 0.2 * random.nextDouble()))));
            }

            return new Input(sizes, written);
        }

        long total() {
            return written.stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Writes as a task does: what is held of the output at hand is told with an error that vanishes with its end. */
    private static List<Long> outputs(Input input, Sizing sizing, Random random) {
        List<Long> outputs = new ArrayList<>();
        var cut = new OutputCut(sizing);
        long rest = input.sizes().stream().mapToLong(Long::longValue).sum();
        long written = 0;
        long read = 0;
        for (int i = 0; i < input.sizes().size(); i++) {
            written += input.written().get(i);
            read += input.sizes().get(i);
            rest -= input.sizes().get(i);
            double error = 1 + 0.03 * (random.nextDouble() - 0.5);
            cut.at(Math.round(written * error), read);
            if (i + 1 == input.sizes().size() || cut.isFull(input.sizes().get(i + 1), rest)) {
                outputs.add(written);
                cut.end(written);
                written = 0;
                read = 0;
            }
        }

        return outputs;
    }

    @Test
    void whereverTheInputSufficesOutputsLandInTheBandThoughRatiosDrift() {
        long seed = Long.getLong("convergence.seed", 20_260_301L);
        var sizing = new Sizing(50_000, 100_000, 200_000);
        int sufficient = 0;
        int many = 0;
        for (int run = 0; run < RUNS; run++) {
            var random = new Random(seed + run);
            Input input = Input.random(random);

            List<Long> outputs = outputs(input, sizing, random);

            assertThat(outputs.stream().mapToLong(Long::longValue).sum()).isEqualTo(input.total());
            if (input.total() < sizing.smallest()) {
                assertThat(outputs).as("seed %d", seed + run).hasSize(1);
            } else {
                sufficient++;
                many += outputs.size() > 3 ? 1 : 0;
                assertThat(outputs)
                        .as(
                                "-Dconvergence.seed=%d, %d files",
                                seed + run, input.sizes().size())
                        .allSatisfy(size -> assertThat(size).isBetween(sizing.smallest(), sizing.largest()));
            }
        }

        assertThat(sufficient).isGreaterThan(RUNS / 5);
        assertThat(many).isGreaterThan(RUNS / 20);
    }

    @Test
    void optionsGiveTheBand() {
        var options = CompactionOptions.builder()
                .targetSize(DataSize.ofBytes(30))
                .band(DataSize.ofBytes(20), DataSize.ofBytes(40))
                .build();

        assertThat(Sizing.of(options)).isEqualTo(new Sizing(20, 30, 40));
    }
}
