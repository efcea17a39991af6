package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.store.ObjectStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One table's changes on their way into a file. Measured on real files: the timer starts when a change enters the empty
 * buffer; the file is named by the time of its writing; files of one table do not overlap.
 */
final class ChangeBuffer {
    private final TableId table;
    private final ObjectStore store;
    private final RawKeys keys;
    private final StandInSettings settings;
    private final InstantSource clock;
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private final Set<String> usedKeys = new HashSet<>();
    private Instant openedAt = Instant.EPOCH;
    private Instant lastName = Instant.EPOCH;
    private long bytes;
    private long flushes;

    ChangeBuffer(TableId table, ObjectStore store, RawKeys keys, StandInSettings settings, InstantSource clock) {
        this.table = table;
        this.store = store;
        this.keys = keys;
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

    void add(@Nullable Object[] row) {
        if (rows.isEmpty()) {
            openedAt = clock.instant();
        }
        rows.add(row);
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
    Optional<Written> flush(TableShape shape) {
        if (rows.isEmpty()) {
            return Optional.empty();
        }

        Instant name = nextName();
        String key = keys.cdcKey(table, name);
        // In a zone with daylight saving one hour's names come twice a year.
        while (!usedKeys.add(key)) {
            name = name.plusMillis(1);
            key = keys.cdcKey(table, name);
        }
        try (RawFileSink file = new RawFileSink(store, key, shape.changeColumns(), settings.parquet())) {
            rows.forEach(file::write);
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
