package io.convergence.testkit.dms;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads tables whole and writes their LOAD files. */
final class FullLoad {
    /** The least step between arrival times of a real file's rows. */
    private static final long MIN_STEP_MICROS = 5;

    private final Connection connection;
    private final StandInSettings settings;
    private final InstantSource clock;
    private final Instant taskStart;
    private final StandInProgress progress;
    private final BooleanSupplier stopping;

    FullLoad(
            Connection connection,
            StandInSettings settings,
            InstantSource clock,
            Instant taskStart,
            StandInProgress progress,
            BooleanSupplier stopping) {
        this.connection = connection;
        this.settings = settings;
        this.clock = clock;
        this.taskStart = taskStart;
        this.progress = progress;
        this.stopping = stopping;
    }

    /** Each table by itself, as it is when its turn comes. */
    void loadEach(Collection<TableReplication> tables) throws SQLException {
        for (TableReplication table : tables) {
            load(table);
        }
    }

    /** All tables as of one moment. */
    void loadAsOf(String snapshot, Collection<TableReplication> tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot + "'");
            loadEach(tables);
            statement.execute("COMMIT");
        }
    }

    private void load(TableReplication table) throws SQLException {
        progress.loadStarted(table.target());
        table.counters().loadStarted(clock.instant());
        String columns = table.columns().stream()
                .map(column -> SqlNames.quote(column.name()))
                .collect(Collectors.joining(", "));
        String sql = "COPY (SELECT " + columns + " FROM ONLY " + SqlNames.quote(table.source()) + ") TO STDOUT";
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
        try {
            write(table, copy);
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void write(TableReplication table, CopyOut copy) throws SQLException {
        CopyText text = new CopyText(table.columns().size());
        long files = 0;
        long rows = 0;
        Instant last = Instant.EPOCH;
        RawFileSink file = null;
        try {
            for (byte @Nullable [] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
                if (stopping.getAsBoolean()) {
                    throw new StandInException(
                            "Cannot finish the full load of " + table.source() + ": the stand-in was stopped after "
                                    + rows + " rows. Await the full load before stopping.");
                }
                Tuple row = text.parse(line);
                if (!table.loads(row)) {
                    continue;
                }
                if (file == null) {
                    file = table.openLoadFile(++files);
                }
                last = arrival(last);
                file.write(table.loadRow(new RowHeader(RowOperation.INSERT, last, "", ""), row));
                table.counters().loaded();
                rows++;
                if (file.rows() >= settings.loadFileRows() || file.bytes() >= settings.loadFileBytes()) {
                    file.commit();
                    file = null;
                    progress.loaded(table.target(), rows);
                }
            }
            if (file != null) {
                file.commit();
                file = null;
                progress.loaded(table.target(), rows);
            }
        } finally {
            if (file != null) {
                file.close();
            }
        }
        table.counters().loadEnded(clock.instant());
        progress.loadEnded(table.target(), rows);
    }

    /** Arrival times grow from row to row, as in real files. */
    private Instant arrival(Instant last) {
        if (settings.loadTimestamp() == StandInSettings.LoadTimestamp.TASK_START) {
            return taskStart;
        }

        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant next = last.plus(MIN_STEP_MICROS, ChronoUnit.MICROS);
        return now.isBefore(next) ? next : now;
    }
}
