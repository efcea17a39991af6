package io.convergence.compact;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.schema.MessageType;

/** One execution of one task: writes its outputs into a folder of its own and checks them. */
final class TaskRun {
    private static final String KEPT_AS_STORED = "COLUMN_KEPT_AS_STORED";

    /** Files of which the plan knows nothing must not make it read others again and again. */
    private static final int MOST_ANEW = 16;

    private final CompactionTask task;
    private final FileOpener opener;
    private final ObjectStore lakeStore;
    private final String folder;
    private final CompactedOutput.Maker maker;
    private final CompactionListener listener;
    private final OutputVerification verification;
    private final Sizing sizing;
    private final List<LedgerEntry.CompactedFile> outputs = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<RawSource> left = new ArrayList<>();
    private final Set<CompactionSource> kept = new HashSet<>();
    private final Set<String> unfit = new HashSet<>();
    private final Set<String> told = new HashSet<>();
    private ColumnUnion seen = ColumnUnion.none();
    private int begun;
    private int anew;
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
        this.sizing = Sizing.of(task.options());
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
     * An output's columns must be known before its first row is written, and a file is read only once. So they are those that were planned;
     * a file with others ends the output, or if that is not in the band yet the output is begun anew with the columns of both, as far
     * as there are types that take the values of both.
     */
    private TaskResult copy() {
        var cut = new OutputCut(sizing);
        try (opener;
                var sources = new SourceRows(opener, task)) {
            ColumnUnion columns = ColumnUnion.of(task.columns());
            boolean more = sources.next();
            while (more) {
                columns = columnsFrom(columns, sources);
                Beginning beginning = beginning(sources);
                Optional<ColumnUnion> other;
                try {
                    other = write(columns, sources, cut);
                } catch (UnfitValueException e) {
                    other = Optional.of(keeping(columns, e));
                }
                if (other.isPresent()) {
                    columns = other.get();
                    beginAnew(beginning, sources);
                }
                more = sources.hasOpened();
            }
            left.addAll(sources.left().stream().map(CompactionSource.Raw::file).toList());
            findings.addAll(sources.findings());
        }

        List<LedgerFile> replaced = task.sources().stream()
                .filter(CompactionSource.Compacted.class::isInstance)
                .filter(source -> !kept.contains(source))
                .map(source -> ((CompactionSource.Compacted) source).file().file())
                .toList();
        return new TaskResult(
                task.table(), task.base(), task.number(), outputs, replaced, left, bytes, findings, List.of());
    }

    /** Where an output begins, to begin it anew. */
    private record Beginning(SourceRows.Place place, ColumnUnion seen, int findings, long bytes) {}

    private Beginning beginning(SourceRows sources) {
        return new Beginning(sources.place(), seen, findings.size(), bytes);
    }

    private void beginAnew(Beginning beginning, SourceRows sources) {
        seen = beginning.seen();
        bytes = beginning.bytes();
        // What was told of columns is found again.
        findings.subList(beginning.findings(), findings.size())
                .removeIf(finding -> !finding.code().equals(KEPT_AS_STORED));
        sources.backTo(beginning.place());
    }

    /**
     * Writes one output, and opens the file after it if there is one.
     *
     * @return columns to begin it anew with; empty if it was finished
     */
    private Optional<ColumnUnion> write(ColumnUnion columns, SourceRows sources, OutputCut cut) {
        // The number is not used twice: what was discarded may have left an object that no one refers to.
        String key = folder + String.format(Locale.ROOT, "part-%05d.parquet", begun++);
        try (var writer = CompactedWriter.open(maker, lakeStore, key, columns, task.options())) {
            boolean full;
            do {
                append(writer, sources);
                boolean more = sources.next();
                full = !more || sources.afterGap() || isFull(cut, writer, sources);
                if (!full && !columns.coversAll(sources.opened().schemas())) {
                    Optional<ColumnUnion> both = columns.joined(sources.opened().schemas());
                    if (both.isPresent() && isWorthBeginningAnew(writer) && anew < MOST_ANEW) {
                        anew++;
                        return both;
                    }
                    full = true;
                }
            } while (!full);
            if (isCompactedAlone(writer)) {
                leave((CompactionSource.Compacted) writer.sources().get(0));
            } else {
                cut.end(finish(writer));
            }
        }

        return Optional.empty();
    }

