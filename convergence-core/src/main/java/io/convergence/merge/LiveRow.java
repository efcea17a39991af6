package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of the curated table with its bookkeeping. Immutable; thread-safe.
 *
 * @param lastKeyChange see {@link #keyChangedAt()}; null if no key change touched this key
 * @param overTransaction the transaction that put the row onto a key still live, see {@link #placedOver()}; null if the key was free
 */
public record LiveRow(
        MergeKey key,
        ChangePosition position,
        @Nullable ChangePosition lastKeyChange,
        @Nullable String overTransaction,
        RowCells cells)
        implements StoredRow {
    public LiveRow {
        requireNonNull(key, "key");
        requireNonNull(position, "position");
        requireNonNull(cells, "cells");
    }

    @Override
    public Optional<ChangePosition> keyChangedAt() {
        return Optional.ofNullable(lastKeyChange);
    }

    /**
     * The transaction in which the row came to a key that was still live. If a change that frees the key arrives later
     * with the same transaction, the two must be seen together (rule S10).
     */
    public Optional<String> placedOver() {
        return Optional.ofNullable(overTransaction);
    }
}
