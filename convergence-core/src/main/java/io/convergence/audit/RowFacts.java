package io.convergence.audit;

import io.convergence.change.Operation;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a pass over rows told.
 *
 * @param operations rows by their {@code Op}; operations that do not occur are not in the map
 * @param withoutOperation rows without {@code Op}, as in a full load by default
 * @param firstSequence of the first row that has one; null without a sequence column
 * @param disorder the first row whose change counter does not rise, e.g. {@code key row 7}; null if it rises throughout
 * @param withoutSequence rows without a change sequence
 * @param smallestTime commit times, in LOAD rows times of arrival; null without a timestamp column
 * @param emptyRows rows without any value in the table's own columns; DMS before 3.4.2 wrote such when a task stopped
 * @param deletes rows with {@code Op} D
 * @param keyOnly deletes that lack a value in a column which is filled in all inserts and updates read; null if no insert
 *     or update was read that could tell
 */
public record RowFacts(
        long rows,
        Map<Operation, Long> operations,
        long withoutOperation,
        @Nullable String firstSequence,
        @Nullable String lastSequence,
        @Nullable String disorder,
        long withoutSequence,
        @Nullable Instant smallestTime,
        @Nullable Instant largestTime,
        long emptyRows,
        long deletes,
        @Nullable Long keyOnly,
        List<ColumnFacts> columns) {
    public RowFacts {
        EnumMap<Operation, Long> copy = new EnumMap<>(Operation.class);
        copy.putAll(operations);
        operations = Collections.unmodifiableMap(copy);
        columns = List.copyOf(columns);
    }

    public Optional<String> first() {
        return Optional.ofNullable(firstSequence);
    }

    public Optional<String> last() {
        return Optional.ofNullable(lastSequence);
    }

    public boolean sequenceRises() {
        return firstSequence != null && disorder == null;
    }

    public Optional<Instant> smallest() {
        return Optional.ofNullable(smallestTime);
    }

    public Optional<Instant> largest() {
        return Optional.ofNullable(largestTime);
    }

    public OptionalLong keyOnlyDeletes() {
        return keyOnly == null ? OptionalLong.empty() : OptionalLong.of(keyOnly);
    }

    public long count(Operation operation) {
        return operations.getOrDefault(operation, 0L);
    }
}
