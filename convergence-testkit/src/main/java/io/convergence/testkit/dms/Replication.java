package io.convergence.testkit.dms;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The worker of a stand-in: the full load, then changes until it is stopped. One thread runs it; the futures and the
 * requests are the only things other threads touch.
 */
final class Replication implements Runnable {
    private static final long IDLE_NANOS = Duration.ofMillis(1).toNanos();

    private final PgDatabase database;
    private final ReplicationSlot slot;
    private final LoadMode mode;
    private final List<TableReplication> tables;
    private final StandInSettings settings;
    private final StandInLog log;
    private final InstantSource clock;
    private final StandInProgress progress;

    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Map<String, Marker> markers = new ConcurrentHashMap<>();
    private final Queue<Marker> waitingForFiles = new ConcurrentLinkedQueue<>();
    private final int remembered;
    private final Queue<NewRun> newRuns = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    /** A place in the log that somebody waits for. */
    static final class Marker {
        final CompletableFuture<Void> captured = new CompletableFuture<>();
        final CompletableFuture<Void> inFiles = new CompletableFuture<>();
        private final Map<TableReplication, Long> flushesNeeded = new HashMap<>();

        private boolean reached() {
            flushesNeeded.entrySet().removeIf(entry -> entry.getKey().buffer().flushes() >= entry.getValue());
            return flushesNeeded.isEmpty();
        }
    }

    Replication(
            PgDatabase database,
            ReplicationSlot slot,
            LoadMode mode,
            List<TableReplication> tables,
            StandInSettings settings,
            StandInLog log,
            InstantSource clock,
            StandInProgress progress,
            int remembered) {
        this.remembered = remembered;
        this.database = database;
        this.slot = slot;
        this.mode = mode;
        this.tables = List.copyOf(tables);
        this.settings = settings;
        this.log = log;
        this.clock = clock;
        this.progress = progress;
    }

    CompletableFuture<Void> loaded() {
        return loaded;
    }

    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Announces a marker before it is emitted, so that the worker knows it when it comes. */
    Marker expect(String id) {
        Marker marker = new Marker();
        markers.put(id, marker);
        if (ended.isDone()) {
            fail(marker, new StandInException("Cannot wait for changes: the stand-in has ended."));
        }
        return marker;
    }

    /** @param again how many changes are written again */
    private record NewRun(int again, CompletableFuture<Void> done) {}

    CompletableFuture<Void> requestNewRun(int again) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        newRuns.add(new NewRun(again, done));
        if (ended.isDone()) {
            done.completeExceptionally(new StandInException("Cannot start a new run: the stand-in has ended."));
        }
        return done;
    }

    void requestStop() {
        stopping = true;
    }

    @Override
    public void run() {
        @Nullable Throwable failure = null;
        try (slot;
                Connection connection = database.connect()) {
            replicate(connection);
        } catch (Throwable e) {
            // Whatever it is: those who wait must hear of it, or they wait for ever.
            failure = e;
        }
        end(failure);
    }

    private void replicate(Connection connection) throws SQLException {
        PgCatalog catalog = new PgCatalog(connection);
        FullLoad load = new FullLoad(connection, settings, clock, clock.instant(), progress, () -> stopping);
        switch (mode) {
            case OVERLAP -> load.loadEach(tables);
            case SNAPSHOT -> load.loadAsOf(slot.snapshot(), tables);
        }
        slot.startStream();
        loaded.complete(null);

        ChangeCapture capture = new ChangeCapture(catalog, tables, log, this::markerSeen, remembered);
        while (!(stopping && capture.betweenTransactions())) {
            ByteBuffer message = slot.poll();
            if (message != null) {
                capture.accept(message);
            }
            if (capture.betweenTransactions()) {
                betweenTransactions(capture);
            }
            if (message == null) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
        tables.forEach(TableReplication::flush);
        completeMarkers();
    }

    private void betweenTransactions(ChangeCapture capture) throws SQLException {
        startNewRuns(capture);
        for (TableReplication table : tables) {
            if (table.buffer().due()) {
                table.flush();
            }
        }
        completeMarkers();
        if (capture.lastCommit() != 0
                && tables.stream().allMatch(table -> table.buffer().isEmpty())) {
            slot.acknowledge(capture.lastCommit());
        }
    }

    /** A stopped and resumed task flushes its buffers and counts from low again. */
    private void startNewRuns(ChangeCapture capture) throws SQLException {
        for (NewRun run = newRuns.poll(); run != null; run = newRuns.poll()) {
            for (TableReplication table : tables) {
                table.flush();
                log.event(StandInReport.EventKind.NEW_RUN, table.target(), "the change counter begins again");
            }
            capture.restart(run.again());
            run.done().complete(null);
        }
    }

    private void markerSeen(String id) {
        Marker marker = markers.remove(id);
        if (marker == null) {
            return;
        }

        for (TableReplication table : tables) {
            if (!table.buffer().isEmpty()) {
                marker.flushesNeeded.put(table, table.buffer().flushes() + 1);
            }
        }
        waitingForFiles.add(marker);
        marker.captured.complete(null);
    }

    private void completeMarkers() {
        for (Iterator<Marker> waiting = waitingForFiles.iterator(); waiting.hasNext(); ) {
            Marker marker = waiting.next();
            if (marker.reached()) {
                waiting.remove();
                marker.inFiles.complete(null);
            }
        }
    }

    private void end(@Nullable Throwable failure) {
        if (failure == null) {
            ended.complete(null);
        } else {
            loaded.completeExceptionally(failure);
            ended.completeExceptionally(failure);
        }

        Throwable reason =
                failure != null ? failure : new StandInException("Cannot wait for changes: the stand-in was stopped.");
        List<Marker> open = new ArrayList<>(markers.values());
        open.addAll(waitingForFiles);
        open.forEach(marker -> fail(marker, reason));
        for (NewRun run = newRuns.poll(); run != null; run = newRuns.poll()) {
            run.done().completeExceptionally(reason);
        }
    }

    private static void fail(Marker marker, Throwable reason) {
        marker.captured.completeExceptionally(reason);
        marker.inFiles.completeExceptionally(reason);
    }
}
