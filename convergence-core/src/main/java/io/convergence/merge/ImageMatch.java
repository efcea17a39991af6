package io.convergence.merge;

import io.convergence.change.CellState;
import io.convergence.change.Operation;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares rows with what the images of changes tell of them. Thread-safe. */
final class ImageMatch {
    private final RowLayout layout;
    private final BitSet keyPlaces = new BitSet();

    ImageMatch(MergePolicy policy, RowLayout layout) {
        this.layout = layout;
        policy.keyColumns().forEach(name -> keyPlaces.set(layout.indexOf(name)));
    }

    boolean tellsOldCells(Change change) {
        for (int i = 0; i < change.oldStates().length; i++) {
            if (!keyPlaces.get(i) && change.oldStates()[i] == CellState.PRESENT) {
                return true;
            }
        }
        return false;
    }

    boolean sameButForKey(RowCells one, RowCells other) {
        for (int i = 0; i < layout.size(); i++) {
            if (!keyPlaces.get(i)
                    && (one.unknownBits().get(i)
                            || other.unknownBits().get(i)
                            || !Objects.equals(one.array()[i], other.array()[i]))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the row can be the one the change speaks of. A before-image decides; without one, the image of a change that
     * moves a row is taken to differ from it in the key alone. A delete's nulls tell nothing: it may hold only the key.
     */
    boolean fits(RowCells cells, Change change) {
        boolean before = tellsOldCells(change);
        CellState[] states = before ? change.oldStates() : change.states();
        @Nullable Object[] values = before ? change.oldValues() : change.values();
        for (int i = 0; i < layout.size(); i++) {
            boolean told = states[i] == CellState.PRESENT
                    || (states[i] == CellState.NULL && !before && change.operation() != Operation.DELETE);
            if (told
                    && !keyPlaces.get(i)
                    && !cells.unknownBits().get(i)
                    && !Objects.equals(cells.array()[i], values[i])) {
                return false;
            }
        }
        return true;
    }
}
