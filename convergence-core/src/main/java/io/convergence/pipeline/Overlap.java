package io.convergence.pipeline;

import java.util.List;

/**
 * How the rows at the start of a run (head) lie over those before it (tail): the search of Knuth, Morris and Pratt, so
 * that the work grows with the rows and not with how often they repeat. Among equal rows the first of the head stands
 * for the first of the part it lies over, the second for the second, and so on.
 *
 * @param toEnd the greatest number of first rows of the head that are the last ones of the tail
 * @param anywhere the greatest number of first rows of the head that follow each other somewhere in the tail
 * @param inside whether the whole head lies in the tail and ends before its end
 */
record Overlap(int toEnd, int anywhere, boolean inside) {
    /** @param tail in order, in pieces */
    static Overlap of(RowHashes head, List<RowHashes> tail) {
        long rows = tail.stream().mapToLong(RowHashes::size).sum();
        // No more of the head than the tail has rows can lie over it.
        int length = (int) Math.min(head.size(), rows);
        if (length == 0) {
            return new Overlap(0, 0, false);
        }

        int[] borders = borders(head, length);
        int state = 0;
        int greatest = 0;
        boolean inside = false;
        long read = 0;
        for (RowHashes piece : tail) {
            for (int row = 0; row < piece.size(); row++) {
                if (state == length) {
                    state = borders[length - 1];
                }
                while (state > 0 && !head.same(state, piece, row)) {
                    state = borders[state - 1];
                }
                if (head.same(state, piece, row)) {
                    state++;
                }
                read++;
                greatest = Math.max(greatest, state);
                inside |= state == head.size() && read < rows;
            }
        }
        return new Overlap(state, greatest, inside);
    }

    /** For each start of the head, how long the longest shorter one is that it ends with. */
    private static int[] borders(RowHashes head, int length) {
        int[] borders = new int[length];
        int state = 0;
        for (int row = 1; row < length; row++) {
            while (state > 0 && !head.same(state, head, row)) {
                state = borders[state - 1];
            }
            if (head.same(state, head, row)) {
                state++;
            }
            borders[row] = state;
        }
        return borders;
    }
}
