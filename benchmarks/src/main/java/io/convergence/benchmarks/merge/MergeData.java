package io.convergence.benchmarks.merge;

import io.convergence.TableId;
import io.convergence.benchmarks.compaction.CompactByDuckdb;
import io.convergence.benchmarks.compaction.FolderStore;
import io.convergence.ledger.Ledger;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.raw.RawLayout;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * A table of 12 columns: LOAD files, CDC files that change a share of its keys (eight of ten are updates, one a delete, one an insert of a new
 * key; spread over all keys, or the newest ones), the table published by Convergence, and the same rows as one Parquet file of DuckDB, with their sequences. Made by
 * DuckDB, so that nothing in it is ours.
 */
final class MergeData {
    static final TableId TABLE = TableId.of("public", "orders");
    private static final int CDC_FILES = 4;
    private static final int LOAD_FILES = 4;

    private final Path folder;

    MergeData(Path folder) {
        this.folder = folder;
    }

    Path snapshot() {
        return folder.resolve("duckdb").resolve("snapshot.parquet");
    }

    Path changes() {
        return folder.resolve("zone/raw/public/orders");
    }

    /** Which keys change. */
    enum Keys {
        SPREAD,
        NEWEST
    }

    /** @param percent of the keys that change */
    static MergeData make(Path folder, long rows, int percent, Keys keys) throws IOException, SQLException {
        var data = new MergeData(folder);
        if (Files.exists(folder.resolve("made"))) {
            return data;
        }
        Files.createDirectories(data.changes());
        Files.createDirectories(data.snapshot().getParent());
        try (Connection connection = CompactByDuckdb.connect(2);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < LOAD_FILES; i++) {
                String of = "range(" + rows * i / LOAD_FILES + ", " + rows * (i + 1) / LOAD_FILES + ")";
                statement.execute("COPY (SELECT 'I' AS Op, '2026-03-01 09:00:00.000000' AS ts, "
                        + "CAST(NULL AS VARCHAR) AS seq, " + columns(0) + " FROM " + of + " t(k)) TO '"
                        + data.changes().resolve(String.format("LOAD%08X.parquet", i + 1))
                        + "' (FORMAT parquet, CODEC gzip)");
            }
            long changes = rows * percent / 100;
            for (int i = 0; i < CDC_FILES; i++) {
                long from = changes * i / CDC_FILES;
                long to = changes * (i + 1) / CDC_FILES;
                // 48,271 generates the numbers below 2^31 - 1; keys are told apart by the step over all of them.
                String old = keys == Keys.SPREAD
                        ? "c * " + Math.max(1, 100 / percent) + " + c % " + Math.max(1, 100 / percent)
                        : rows - changes + " + c";
                String key = "CASE WHEN c % 10 = 9 THEN " + rows + " + c ELSE " + old + " END";
                statement.execute(
                        "COPY (SELECT CASE WHEN c % 10 = 9 THEN 'I' WHEN c % 10 = 4 THEN 'D' ELSE 'U' END AS Op, "
                                + "strftime(TIMESTAMP '2026-03-01 11:00:00' + to_milliseconds(c), '%Y-%m-%d %H:%M:%S.%f') AS ts, "
                                + "strftime(TIMESTAMP '2026-03-01 11:00:00' + to_milliseconds(c), '%Y%m%d%H%M%S')"
                                + " || lpad(CAST(c % 1000 // 10 AS VARCHAR), 2, '0') || lpad(CAST(c AS VARCHAR), 19, '0') AS seq, "
                                + columns(7) + " FROM (SELECT c, " + key + " AS k FROM range(" + from + ", " + to
                                + ") r(c)) ORDER BY c) TO '"
                                + data.changes().resolve("20260302-0" + i + "0000000.parquet")
                                + "' (FORMAT parquet, CODEC gzip)");
            }
            statement.execute("COPY (SELECT * EXCLUDE (Op, ts) FROM read_parquet('" + data.changes()
                    + "/LOAD*.parquet') ORDER BY id) TO '" + data.snapshot() + "' (FORMAT parquet, CODEC zstd)");
        }
        Path waiting = Files.createDirectories(folder.resolve("waiting"));
        data.move("2026", data.changes(), waiting);
        data.table().merge(MergeOptions.defaults().declareComplete(), ProgressListener.none());
        data.move("2026", waiting, data.changes());
        data.copy(folder.resolve("zone/lake"), folder.resolve("published"));
        Files.createFile(folder.resolve("made"));
        return data;
    }

    /** @param salt of values that changes give */
    private static String columns(int salt) {
        String hash = "hash(k * 8 + " + salt + ")";
        return "CAST(k AS BIGINT) AS id, CAST(" + hash + " % 100000 AS BIGINT) AS customer, "
                + "CASE " + hash + " % 3 WHEN 0 THEN 'O' WHEN 1 THEN 'F' ELSE 'P' END AS status, "
                + "CAST((" + hash + " % 50000000) / 100.0 AS DECIMAL(15,2)) AS price, "
                + "DATE '1992-01-01' + CAST(" + hash + " % 2400 AS INTEGER) AS ordered, "
                + "TIMESTAMP '2026-01-01 00:00:00' + to_microseconds(CAST(" + hash
                + " % 5000000000 AS BIGINT)) AS updated, "
                + "CAST(" + hash + " % 5 + 1 AS VARCHAR) || '-PRIORITY' AS priority, "
                + "'Clerk#' || lpad(CAST(" + hash + " % 1000 AS VARCHAR), 9, '0') AS clerk, "
                + "CAST(0 AS INTEGER) AS shipping, CAST(" + hash + " % 50 AS INTEGER) AS quantity, "
                + "CASE WHEN " + hash + " % 20 = 0 THEN NULL ELSE 'furiously ' || to_hex(" + hash
                + ") || ' deposits ' || CAST(" + hash + " % 977 AS VARCHAR) END AS comment";
    }

    private void move(String prefix, Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(prefix))
                    .toList()) {
                Files.move(file, to.resolve(file.getFileName()));
            }
        }
    }

    private void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (file.toString().endsWith(".parquet")) {
                    // Published files are never changed.
                    Files.createLink(target, file);
                } else {
                    // The log names files by their times, too.
                    Files.copy(file, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** Puts the published table back as it was before the changes. */
    void restore() throws IOException {
        delete(folder.resolve("zone/lake"));
        copy(folder.resolve("published"), folder.resolve("zone/lake"));
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** The files that are published now. */
    List<String> publishedFiles() {
        ObjectStore store = FolderStore.openWhole(folder.resolve("zone"));
        return Ledger.open(store, "lake/control/", TABLE, new Random(1), Ledger.Backoff.none())
                .snapshot()
                .published()
                .orElseThrow()
                .data()
                .stream()
                .map(file -> folder.resolve("zone").resolve(file.key()).toString())
                .toList();
    }

    LakeTable table() {
        return table(Runnable::run, 1);
    }

    /** @param executor reads ahead, if there is more than one thread */
    LakeTable table(Executor executor, int threads) {
        RowShape shape = RowShape.plain().withTimestampColumn("ts").withSequenceColumn("seq");
        return Convergence.builder()
                .store(FolderStore.openWhole(folder.resolve("zone")))
                .layout(RawLayout.builder().bucketFolder("raw").build())
                .controlPrefix("lake/control")
                .outputPrefix("lake/output")
                .table(TABLE, shape, List.of("id"))
                .readAhead(executor, threads)
                .random(new SecureRandom())
                .build()
                .table(TABLE);
    }
}
