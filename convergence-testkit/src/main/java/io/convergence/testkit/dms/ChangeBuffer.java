package io.convergence.testkit.dms;

import io.convergence.store.ObjectStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes on their way into a file: one table's, or with {@code PreserveTransactions} those of all tables. Measured on
 * real files: the timer starts when a change enters the empty buffer; the file is named by the time of its writing;
 * files of one buffer do not overlap.
 */
final class ChangeBuffer {
    private final ObjectStore store;
    private final Function<Instant, String> keys;
    private final StandInSettings settings;
    private final InstantSource clock;
    private final List<Row> rows = new ArrayList<>();
    private final Set<String> usedKeys = new HashSet<>();
    private Instant openedAt = Instant.EPOCH;
    private Instant lastName = Instant.EPOCH;
    private long bytes;
    private long flushes;

    // A class, since a record with an array has no equality worth having.
    private static final class Row {
        private final List<ParquetColumn> columns;
        private final @Nullable Object[] cells;

        Row(List<ParquetColumn> columns, @Nullable Object[] cells) {
            this.columns = columns;
            this.cells = cells;
        }
    }

    /** @param keys of a file by the time it is written */
    ChangeBuffer(Function<Instant, String> keys, ObjectStore store, StandInSettings settings, InstantSource clock) {
        this.keys = keys;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Number of files written so far. */
    long flushes() {
        return flushes;
    }

    /** @param columns of the row; only a buffer of CSV rows takes different ones before it is flushed */
    void add(List<ParquetColumn> columns, @Nullable Object[] row) {
        if (rows.isEmpty()) {
            openedAt = clock.instant();
        }
        rows.add(new Row(columns, row));
        bytes += TableShape.memoryBytes(row);
    }

    /** Whether the size setting ends the file; a size of 0 ends it after each transaction, not inside one. */
    boolean full() {
        return settings.minFileBytes() > 0 && bytes >= settings.minFileBytes();
    }

    /** Whether interval or size end the file now that a transaction has ended. */
    boolean due() {
        return !rows.isEmpty()
                && (bytes >= settings.minFileBytes()
                        || !clock.instant().isBefore(openedAt.plus(settings.batchInterval())));
    }

    /** Writes what there is; empty if there is nothing. */
    Optional<Written> flush() {
        if (rows.isEmpty()) {
            return Optional.empty();
        }

        Instant name = nextName();
        String key = keys.apply(name);
        // In a zone with daylight saving one hour's names come twice a year.
        while (!usedKeys.add(key)) {
            name = name.plusMillis(1);
            key = keys.apply(name);
        }
        try (RawFileSink file = new RawFileSink(store, key, rows.get(0).columns, settings.form())) {
            rows.forEach(row -> file.write(row.columns, row.cells));
            file.commit();
        }
        Written written = new Written(key, rows.size());
        lastName = name;
        rows.clear();
        bytes = 0;
        flushes++;
        return Optional.of(written);
    }

    /** A file of changes. */
    record Written(String key, long rows) {}

    /** Names hold milliseconds: rounded up, so that a name is never before a commit inside or the load's start. */
    private Instant nextName() {
        Instant now = clock.instant();
        Instant whole = now.truncatedTo(ChronoUnit.MILLIS);
        Instant name = whole.equals(now) ? whole : whole.plusMillis(1);
        return name.isAfter(lastName) ? name : lastName.plusMillis(1);
    }
}
