package io.convergence.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** S3: the search for overlaps against trying every place. */
class OverlapTest {
    private static final int TRIALS = 50_000;

    /** Few different rows, so that most of them are equal to others. Replay one with {@code -Dconvergence.seed=}. */
    @Test
    void s3FindsWhatTryingEveryPlaceFinds() {
        Long given = Long.getLong("convergence.seed");
        long first = given == null ? 1 : given;
        long last = given == null ? TRIALS : given;
        int[] seen = new int[3];
        for (long seed = first; seed <= last; seed++) {
            Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            int kinds = 1 + random.nextInt(3);
            int[] tail = random.ints(random.nextInt(12), 0, kinds).toArray();
            int[] head = random.ints(random.nextInt(12), 0, kinds).toArray();

            Overlap found = Overlap.of(hashes(head), pieces(tail, random));

            assertThat(found).as("-Dconvergence.seed=%d", seed).isEqualTo(byTrying(head, tail));
            seen[0] += found.toEnd() > 0 ? 1 : 0;
            seen[1] += found.inside() ? 1 : 0;
            seen[2] += found.inside() && found.toEnd() == head.length ? 1 : 0;
        }
        if (given == null) {
            assertThat(seen).as("overlaps to the end, inside, and both").doesNotContain(0);
        }
    }

    private static Overlap byTrying(int[] head, int[] tail) {
        int toEnd = 0;
        int anywhere = 0;
        boolean inside = false;
        for (int from = 0; from < tail.length; from++) {
            int same = 0;
            while (same < head.length && from + same < tail.length && head[same] == tail[from + same]) {
                same++;
            }
            anywhere = Math.max(anywhere, same);
            if (from + same == tail.length) {
                toEnd = Math.max(toEnd, same);
            } else if (same == head.length && same > 0) {
                inside = true;
            }
        }
        return new Overlap(toEnd, anywhere, inside);
    }

    /** All rows equal: a search that goes back in the tail would take hours. */
    @Test
    void s3AMillionEqualRowsTakeLinearTime() {
        int rows = 1_000_000;
        RowHashes head = hashes(new int[rows]);
        int[] last = new int[rows];
        last[rows - 1] = 1;

        assertThat(Overlap.of(head, List.of(head, head))).isEqualTo(new Overlap(rows, rows, true));
        assertThat(Overlap.of(hashes(last), List.of(head, head))).isEqualTo(new Overlap(rows - 1, rows - 1, false));
    }

    private static List<RowHashes> pieces(int[] rows, Random random) {
        List<RowHashes> pieces = new ArrayList<>();
        RowHashes piece = new RowHashes();
        for (int row : rows) {
            if (random.nextInt(3) == 0) {
                pieces.add(piece);
                piece = new RowHashes();
            }
            piece.add(row, 7);
        }
        pieces.add(piece);
        return pieces;
    }

    private static RowHashes hashes(int[] rows) {
        RowHashes hashes = new RowHashes();
        for (int row : rows) {
            hashes.add(row, 7);
        }
        return hashes;
    }
}
