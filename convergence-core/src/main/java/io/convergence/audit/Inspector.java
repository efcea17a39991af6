package io.convergence.audit;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ParquetFacts;
import io.convergence.change.RawFileException;
import io.convergence.change.SourceSpan;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Inspects one file once. */
final class Inspector {
    /** Enough to see what a column holds. */
    static final long FIRST_ROWS = 2_000;

    private static final TableId UNKNOWN = TableId.of("unknown", "unknown");

    private final ObjectStore store;
    private final ObjectStat stat;
    private final InspectionOptions options;
    private final AuditListener listener;
    private final List<Finding> findings = new ArrayList<>();

    Inspector(ObjectStore store, ObjectStat stat, InspectionOptions options, AuditListener listener) {
        this.store = store;
        this.stat = stat;
        this.options = options;
        this.listener = listener;
    }

    FileInspection inspect() {
        RawFormat format = format(stat.key());
        ParquetFacts footer = null;
        List<SourceSpan> sources = List.of();
        listener.progress(AuditListener.Step.FOOTERS, 0, 1);
        if (format == RawFormat.PARQUET) {
            try {
                footer = ParquetFacts.readWithPages(store, stat, options.reading());
                if (footer.compacted()) {
                    sources = ChangeReader.create(store, UNKNOWN, options.shape(), options.reading())
                            .provenance(stat);
                }
            } catch (RawFileException e) {
                findings.add(AuditFindings.unreadable(stat.key(), e));
            }
            if (footer == null) {
                return new FileInspection(
                        stat, format, null, List.of(), DmsColumns.of(options.shape()), null, false, findings);
            }
        }
        listener.progress(AuditListener.Step.FOOTERS, 1, 1);

        return withRows(format, footer, sources);
    }

    private FileInspection withRows(RawFormat format, @Nullable ParquetFacts footer, List<SourceSpan> sources) {
        RawFile file = file(format, sources);
        ChangeReadOptions reading = options.reading().withLayout(RawLayout.detect());
        FileScan scan = new FileScan(store, table(file), reading);
        RowShape shape = UndeclaredText.readable(options.shape());
        List<String> textNames = new ArrayList<>();
        RowTally tally = new RowTally();
        boolean complete = false;
        boolean read = false;
        try {
            ColumnSniffer sniffer = new ColumnSniffer();
            read(
                    scan,
                    file,
                    sources,
                    FileScan.forFile(shape, footer),
                    Math.min(FIRST_ROWS, options.mostRows()),
                    batch -> {
                        sniffer.take(batch);
                        if (textNames.isEmpty() && format != RawFormat.PARQUET) {
                            batch.columns().forEach(column -> textNames.add(column.name()));
                        }
                    });
            shape = UndeclaredText.laidOut(sniffer.found().complete(shape), textNames);
            long total = footer == null ? 0 : footer.rows();
            long[] done = {0};
            read = true;
            complete = read(scan, file, sources, FileScan.forFile(shape, footer), options.mostRows(), batch -> {
                tally.take(batch);
                done[0] += batch.size();
                listener.progress(AuditListener.Step.ROWS, done[0], total);
            });
        } catch (RawFileException e) {
            findings.add(
                    format == RawFormat.PARQUET
                            ? AuditFindings.unreadable(stat.key(), e)
                            : AuditFindings.rowsNotRead(stat.key(), e));
        }

        DmsColumns columns = DmsColumns.of(shape);
        RowFacts facts = read ? tally.facts() : null;
        Oddities oddities = new Oddities(stat.key(), findings);
        if (footer != null) {
            oddities.ofFooter(footer);
        }
        if (facts != null) {
            oddities.ofRows(facts, file instanceof RawFile.Cdc && sources.isEmpty());
        }
        return new FileInspection(stat, format, footer, sources, columns, facts, complete, findings);
    }

    private static boolean read(
            FileScan scan,
            RawFile file,
            List<SourceSpan> sources,
            RowShape shape,
            long most,
            Consumer<ChangeBatch> taker) {
        return sources.isEmpty()
                ? scan.read(file, shape, most, taker)
                : scan.readCompacted(file, sources, shape, most, taker);
    }

    /** A file under any name: without one of DMS's it is read like a file of changes. */
    private RawFile file(RawFormat format, List<SourceSpan> sources) {
        ObjectStat named = sources.isEmpty() ? stat : sources.get(0).stat();
        Parsed parsed = RawLayout.detect().parse(named);
        boolean inTable = parsed instanceof Parsed.Data data && !(data.file() instanceof RawFile.Transaction);
        if (!inTable && sources.isEmpty()) {
            parsed = RawLayout.detect(UNKNOWN).parse(named);
        }
        if (parsed instanceof Parsed.Data data && !(data.file() instanceof RawFile.Transaction)) {
            RawFile file = data.file();
            return sources.isEmpty() ? file : new RawFile.Cdc(table(file), stat, format, stat.lastModified());
        }

        return new RawFile.Cdc(UNKNOWN, stat, format, stat.lastModified());
    }

    private static TableId table(RawFile file) {
        return file instanceof RawFile.Load load ? load.table() : ((RawFile.Cdc) file).table();
    }

    private static RawFormat format(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return RawFormat.CSV;
        }

        return name.endsWith(".csv.gz") ? RawFormat.CSV_GZIP : RawFormat.PARQUET;
    }
}
