package io.convergence.audit;

import io.convergence.Finding;
import io.convergence.change.ParquetFacts;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFile;
import io.convergence.raw.TimelineFile;
import io.convergence.schema.Column;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is kept of one file: little, as there may be a million of them. Mutable, used by one audit only. */
final class AuditedFile {
    private final RawFile file;
    private boolean unreadable;
    private boolean footerRead;
    private FileEvidence evidence = FileEvidence.ofRows(0);
    private List<Finding> disputes = List.of();
    private @Nullable List<Column> columns;
    private boolean operation;
    private @Nullable FooterMarks marks;

    /** What a footer betrays of settings; equal ones are shared by all files of a table. */
    record FooterMarks(
            String createdBy,
            int version,
            SortedSet<String> codecs,
            SortedSet<String> encodings,
            boolean statistics,
            long rowsOfFullGroups) {
        static FooterMarks of(ParquetFacts footer) {
            SortedSet<String> codecs = new TreeSet<>();
            SortedSet<String> encodings = new TreeSet<>();
            boolean statistics = false;
            for (ParquetFacts.RowGroup group : footer.rowGroups()) {
                codecs.addAll(group.codecs());
                encodings.addAll(group.encodings());
                statistics |= group.statistics() > 0;
            }
            // The last group holds the rest.
            long full = footer.rowGroups().size() < 2
                    ? 0
                    : footer.rowGroups().get(0).rows();
            return new FooterMarks(footer.createdBy(), footer.version(), codecs, encodings, statistics, full);
        }
    }

    AuditedFile(RawFile file) {
        this.file = file;
    }

    RawFile file() {
        return file;
    }

    String key() {
        return file.key();
    }

    boolean isLoad() {
        return file instanceof RawFile.Load;
    }

    RawFile.Cdc cdc() {
        return (RawFile.Cdc) file;
    }

    boolean unreadable() {
        return unreadable;
    }

    void markUnreadable() {
        unreadable = true;
        evidence = FileEvidence.ofRows(0);
    }

    boolean footerRead() {
        return footerRead;
    }

    FileEvidence evidence() {
        return evidence;
    }

    void evidence(FileEvidence known) {
        evidence = known;
    }

    void disputes(List<Finding> known) {
        disputes = List.copyOf(known);
    }

    /** The table's own columns; null if not known. */
    @Nullable
    List<Column> columns() {
        return columns;
    }

    void columns(List<Column> own) {
        columns = own;
    }

    /** Whether it has an {@code Op} column. */
    boolean operation() {
        return operation;
    }

    @Nullable
    FooterMarks marks() {
        return marks;
    }

    void footer(FooterMarks read, boolean withOperation) {
        footerRead = true;
        marks = read;
        operation = withOperation;
    }

    TimelineFile timelineFile() {
        return new TimelineFile(file, evidence, disputes);
    }
}
