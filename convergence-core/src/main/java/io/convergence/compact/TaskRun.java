package io.convergence.compact;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.schema.MessageType;

/** One execution of one task: writes its outputs into a folder of its own and checks them. */
final class TaskRun {
    private final CompactionTask task;
    private final FileOpener opener;
    private final ObjectStore lakeStore;
    private final String folder;
    private final CompactedOutput.Maker maker;
    private final CompactionListener listener;
    private final OutputVerification verification;
    private final List<LedgerEntry.CompactedFile> outputs = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private long bytes;

    TaskRun(
            CompactionTask task,
            FileOpener opener,
            ObjectStore lakeStore,
            String folder,
            CompactedOutput.Maker maker,
            CompactionListener listener) {
        this.task = task;
        this.opener = opener;
        this.lakeStore = lakeStore;
        this.folder = folder;
        this.maker = maker;
        this.listener = listener;
        this.verification = new OutputVerification(lakeStore);
    }

    TaskResult run() {
        var event = new CompactionTaskEvent(task);
        event.begin();
        try {
            TaskResult result = copy();
            event.done(result);
            return result;
        } finally {
            event.commit();
        }
    }

    /**
     * An output's columns must be known before its first row is written, and a file is read only once. So a file with a
     * column that is new or has values the output does not take begins the next output, which takes those of all before,
     * too, as far as there is such a type.
     */
    private TaskResult copy() {
        var cut = new OutputCut(Sizing.of(task.options()));
        List<CompactionSource.Raw> left;
        try (opener;
                var sources = new SourceRows(opener, task)) {
            ColumnUnion columns = ColumnUnion.none();
            boolean more = sources.next();
            while (more) {
                columns = columnsFrom(columns, sources);
                String key = folder + String.format(Locale.ROOT, "part-%05d.parquet", outputs.size());
                try (var writer = CompactedWriter.open(maker, lakeStore, key, columns, task.options())) {
                    do {
                        append(writer, sources);
                        more = sources.next();
                    } while (more
                            && !sources.afterGap()
                            && columns.coversAll(sources.opened().schemas())
                            && !isFull(cut, writer, sources));
                    cut.end(finish(writer));
                }
            }
            left = sources.left();
            findings.addAll(sources.findings());
        }

        List<LedgerFile> replaced = task.sources().stream()
                .filter(CompactionSource.Compacted.class::isInstance)
                .map(source -> ((CompactionSource.Compacted) source).file().file())
                .toList();
        return new TaskResult(
                task.table(),
                task.base(),
                task.number(),
                outputs,
                replaced,
                left.stream().map(CompactionSource.Raw::file).toList(),
                bytes,
                findings);
    }

    private void append(CompactedWriter writer, SourceRows sources) {
        CompactionSource source = sources.source();
        opener.reading(source, () -> {
            writer.append(source, sources.opened());
            return source;
        });
        bytes += source.bytes();
        listener.copied(source);
    }

    /** The columns of the output that begins with the file at hand: all so far, as later files may have them again. */
    private ColumnUnion columnsFrom(ColumnUnion columns, SourceRows sources) {
        ColumnUnion all = columns;
        for (MessageType schema : sources.opened().schemas()) {
            Optional<String> conflict = all.conflict(schema);
            if (conflict.isPresent()) {
                findings.add(Finding.info(
                        "COLUMN_TYPE_CHANGED",
                        sources.source().key(),
                        "From this file on " + conflict.get() + "; a new compacted file begins here.",
                        "Nothing to do for compaction."));
                return ColumnUnion.of(sources.opened().schemas());
            }

            all = all.with(schema);
        }

        List<String> wider = all.widerThan(columns);
        if (!wider.isEmpty()) {
            findings.add(Finding.info(
                    "COLUMN_TYPE_WIDENED",
                    sources.source().key(),
                    "From this file on columns are stored with a wider type: " + String.join(", ", wider)
                            + "; a new compacted file begins here. Changes are read from it with the types of their raw files.",
                    "Nothing to do for compaction."));
        }

        List<String> added = all.namesBeyond(columns);
        if (!columns.isEmpty() && !added.isEmpty()) {
            findings.add(Finding.info(
                    "COLUMN_ADDED",
                    sources.source().key(),
                    "From this file on there are new columns " + added + "; a new compacted file begins here.",
                    "Nothing to do for compaction."));
        }

        return all;
    }

    private static boolean isFull(OutputCut cut, CompactedWriter writer, SourceRows sources) {
        cut.at(writer.bytes(), writer.sourceBytes());
        return cut.isFull(sources.source().bytes(), sources.bytesFromHere());
    }

    /** The size of the output. */
    private long finish(CompactedWriter writer) {
        CompactedOutput.Finished finished = writer.finish();
        OutputVerification.Verified verified = verification.verify(writer, finished);
        if (!verified.proven() || task.options().verification() == CompactionOptions.Verification.VERIFY_ROWS) {
            new RowVerification(lakeStore, writer, opener).verify(verified.stat());
        }

        LedgerFile file = LedgerFile.of(verified.stat(), writer.rows());
        outputs.add(new LedgerEntry.CompactedFile(file, writer.origins()));
        listener.written(file);
        return file.size();
    }
}
