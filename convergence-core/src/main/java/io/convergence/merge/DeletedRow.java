package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row that was deleted at the source and is kept, marked as deleted. It is as its last change before the delete left it;
 * cells unknown until then are those the delete tells. Immutable; thread-safe.
 *
 * @param cells as they were; unknown ones are published as null
 * @param position the newest change applied to the row before it was deleted
 * @param time when the delete was committed; null if not known: no timestamp column, or a reload no longer had the row
 */
public record DeletedRow(
        RowCells cells, ChangePosition position, @Nullable Instant time) {
    public DeletedRow {
        requireNonNull(cells, "cells");
        requireNonNull(position, "position");
    }

    /** When the delete was committed. */
    public Optional<Instant> deletedAt() {
        return Optional.ofNullable(time);
    }

    /**
     * What is kept of a row that a newer load no longer has: it was deleted while nobody knows when.
     *
     * @param generation of the newer load
     * @param cells as they were last seen, live or deleted
     * @param deletedAt if it was deleted before already; null if not known
     */
    public static Tombstone missingIn(Instant generation, MergeKey key, RowCells cells, @Nullable Instant deletedAt) {
        ChangePosition position = beforeLoad(generation);
        return new Tombstone(key, position, null, new DeletedRow(cells, position, deletedAt));
    }

    /** Below every row of the load: DMS numbers LOAD files from 1. */
    static ChangePosition beforeLoad(Instant generation) {
        return new ChangePosition.Load(generation, "", 0, 0);
    }

    /** Shapes only: cell contents stay out of logs. */
    @Override
    public String toString() {
        return "DeletedRow[" + cells + ", position " + position.encode() + ", deleted at " + time + "]";
    }
}
