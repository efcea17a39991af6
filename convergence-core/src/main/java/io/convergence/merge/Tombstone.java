package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a key's row was deleted, or moved to another key, so that a late change cannot bring it back (rule S12).
 * Kept above the floor. Immutable; thread-safe.
 *
 * @param lastKeyChange see {@link #keyChangedAt()}; null if no key change touched this key
 */
public record Tombstone(
        MergeKey key, ChangePosition position, @Nullable ChangePosition lastKeyChange) implements StoredRow {
    public Tombstone {
        requireNonNull(key, "key");
        requireNonNull(position, "position");
    }

    @Override
    public Optional<ChangePosition> keyChangedAt() {
        return Optional.ofNullable(lastKeyChange);
    }
}
