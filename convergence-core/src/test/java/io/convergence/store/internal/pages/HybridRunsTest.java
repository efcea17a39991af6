package io.convergence.store.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids written by {@link PackedIds} come back in pieces of any length. */
class HybridRunsTest {
    private static final long SEED = Long.getLong("convergence.seed", 20261126L);

    static IntStream widths() {
        return IntStream.rangeClosed(0, 31);
    }

    @ParameterizedTest
    @MethodSource("widths")
    void piecesReadAndSkippedAreThoseOfTheWhole(int width) {
        var random = new Random(SEED + width);
        int[] ids = new int[3000];
        int at = 0;
        while (at < ids.length) {
            int run = random.nextBoolean() ? 1 : random.nextInt(60);
            int id = random.nextInt() & (int) ((1L << width) - 1);
            Arrays.fill(ids, at, Math.min(ids.length, at + run), id);
            at += run;
        }
        var sink = new ByteSink(16);
        PackedIds.write(Arrays.copyOf(ids, ids.length + 8), ids.length, width, sink);

        var runs = new HybridRuns(sink.copy(), 1, sink.size(), width);
        int[] found = ids.clone();
        int done = 0;
        while (done < ids.length) {
            int piece = Math.min(ids.length - done, random.nextInt(100));
            if (random.nextInt(4) == 0) {
                runs.skip(piece);
            } else {
                Arrays.fill(found, done, done + piece, -1);
                runs.read(found, done, piece);
            }
            done += piece;
        }

        assertThat(found).as("seed %d, width %d", SEED, width).isEqualTo(ids);
    }

    /** A run of five bytes that stands for two thousand million values takes no memory for them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aRunWithoutEndIsReadPieceByPiece(int value) {
        var sink = new ByteSink(16);
        sink.putVarint((long) Integer.MAX_VALUE << 1);
        sink.put(value);
        var runs = new HybridRuns(sink.copy(), 0, sink.size(), 1);
        byte[] marks = new byte[10];

        runs.skip(Integer.MAX_VALUE - 10);

        assertThat(runs.markZeros(marks, 0, 10, (byte) 9)).isEqualTo(10 * value);
        assertThat(marks).containsOnly(value == 0 ? 9 : 0);
        assertThatThrownBy(() -> runs.skip(1)).isInstanceOf(DamagedPageException.class);
    }
}
