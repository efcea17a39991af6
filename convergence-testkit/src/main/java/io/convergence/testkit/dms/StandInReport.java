package io.convergence.testkit.dms;

import io.convergence.TableId;
import java.time.Instant;
import java.util.List;

/** What a stand-in could not carry over, and what happened that leaves no rows. Immutable. */
public record StandInReport(List<Lossy> lossy, List<Event> events) {
    public StandInReport {
        lossy = List.copyOf(lossy);
        events = List.copyOf(events);
    }

    /**
     * A lossy case and how often it happened.
     *
     * @param table as the landing zone names it
     * @param column as the file names it; empty where the case concerns whole rows
     * @param count occurrences in the rows written, full load and changes together
     */
    public record Lossy(LossyCase lossyCase, TableId table, String column, long count) {}

    /** What happened. */
    public enum EventKind {
        /** TRUNCATE: a PostgreSQL source of DMS does not capture it. */
        TRUNCATED,
        /** The columns of a table changed; later files have the new ones. */
        COLUMNS_CHANGED,
        /** The table has no primary key: its updates and deletes are not replicated. */
        NO_PRIMARY_KEY,
        /** A column's type is not in DMS's documentation: written as text. */
        UNDOCUMENTED_TYPE,
        /** The change counter began low again. */
        NEW_RUN
    }

    /**
     * One thing that happened.
     *
     * @param at by the stand-in's clock
     */
    public record Event(EventKind kind, TableId table, String detail, Instant at) {}

    /** Occurrences of a case over all tables and columns. */
    public long count(LossyCase lossyCase) {
        return lossy.stream()
                .filter(entry -> entry.lossyCase() == lossyCase)
                .mapToLong(Lossy::count)
                .sum();
    }

    /** Occurrences of a case in one column; the column is empty for whole rows. */
    public long count(LossyCase lossyCase, TableId table, String column) {
        return lossy.stream()
                .filter(entry -> entry.lossyCase() == lossyCase
                        && entry.table().equals(table)
                        && entry.column().equals(column))
                .mapToLong(Lossy::count)
                .sum();
    }

    public List<Event> events(EventKind kind) {
        return events.stream().filter(event -> event.kind() == kind).toList();
    }
}
