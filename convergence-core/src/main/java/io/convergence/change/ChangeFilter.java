package io.convergence.change;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which changes to read: those that meet every condition. Immutable.
 *
 * @param operations taken
 * @param committedFrom earliest commit or arrival time, included; null for no bound
 * @param committedBefore latest commit or arrival time, excluded; null for no bound
 * @param sequenceFrom first change sequence, included; null for no bound
 * @param sequenceTo last change sequence, included; null for no bound
 * @param ranges of the table's columns
 */
public record ChangeFilter(
        Set<Operation> operations,
        @Nullable Instant committedFrom,
        @Nullable Instant committedBefore,
        @Nullable ChangeSequence sequenceFrom,
        @Nullable ChangeSequence sequenceTo,
        List<ColumnRange> ranges) {
    private static final ChangeFilter ALL =
            new ChangeFilter(EnumSet.allOf(Operation.class), null, null, null, null, List.of());

    public ChangeFilter {
        operations = Set.copyOf(operations);
        ranges = List.copyOf(ranges);
    }

    /** Takes every change. */
    public static ChangeFilter all() {
        return ALL;
    }

    public ChangeFilter withOperations(Operation first, Operation... others) {
        return new ChangeFilter(
                EnumSet.of(first, others), committedFrom, committedBefore, sequenceFrom, sequenceTo, ranges);
    }

    /** Changes with a {@linkplain ChangeRecord#timestamp time} not before this; those without a time are not taken. */
    public ChangeFilter withCommittedFrom(Instant time) {
        return new ChangeFilter(
                operations, requireNonNull(time, "time"), committedBefore, sequenceFrom, sequenceTo, ranges);
    }

    /** Changes with a {@linkplain ChangeRecord#timestamp time} before this; those without a time are not taken. */
    public ChangeFilter withCommittedBefore(Instant time) {
        return new ChangeFilter(
                operations, committedFrom, requireNonNull(time, "time"), sequenceFrom, sequenceTo, ranges);
    }

    /** Changes from this sequence on; rows of a full load, which have none, are not taken. */
    public ChangeFilter withSequenceFrom(ChangeSequence first) {
        return new ChangeFilter(
                operations, committedFrom, committedBefore, requireNonNull(first, "first"), sequenceTo, ranges);
    }

    /** Changes up to this sequence and with it; rows of a full load, which have none, are not taken. */
    public ChangeFilter withSequenceTo(ChangeSequence last) {
        return new ChangeFilter(
                operations, committedFrom, committedBefore, sequenceFrom, requireNonNull(last, "last"), ranges);
    }

    /** Changes whose image has a value of this range; a condition more. */
    public ChangeFilter withRange(ColumnRange range) {
        List<ColumnRange> more = new ArrayList<>(ranges);
        more.add(requireNonNull(range, "range"));
        return new ChangeFilter(operations, committedFrom, committedBefore, sequenceFrom, sequenceTo, more);
    }

    /** Whether a change is taken. */
    public boolean takes(ChangeRecord change) {
        return operations.contains(change.operation())
                && takesTime(change.timestamp().orElse(null))
                && takesSequence(change.sequence().map(ChangeSequence::text).orElse(null))
                && takesCells(change.image());
    }

    boolean takesAll() {
        return operations.size() == Operation.values().length && !asksTime() && !asksSequence() && ranges.isEmpty();
    }

    boolean asksTime() {
        return committedFrom != null || committedBefore != null;
    }

    boolean asksSequence() {
        return sequenceFrom != null || sequenceTo != null;
    }

    boolean takesTime(@Nullable Instant time) {
        if (time == null) {
            return !asksTime();
        }

        return (committedFrom == null || !time.isBefore(committedFrom))
                && (committedBefore == null || time.isBefore(committedBefore));
    }

    boolean takesSequence(@Nullable String sequence) {
        if (sequence == null) {
            return !asksSequence();
        }

        return (sequenceFrom == null || sequence.compareTo(sequenceFrom.text()) >= 0)
                && (sequenceTo == null || sequence.compareTo(sequenceTo.text()) <= 0);
    }

    boolean takesCells(RowImage image) {
        for (ColumnRange range : ranges) {
            if (!range.holds(image)) {
                return false;
            }
        }

        return true;
    }
}
