package io.convergence.change;

import static io.convergence.change.CellState.ABSENT;
import static io.convergence.change.CellState.NULL;
import static io.convergence.change.CellState.PRESENT;
import static io.convergence.change.CellState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CellMaskTest {
    /** Cells of one row that are stored as values or nulls. */
    private static final class Stored implements CellsInMaking {
        private CellState state;

        Stored(CellState state) {
            this.state = state;
        }

        @Override
        public CellState state(int row) {
            return state;
        }

        @Override
        public void mark(int row, CellState marked) {
            state = marked;
        }

        @Override
        public boolean isGiven(int row) {
            return state == PRESENT;
        }
    }

    /** What comes out of cells of which only values and nulls were stored. */
    private static List<CellState> read(byte[] mask, List<CellState> states) {
        List<CellState> read = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            var cell = new Stored(states.get(i) == PRESENT ? PRESENT : NULL);
            CellMask.apply(mask, i, cell, 0);
            read.add(cell.state);
        }

        return read;
    }

    @Test
    @DisplayName("S8: each state of up to nine cells comes back, whatever those beside it are")
    void everyStateComesBack() {
        for (int count = 1; count <= 9; count++) {
            for (int at = 0; at < count; at++) {
                for (CellState state : CellState.values()) {
                    for (CellState others : CellState.values()) {
                        List<CellState> states = new ArrayList<>(Collections.nCopies(count, others));
                        states.set(at, state);

                        assertThat(read(CellMask.of(states), states)).isEqualTo(states);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("S15: columns that a later row of the file brings are absent in the rows before")
    void columnsBeyondTheEndAreAbsent() {
        for (int known = 0; known <= 9; known++) {
            byte[] mask = CellMask.of(Collections.nCopies(known, UNKNOWN));

            assertThat(read(mask, Collections.nCopies(known + 5, NULL)).subList(known, known + 5))
                    .containsOnly(ABSENT);
        }
    }
}
