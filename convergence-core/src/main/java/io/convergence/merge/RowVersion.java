package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row as it was for a while: one line of a slowly changing dimension of type 2. Times are commit times of the source.
 * Immutable; thread-safe.
 *
 * @param key under which the row was; a row that changes its key goes on as a version of the new one
 * @param cells an unknown one was told by no change so far, as in the current table (rule S9)
 * @param validFrom inclusive; for {@link Begin#START} the start of the history, not of the row
 * @param validUntil exclusive; null for the current version. Equal to {@code validFrom} if the version was gone when its
 *     transaction was committed: no moment shows it
 * @param position of the change that made it; orders versions of one key that begin at the same time
 * @param begin what made it
 * @param end what ended it
 * @param fromKey the key the row came from, if {@code begin} is {@link Begin#KEY_CHANGE}; null otherwise
 * @param toKey the key the row went to, if {@code end} is {@link End#KEY_CHANGE}; null otherwise
 */
public record RowVersion(
        MergeKey key,
        RowCells cells,
        Instant validFrom,
        @Nullable Instant validUntil,
        ChangePosition position,
        Begin begin,
        End end,
        @Nullable MergeKey fromKey,
        @Nullable MergeKey toKey) {
    /** What makes a version. */
    public enum Begin {
        /** It was there when the history starts. */
        START,
        /** An insert. */
        INSERT,
        /** An update. */
        UPDATE,
        /** The row came from another key. */
        KEY_CHANGE
    }

    /** What ends a version. */
    public enum End {
        /** Nothing so far: it is the current one. */
        OPEN,
        /** Another version of the same key follows at once. */
        REPLACED,
        /** The row was deleted. */
        DELETED,
        /** The row went to another key. */
        KEY_CHANGE
    }

    public RowVersion {
        requireNonNull(key, "key");
        requireNonNull(cells, "cells");
        requireNonNull(validFrom, "validFrom");
        requireNonNull(position, "position");
        requireNonNull(begin, "begin");
        requireNonNull(end, "end");
        if (validUntil != null && validUntil.isBefore(validFrom)) {
            throw new IllegalArgumentException(
                    "Cannot make a version from " + validFrom + " to " + validUntil + ": it ends before it begins.");
        }
        if ((validUntil == null) != (end == End.OPEN)) {
            throw new IllegalArgumentException("Cannot make a version that ends at " + validUntil + " by " + end
                    + ": the current one has no end, and only that.");
        }
    }

    /** Exclusive; empty for the current version. */
    public Optional<Instant> validTo() {
        return Optional.ofNullable(validUntil);
    }

    public boolean current() {
        return validUntil == null;
    }

    /** Whether the row was so at that moment. */
    public boolean at(Instant moment) {
        return !moment.isBefore(validFrom) && (validUntil == null || moment.isBefore(validUntil));
    }

    /** The key the row came from. */
    public Optional<MergeKey> movedFrom() {
        return Optional.ofNullable(fromKey);
    }

    /** The key the row went to. */
    public Optional<MergeKey> movedTo() {
        return Optional.ofNullable(toKey);
    }
}
