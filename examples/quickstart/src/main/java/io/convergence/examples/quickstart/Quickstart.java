package io.convergence.examples.quickstart;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.MergeCounts;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.raw.RawFile;
import io.convergence.reconcile.JdbcSourceRows;
import io.convergence.reconcile.Reconciler;
import io.convergence.reconcile.Reconciliation;
import io.convergence.schema.TableSchema;
import io.convergence.source.NullSuspicion;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.dms.LoadMode;
import io.convergence.testkit.dms.StandInProgress;
import io.convergence.testkit.dms.TableStatistics;
import io.convergence.testkit.s3.InProcessS3;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The main job, end to end, without Docker and without AWS: an embedded PostgreSQL is replicated as DMS would into an
 * in-process S3 while its users go on; the files are read, compacted and merged, and every row of every table is
 * compared with the source.
 */
public final class Quickstart {
    private static final String BUCKET = "quickstart";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** DMS cuts files after a minute or more; here it must be quick to give hundreds. */
    private static final Duration BATCH_INTERVAL = Duration.ofMillis(100);

    private static final int LOAD_FILE_ROWS = 5_000;
    private static final int CHANGE_FILES = 300;
    /** Convergence aims at 128 to 512 MB; a quickstart has not that much data. */
    private static final DataSize TARGET_SIZE = DataSize.ofMegabytes(8);

    private static final long DEFAULT_SEED = 20261123L;

    private final PrintStream out;
    private final long seed;
    private final Map<String, Long> meanwhile = new LinkedHashMap<>();

    private Quickstart(PrintStream out, long seed) {
        this.out = out;
        this.seed = seed;
    }

