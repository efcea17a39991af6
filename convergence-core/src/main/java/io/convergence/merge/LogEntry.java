package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangeId;
import io.convergence.change.Operation;
import io.convergence.change.RowOrigin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One change as a row of an append-only change log. Immutable; thread-safe.
 *
 * @param position as text that sorts in the order of the changes, see {@link LogPosition}
 * @param commitTime null for rows of a full load, and where the files have no timestamp column
 * @param source whether a load or a change tells it
 * @param cells the change's own; those it does not tell are unknown
 * @param oldKey the key's columns before the change, where a before-image tells that it changed; empty otherwise
 */
public record LogEntry(
        ChangeId id,
        String position,
        Operation operation,
        @Nullable Instant commitTime,
        Source source,
        RowOrigin origin,
        RowCells cells,
        List<Object> oldKey) {
    /** Where a row comes from. */
    public enum Source {
        /** A full load. */
        LOAD,
        /** A file of changes. */
        CDC
    }

    public LogEntry {
        requireNonNull(id, "id");
        requireNonNull(position, "position");
        requireNonNull(operation, "operation");
        requireNonNull(source, "source");
        requireNonNull(origin, "origin");
        requireNonNull(cells, "cells");
        oldKey = List.copyOf(oldKey);
    }

    public Optional<Instant> committedAt() {
        return Optional.ofNullable(commitTime);
    }

    /** See {@link #identity(ChangeId)}. */
    public String identity() {
        return identity(id);
    }

    /**
     * By what two deliveries of one change are found: for a change its {@link ChangeId} without load generation and run. A file
     * that comes late may give a run another name after changes of it were logged, a reload reads files again that were
     * logged, and a log is never rewritten.
     */
    public static String identity(ChangeId id) {
        String text = id.text();
        if (text.startsWith("L|")) {
            return text;
        }
        if (text.startsWith("F|")) {
            return text.substring(text.indexOf('|', 2) + 1);
        }
        return text.substring(text.lastIndexOf('|') + 1);
    }

    /** Whether it says the same as the other, wherever both stand. */
    public boolean sameContent(LogEntry other) {
        return operation == other.operation
                && source == other.source
                && Objects.equals(commitTime, other.commitTime)
                && oldKey.equals(other.oldKey)
                && cells.equals(other.cells);
    }

    LogEntry in(RowLayout layout) {
        return new LogEntry(id, position, operation, commitTime, source, origin, cells.told(layout), oldKey);
    }

    /** The same at another position. */
    public LogEntry at(String other) {
        return new LogEntry(id, other, operation, commitTime, source, origin, cells, oldKey);
    }

    /** The keys it is about: its own, and the one before it; without those of which a column is not told. */
    List<List<Object>> keys(List<String> columns) {
        List<Object> own = new ArrayList<>();
        for (String column : columns) {
            Object value = cells.published(cells.layout().indexOf(column));
            if (value == null) {
                return oldKey.isEmpty() ? List.of() : List.of(oldKey);
            }
            own.add(value);
        }
        return oldKey.isEmpty() ? List.of(own) : List.of(own, oldKey);
    }

    /** No cells: they stay out of logs. */
    @Override
    public String toString() {
        return "LogEntry[" + operation + " at " + origin + "]";
    }
}