    /** Where the plan knew no columns, raw files are read once whatever comes (rule L7), and a later compaction joins the outputs. */
    private boolean isWorthBeginningAnew(CompactedWriter writer) {
        boolean small = writer.bytes() < task.options().smallestOfBand().bytes();
        boolean written = writer.sources().stream().allMatch(CompactionSource.Compacted.class::isInstance);
        return isCompactedAlone(writer) || (small && (written || !task.columns().isEmpty()));
    }

    private static boolean isCompactedAlone(CompactedWriter writer) {
        return writer.sources().size() == 1 && writer.sources().get(0) instanceof CompactionSource.Compacted;
    }

    /** A compacted file that finds no neighbour would be written again at each compaction, and be the same each time. */
    private void leave(CompactionSource.Compacted file) {
        kept.add(file);
        left.addAll(file.origins());
        bytes -= file.bytes();
    }

    private ColumnUnion keeping(ColumnUnion columns, UnfitValueException e) {
        if (!unfit.add(e.column())) {
            throw CompactionException.unreadable(
                    e.key(), "column '" + e.column() + "' cannot be decoded: " + e.getMessage(), e);
        }

        findings.add(Finding.warning(
                KEPT_AS_STORED,
                e.key(),
                "Column '" + e.column() + "' has a value that its type does not take (" + e.getMessage()
                        + "): compacted files keep the column as it is stored.",
                "Nothing to do for compaction; what reads the file will tell of the value again."));
        return columns.keeping(e.column());
    }

    private void append(CompactedWriter writer, SourceRows sources) {
        CompactionSource source = sources.source();
        tellOfColumns(sources);
        opener.reading(source, () -> {
            writer.append(source, sources.opened());
            return source;
        });
        bytes += source.bytes();
        if (told.add(source.key())) {
            listener.copied(source);
        }
    }

    /** The columns of the output that begins with the file at hand: all so far, as later files may have them again. */
    private ColumnUnion columnsFrom(ColumnUnion columns, SourceRows sources) {
        List<MessageType> schemas = sources.opened().schemas();
        return columns.joined(schemas).orElseGet(() -> columns.only(schemas));
    }

    private void tellOfColumns(SourceRows sources) {
        List<MessageType> schemas = sources.opened().schemas();
        ColumnUnion before = seen;
        Optional<String> conflict = before.conflict(schemas);
        if (conflict.isPresent()) {
            seen = ColumnUnion.none().only(schemas);
            findings.add(Finding.info(
                    "COLUMN_TYPE_CHANGED",
                    sources.source().key(),
                    "From this file on " + conflict.get() + "; a new compacted file begins here.",
                    "Nothing to do for compaction."));
            return;
        }

        seen = before.joined(schemas).orElseThrow();
        List<String> wider = seen.widerThan(before);
        if (!wider.isEmpty()) {
            findings.add(Finding.info(
                    "COLUMN_TYPE_WIDENED",
                    sources.source().key(),
                    "From this file on columns have a wider type: " + String.join(", ", wider)
                            + ". Compacted files store them with that; changes are read from them with the types of their raw files.",
                    "Nothing to do for compaction."));
        }

        List<String> added = seen.namesBeyond(before);
        if (!before.isEmpty() && !added.isEmpty()) {
            findings.add(Finding.info(
                    "COLUMN_ADDED",
                    sources.source().key(),
                    "From this file on there are new columns " + added + ".",
                    "Nothing to do for compaction."));
        }
    }

    private boolean isFull(OutputCut cut, CompactedWriter writer, SourceRows sources) {
        if (writer.originBytesWith(sources.opened()) > sizing.mostOrigins()) {
            return true;
        }

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