    /** @param arguments the folder for {@code report.html}; then, if wanted, the seed of the workload */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : ".");
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : DEFAULT_SEED;
        boolean agree = new Quickstart(System.out, seed).run(folder);
        System.exit(agree ? 0 : 1);
    }

    private boolean run(Path folder) throws SQLException, IOException, InterruptedException {
        out.println(
                "Convergence quickstart: a PostgreSQL, replicated as AWS DMS would, compacted, merged and compared.");
        try (EmbeddedSource source = EmbeddedSource.start();
                InProcessS3 s3 = InProcessS3.start()) {
            s3.client().createBucket(bucket -> bucket.bucket(BUCKET));
            ObjectStore store = s3.store(BUCKET);

            out.printf("1. A shop of %,d rows is made in an embedded PostgreSQL.%n", Shop.rows());
            Shop.open(source.dataSource());
            ReplicationSpec spec = ReplicationSpec.lakeReady(BUCKET, "raw")
                    .sourceSchema(SourceSchema.fromJdbc(source.dataSource()))
                    .tableMappings(mappings -> mappings.include("public", "%"))
                    .build();

            out.println(
                    "2. The stand-in for DMS loads it and follows its changes, while customers go on (overlapping full load).");
            Map<TableId, TableStatistics> statistics = replicate(spec, source, store);

            // The source has a column more by now; what its tables are is asked anew.
            SourceSchema schema = SourceSchema.fromJdbc(source.dataSource());
            Convergence lake =
                    Convergence.builder().spec(spec).schema(schema).store(store).build();
            return settle(lake, schema, spec, source, statistics, folder);
        }
    }

    private Map<TableId, TableStatistics> replicate(ReplicationSpec spec, EmbeddedSource source, ObjectStore store)
            throws SQLException, InterruptedException {
        var loadedRows = new AtomicLong();
        var files = new AtomicLong();
        StandInProgress watcher = new StandInProgress() {
            private long before;

            @Override
            public void loaded(TableId table, long rows) {
                loadedRows.set(before + rows);
            }

            @Override
            public void loadEnded(TableId table, long rows) {
                before += rows;
            }

            @Override
            public void changesWritten(TableId table, String key, long rows) {
                files.incrementAndGet();
            }
        };
        var workload = new Workload(source.dataSource(), seed);
        var customers = new Thread(workload, "workload");
        try (DmsStandIn dms = DmsStandIn.builder()
                .spec(spec)
                .database(source)
                .store(store)
                .loadMode(LoadMode.OVERLAP)
                .batchInterval(BATCH_INTERVAL)
                .loadFileRows(LOAD_FILE_ROWS)
                .progress(watcher)
                .build()) {
            customers.start();
            dms.start();
            try (Progress progress = Progress.of(
                    out, "full load", () -> new Progress.Count(loadedRows.get(), Shop.rows(), "rows loaded"))) {
                dms.awaitFullLoad(PATIENCE);
            }
            workload.addColumn();
            try (Progress progress =
                    Progress.of(out, "changes", () -> new Progress.Count(files.get(), CHANGE_FILES, "files"))) {
                while (files.get() < CHANGE_FILES && customers.isAlive()) {
                    Thread.sleep(100);
                }
            } finally {
                workload.stop();
                customers.join();
            }
            workload.rethrowFailure();
            dms.awaitCaptured(PATIENCE);
            dms.stop();
            tell(workload);
            return dms.statistics();
        }
    }

    private void tell(Workload workload) {
        workload.counts().forEach((step, count) -> meanwhile.put(step.description(), count));
        out.printf("   Meanwhile %,d transactions:%n", workload.transactions());
        workload.counts().forEach((step, count) -> out.printf("   %,8d × %s%n", count, step.description()));
    }

    private boolean settle(
            Convergence lake,
            SourceSchema schema,
            ReplicationSpec spec,
            EmbeddedSource source,
            Map<TableId, TableStatistics> statistics,
            Path folder)
            throws IOException {
        List<Long> before = new ArrayList<>();
        List<Long> after = new ArrayList<>();
        List<TableReport> reports = new ArrayList<>();
        long differences = 0;
        long lakeRows = 0;
        boolean published = true;

        out.printf(
                "3. Compaction (target %s, scaled down from 256 MB to the little data here), merge, and comparison of every row.%n",
                TARGET_SIZE);
        for (TableId id : lake.tables()) {
            LakeTable table = lake.table(id);
            List<ObjectStat> raw = table.survey(ProgressListener.none()).files().stream()
                    .map(RawFile::stat)
                    .toList();
            List<Long> sizes = raw.stream().map(ObjectStat::size).toList();
            before.addAll(sizes);
            List<Long> compacted = sizesAfter(raw, compact(table));
            after.addAll(compacted);

            TableStatistics counts = requireNonNull(statistics.get(id), "statistics");
            TableResult merged = merge(table, counts);
            published &= merged.settled();
            tell(merged.findings());
            if (!merged.settled()) {
                out.printf("   %s was not published: %s%n", id, merged.state());
                continue;
            }

            Reconciliation answer = compare(table, schema, spec, source);
            out.println("   " + answer.toString().replace("\n", "\n   "));
            differences += answer.differenceCount();
            lakeRows += answer.lakeRows();
            reports.add(report(id, sizes, counts, compacted, merged, answer));
        }

        String summary = String.format(
                "quickstart: source and lake %s: %d tables, %d rows, %d differences",
                differences == 0 && published ? "agree" : "DIFFER",
                lake.tables().size(),
                lakeRows,
                differences);
        print(reports);
        Files.createDirectories(folder);
        ReportPage.write(
                folder.resolve("report.html"),
                new ReportPage.Content(differences == 0 && published, meanwhile, before, after, TARGET_SIZE, reports));
        out.printf("%,d files became %,d. Pictures: %s%n", before.size(), after.size(), folder.resolve("report.html"));
        out.println(summary);
        return differences == 0 && published;
    }

    private CompactionResult compact(LakeTable table) {
        var at = new AtomicReference<>(new Progress.Count(0, 0, "rows copied"));
        var options =
                CompactionOptions.builder().targetSize(TARGET_SIZE).settled().build();
        try (Progress progress = Progress.of(out, "compact " + table.id(), at::get)) {
            return table.compact(options, (id, step, done, total) -> at.set(count(step, done, total)));
        }
    }

    /** The new files, and the raw files that stay because they are large enough. */
    private static List<Long> sizesAfter(List<ObjectStat> raw, CompactionResult compacted) {
        var replaced = new HashSet<String>();
        List<Long> sizes = new ArrayList<>();
        for (LedgerEntry.CompactedFile output : compacted.outputs()) {
            sizes.add(output.file().size());
            output.sources().forEach(source -> replaced.add(source.key()));
        }
        raw.stream().filter(stat -> !replaced.contains(stat.key())).forEach(stat -> sizes.add(stat.size()));
        return sizes;
    }

    private TableResult merge(LakeTable table, TableStatistics counts) {
        var at = new AtomicReference<>(new Progress.Count(0, 0, "files read"));
        // Stopping the task flushed everything, so no file is to come: the load is complete by DMS's own count.
        MergeOptions options = MergeOptions.defaults().declareComplete().fullLoadRows(counts.fullLoadRows());
        try (Progress progress = Progress.of(out, "merge " + table.id(), at::get)) {
            return table.merge(options, (id, step, done, total) -> at.set(count(step, done, total)));
        }
    }

    private static Progress.Count count(ProgressListener.Step step, long done, long total) {
        return new Progress.Count(
                done,
                total,
                switch (step) {
                    case PROFILE -> "files looked at";
                    case READ -> "files read";
                    case COMPACT -> "rows copied";
                    case WRITE -> "rows written";
                });
    }

    private Reconciliation compare(LakeTable table, SourceSchema schema, ReplicationSpec spec, EmbeddedSource source) {
        SourceTable declared = schema.table(table.id()).orElseThrow();
        TableSchema columns = declared.toSchema();
        var unseen = new HashSet<>(NullSuspicion.of(schema.engine(), declared).suspect());
        return Reconciler.create()
                .unknownOnNull(unseen)
                .compare(JdbcSourceRows.of(source.dataSource(), columns, spec.lobMaxSize()), table.published());
    }

    private void tell(List<Finding> findings) {
        findings.stream()
                .filter(finding -> finding.severity() != Severity.INFO)
                .forEach(finding -> out.println("   " + finding));
    }

    private static TableReport report(
            TableId id,
            List<Long> sizes,
            TableStatistics counts,
            List<Long> compacted,
            TableResult merged,
            Reconciliation answer) {
        long unknown = merged.counts()
                .map(all -> all.of(MergeCounts.What.UNKNOWN_KEPT))
                .orElse(0L);
        return new TableReport(id, sizes, counts, compacted, unknown, answer.lakeRows(), answer.differenceCount());
    }

    private void print(List<TableReport> reports) {
        String line = "   %-20s %9s %12s %9s %9s %9s %9s %10s %12s %12s%n";
        out.printf(
                line,
                "table",
                "files",
                "bytes",
                "loaded",
                "inserts",
                "updates",
                "deletes",
                "after",
                "bytes",
                "lake rows");
        for (TableReport report : reports) {
            out.printf(
                    line,
                    report.table(),
                    number(report.before().size()),
                    number(TableReport.sum(report.before())),
                    number(report.written().fullLoadRows()),
                    number(report.written().inserts()),
                    number(report.written().updates()),
                    number(report.written().deletes()),
                    number(report.after().size()),
                    number(TableReport.sum(report.after())),
                    number(report.lakeRows()));
        }
    }

    private static String number(long value) {
        return String.format("%,d", value);
    }
}
