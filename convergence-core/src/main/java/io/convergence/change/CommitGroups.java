package io.convergence.change;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads changes commit by commit: from one table's changes, or from those of several tables at once, which are then
 * brought together by their change sequence (rule S1: it is one counter for all tables of a task). Holds one commit in
 * memory. Not thread-safe.
 */
public final class CommitGroups implements Iterator<CommitGroup> {
    /** Commits of more changes are refused unless another limit is given. */
    public static final int DEFAULT_MAX_CHANGES = 1_000_000;

    private final Iterator<ChangeRecord> changes;
    private final int maxChanges;
    private @Nullable ChangeRecord ahead;

    private CommitGroups(Iterator<ChangeRecord> changes, int maxChanges) {
        if (maxChanges < 1) {
            throw new IllegalArgumentException("Cannot group at most " + maxChanges + " changes: give at least 1.");
        }

        this.changes = changes;
        this.maxChanges = maxChanges;
        this.ahead = changes.hasNext() ? changes.next() : null;
    }

    /** Groups the changes of one table's CDC files, given in the order of their positions. */
    public static CommitGroups of(Iterator<ChangeRecord> changes) {
        return of(changes, DEFAULT_MAX_CHANGES);
    }

    /** @param maxChanges at least 1; a commit of more is refused, so that one commit cannot fill the memory */
    public static CommitGroups of(Iterator<ChangeRecord> changes, int maxChanges) {
        return new CommitGroups(requireNonNull(changes, "changes"), maxChanges);
    }

    /**
     * Groups the CDC changes of several tables of one task; each iterator gives one table's changes in the order of their
     * positions. A commit is whole only if the files of each table were read up to it: DMS writes those of one transaction
     * up to {@code CdcMaxBatchInterval} apart.
     */
    public static CommitGroups across(List<? extends Iterator<ChangeRecord>> tables) {
        return across(tables, DEFAULT_MAX_CHANGES);
    }

    /** @param maxChanges at least 1; a commit of more is refused, so that one commit cannot fill the memory */
    public static CommitGroups across(List<? extends Iterator<ChangeRecord>> tables, int maxChanges) {
        return new CommitGroups(new BySequence(tables), maxChanges);
    }

    @Override
    public boolean hasNext() {
        return ahead != null;
    }

    /**
     * Commits come as the source logged them; their times may step back by what concurrent commits differ.
     *
     * @throws RawFileException if a change has no commit timestamp, or across tables no sequence, or a commit is too large
     * @throws IllegalArgumentException if a change is a full-load row: these are no transactions
     */
    @Override
    public CommitGroup next() {
        ChangeRecord next = ahead;
        if (next == null) {
            throw new NoSuchElementException("There is no further commit.");
        }

        Instant time = commitTime(next);
        List<ChangeRecord> group = new ArrayList<>();
        while (next != null && commitTime(next).equals(time)) {
            if (group.size() == maxChanges) {
                throw refused(
                        next,
                        "commit " + time + " has more than " + maxChanges + " changes.",
                        "Give a larger limit, or read the changes one by one.");
            }
            group.add(next);
            next = changes.hasNext() ? changes.next() : null;
        }

        ahead = next;
        return new CommitGroup(time, group, next != null);
    }

    private static Instant commitTime(ChangeRecord change) {
        if (change.position() instanceof ChangePosition.Load) {
            throw new IllegalArgumentException(
                    "Cannot group " + change.origin()
                            + " by its commit: it is a row of a full load, whose timestamp is its arrival. Leave load files out.");
        }

        return change.timestamp()
                .orElseThrow(() -> refused(
                        change,
                        "it has no commit timestamp, so its transaction cannot be told.",
                        "Set TimestampColumnName, and name that column in the shape."));
    }

    private static String sequenceOf(ChangeRecord change) {
        return change.sequence()
                .map(ChangeSequence::text)
                .orElseThrow(() -> refused(
                        change,
                        "it has no change sequence, so its place among other tables' changes cannot be told.",
                        "Add a column with the expression $AR_H_CHANGE_SEQ, or read each table by itself."));
    }

    private static RawFileException refused(ChangeRecord change, String reason, String advice) {
        return RawFileException.ofRow(change.origin().key(), change.origin().row(), reason, advice, null);
    }

    /** The smallest of the tables' next changes, again and again. */
    private static final class BySequence implements Iterator<ChangeRecord> {
        private final PriorityQueue<Table> tables = new PriorityQueue<>(Comparator.comparing(table -> table.sequence));

        private static final class Table {
            private final Iterator<ChangeRecord> rest;
            private ChangeRecord next;
            private String sequence;

            Table(Iterator<ChangeRecord> changes) {
                this.rest = changes;
                this.next = changes.next();
                this.sequence = sequenceOf(next);
            }

            void advance() {
                next = rest.next();
                sequence = sequenceOf(next);
            }
        }

        BySequence(List<? extends Iterator<ChangeRecord>> iterators) {
            for (Iterator<ChangeRecord> changes : iterators) {
                if (changes.hasNext()) {
                    tables.add(new Table(changes));
                }
            }
        }

        @Override
        public boolean hasNext() {
            return !tables.isEmpty();
        }

        @Override
        public ChangeRecord next() {
            Table table = tables.remove();
            ChangeRecord change = table.next;
            if (table.rest.hasNext()) {
                table.advance();
                tables.add(table);
            }
            return change;
        }
    }
}
