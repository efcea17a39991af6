package io.convergence.change;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cell as a value with its state: the type of a record component that must tell null from what the file does not say
 * (rule S8). Immutable; thread-safe if the value is.
 *
 * @param value not null if and only if the state is {@link CellState#PRESENT}
 */
public record Cell<T>(CellState state, @Nullable T value) {
    public Cell {
        requireNonNull(state, "state");
        if ((state == CellState.PRESENT) != (value != null)) {
            throw new IllegalArgumentException("Cannot make a cell that is " + state
                    + (value == null ? " without a value." : " and has a value.") + " Only a present cell has one.");
        }
    }

    public static <T> Cell<T> present(T value) {
        return new Cell<>(CellState.PRESENT, requireNonNull(value, "value"));
    }

    /** @param state any but {@link CellState#PRESENT} */
    public static <T> Cell<T> without(CellState state) {
        return new Cell<>(state, null);
    }

    /** Empty unless the cell is {@link CellState#PRESENT}. */
    public Optional<T> toOptional() {
        return Optional.ofNullable(value);
    }
}
