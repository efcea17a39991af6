package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a key's row was deleted, or moved to another key, so that a late change cannot bring it back (rule S12).
 * Kept above the floor; one that keeps the row itself stays for good. Immutable; thread-safe.
 *
 * @param lastKeyChange see {@link #keyChangedAt()}; null if no key change touched this key
 * @param deleted the row that was deleted, where deleted rows are kept ({@link MergePolicy#deletedRows()}); null if none
 *     is kept, as when the row moved to another key
 */
public record Tombstone(
        MergeKey key,
        ChangePosition position,
        @Nullable ChangePosition lastKeyChange,
        @Nullable DeletedRow deleted) implements StoredRow {
    public Tombstone {
        requireNonNull(key, "key");
        requireNonNull(position, "position");
    }

    /** Of a row that is not kept. */
    public Tombstone(MergeKey key, ChangePosition position, @Nullable ChangePosition lastKeyChange) {
        this(key, position, lastKeyChange, null);
    }

    /** The row as it was when it was deleted. */
    public Optional<DeletedRow> deletedRow() {
        return Optional.ofNullable(deleted);
    }

    /**
     * Whether it tells of a row that an earlier load had and the present one has not: no change of this generation made it.
     */
    public boolean ofEarlierLoad() {
        return deleted != null && position.equals(DeletedRow.beforeLoad(position.generation()));
    }

    @Override
    public Optional<ChangePosition> keyChangedAt() {
        return Optional.ofNullable(lastKeyChange);
    }
}
