package io.convergence.testkit.dms;

import io.convergence.TableId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counters and events of a stand-in: written by its worker, read by any thread. */
final class StandInLog {
    private final InstantSource clock;
    private final Map<LossKey, AtomicLong> losses = new ConcurrentHashMap<>();
    private final Map<TableId, Counters> tables = new ConcurrentHashMap<>();
    private final List<StandInReport.Event> events = new ArrayList<>();

    private record LossKey(LossyCase lossyCase, TableId table, String column) {}

    StandInLog(InstantSource clock) {
        this.clock = clock;
    }

    LossCounter losses(TableId table, String column) {
        return lossyCase -> losses.computeIfAbsent(new LossKey(lossyCase, table, column), key -> new AtomicLong())
                .incrementAndGet();
    }

    void event(StandInReport.EventKind kind, TableId table, String detail) {
        StandInReport.Event event = new StandInReport.Event(kind, table, detail, clock.instant());
        synchronized (events) {
            events.add(event);
        }
    }

    Counters counters(TableId table) {
        return tables.computeIfAbsent(table, id -> new Counters());
    }

    StandInReport report() {
        List<StandInReport.Lossy> lossy = losses.entrySet().stream()
                .map(entry -> new StandInReport.Lossy(
                        entry.getKey().lossyCase(),
                        entry.getKey().table(),
                        entry.getKey().column(),
                        entry.getValue().get()))
                .sorted(Comparator.comparing(StandInReport.Lossy::table)
                        .thenComparing(StandInReport.Lossy::column)
                        .thenComparing(StandInReport.Lossy::lossyCase))
                .toList();
        synchronized (events) {
            return new StandInReport(lossy, events);
        }
    }

    Map<TableId, TableStatistics> statistics() {
        Map<TableId, TableStatistics> statistics = new TreeMap<>();
        tables.forEach((table, counters) -> statistics.put(table, counters.snapshot()));
        return statistics;
    }

    /** One table's counters. Thread-safe. */
    static final class Counters {
        private long loaded;
        private long inserts;
        private long updates;
        private long deletes;
        private long ddls;
        private @Nullable Instant loadStart;
        private @Nullable Instant loadEnd;

        synchronized void loadStarted(Instant at) {
            loadStart = at;
        }

        synchronized void loadEnded(Instant at) {
            loadEnd = at;
        }

        synchronized void loaded() {
            loaded++;
        }

        synchronized void ddl() {
            ddls++;
        }

        synchronized void written(RowOperation operation) {
            switch (operation) {
                case INSERT -> inserts++;
                case UPDATE -> updates++;
                case DELETE -> deletes++;
            }
        }

        synchronized TableStatistics snapshot() {
            return new TableStatistics(loaded, inserts, updates, deletes, ddls, loadStart, loadEnd);
        }
    }
}
