package io.convergence.testkit.dms;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scripted task: numbers changes, gathers them in buffers, and writes files as DMS does. Knows no rows of the source. */
final class ScriptTask {
    static final Duration BETWEEN_TRANSACTIONS = Duration.ofSeconds(1);
    private static final Duration WRITING = Duration.ofMillis(100);
    private static final long ARRIVAL_STEP_NANOS = 10_000;
    private static final int DEFAULT_LOAD_FILE_ROWS = 100_000;

    private final ScriptFiles files;
    private final StandInSettings settings;
    private final RawKeys keys;
    private final @Nullable ChangeBuffer common;
    private final Map<ScriptTable, ChangeBuffer> buffers = new LinkedHashMap<>();
    private final Map<ScriptTable, TableShape> buffered = new LinkedHashMap<>();
    private final ChangeCounter counter = new ChangeCounter();
    private final List<ScriptChange> written = new ArrayList<>();
    private int loadFileRows = DEFAULT_LOAD_FILE_ROWS;
    private int runStart;
    private boolean late;

    ScriptTask(ScriptFiles files, StandInSettings settings, RawKeys keys) {
        this.files = files;
        this.settings = settings;
        this.keys = keys;
        common = settings.transactions() == StandInSettings.Transactions.PRESERVED
                ? new ChangeBuffer(keys::transactionKey, files.desk, settings, files.clock)
                : null;
    }

    void add(ScriptTable table) {
        buffers.put(
                table,
                common != null
                        ? common
                        : new ChangeBuffer(
                                flushed -> keys.cdcKey(table.target(), flushed), files.desk, settings, files.clock));
    }

    void loadFileRows(int rows) {
        loadFileRows = rows;
    }

    /** How many changes were captured so far, those written again once. */
    int changes() {
        return written.size();
    }

    void begin(Instant commitTime) {
        counter.begin(commitTime);
    }

    String nextSequence() {
        return counter.next();
    }

    void capture(ScriptChange change) {
        written.add(change);
        buffer(change);
    }

    private void buffer(ScriptChange change) {
        ChangeBuffer buffer = requireNonNull(buffers.get(change.table()));
        TableShape last = buffered.put(change.table(), change.shape());
        if (last != null && !last.equals(change.shape()) && common == null) {
            flush(change.table(), buffer);
        }
        buffer.add(change.shape().changeColumns(), change.cells());
        change.table().writtenChanges().buffered(change);
    }

    void flush() {
        buffers.forEach(this::flush);
    }

    private void flush(ScriptTable table, ChangeBuffer buffer) {
        if (buffer.isEmpty()) {
            return;
        }

        files.pass(WRITING);
        buffer.flush().ifPresent(file -> files.written(file.key(), late));
        late = false;
        table.fileWritten();
        // Of transactions that are preserved, one file has the changes of all tables.
        (common == null ? Set.of(table) : buffers.keySet())
                .forEach(one -> one.writtenChanges().flushed());
    }

    void nextFileIsLate() {
        late = true;
    }

    /** The counter begins low, and changes of before are not written again. */
    void restart() {
        flush();
        counter.restart();
        runStart = written.size();
    }

    void restart(ScriptReplay replay, int changes) {
        flush();
        files.pass(BETWEEN_TRANSACTIONS);
        int from = Math.max(runStart, written.size() - changes);
        if (replay == ScriptReplay.NEW_SEQUENCE) {
            counter.restart();
            runStart = from;
        }
        long transaction = -1;
        for (int i = from; i < written.size(); i++) {
            ScriptChange change = written.get(i);
            if (replay == ScriptReplay.NEW_SEQUENCE) {
                if (change.transaction() != transaction) {
                    counter.begin(change.commitTime());
                }
                transaction = change.transaction();
                change = change.withSequence(counter.next());
                written.set(i, change);
            }
            buffer(change);
        }
    }

    /** A table is loaded anew: what was captured of it before is never written again. */
    void forget() {
        runStart = written.size();
    }

    /** Deletes the files of a table. */
    void empty(ScriptTable table) {
        String key = keys.loadKey(table.target(), 1);
        files.empty(key.substring(0, key.lastIndexOf('/') + 1));
    }

    void writeLoad(ScriptTable table, Instant taskStart) {
        List<@Nullable Object[]> rows = table.rows();
        long number = 0;
        for (int from = 0; from < rows.size(); from += loadFileRows) {
            String key = keys.loadKey(table.target(), ++number);
            try (RawFileSink file =
                    new RawFileSink(files.desk, key, table.shape().loadColumns(), settings.form())) {
                for (@Nullable Object[] row : rows.subList(from, Math.min(rows.size(), from + loadFileRows))) {
                    files.pass(Duration.ofNanos(ARRIVAL_STEP_NANOS));
                    Instant arrival = settings.loadTimestamp() == StandInSettings.LoadTimestamp.TASK_START
                            ? taskStart
                            : files.now();
                    file.write(table.shape()
                            .loadRow(new RowHeader(RowOperation.INSERT, arrival, "", ""), table.tuple(row, Set.of())));
                }
                file.commit();
            }
            files.written(key, false);
        }
    }
}
