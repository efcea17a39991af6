package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawSource;
import io.convergence.raw.RawFile;
import io.convergence.schema.DataType;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.internal.ChunkPlaces;
import io.convergence.store.internal.Footer;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.ParquetTypes;
import io.convergence.store.internal.ReadAhead;
import io.convergence.store.internal.ReadAheadStore;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Checks what live compacted files hold: by their footers, or row by row against the raw files that are still there (rule
 * S18). Only reads. Immutable; thread-safe.
 */
public final class CompactedFileCheck {
    private static final String RESTORE =
            "Restore the version that was committed, or undo the compaction if it is the newest; raw files that are still there can be compacted again.";

    private final TableId table;
    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;
    private final @Nullable RowShape shape;

    private CompactedFileCheck(TableId table, ObjectStore rawStore, ObjectStore lakeStore, @Nullable RowShape shape) {
        this.table = requireNonNull(table, "table");
        this.rawStore = requireNonNull(rawStore, "rawStore");
        this.lakeStore = requireNonNull(lakeStore, "lakeStore");
        this.shape = shape;
    }

    public static CompactedFileCheck of(TableId table, ObjectStore rawStore, ObjectStore lakeStore) {
        return new CompactedFileCheck(table, rawStore, lakeStore, null);
    }

    /** A check that compares CSV files, too; without, their rows are only read in the compacted files. */
    public CompactedFileCheck withShape(RowShape rows) {
        return new CompactedFileCheck(table, rawStore, lakeStore, requireNonNull(rows, "rows"));
    }

    /**
     * What reading a file's rows found.
     *
     * @param rows that were read
     * @param compared rows that were the same in their raw files
     * @param uncompared raw files that were not compared: gone, written anew, or CSV of undeclared types
     * @param findings errors break a promise
     */
    public record Rows(long rows, long compared, int uncompared, List<Finding> findings) {
        public Rows {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Whether a footer says what the log says: rows, raw files of origin, columns and their types, and places of parts that can
     * be in the file. One or two requests.
     *
     * @throws io.convergence.store.StoreException if the store fails
     */
    public List<Finding> footer(LedgerEntry.CompactedFile file) {
        String key = file.file().key();
        try {
            Footer footer = FileRows.guard(
                    key,
                    "its footer",
                    () -> ParquetFooter.read(
                            ParquetInput.forFooter(lakeStore, file.file().stat())));
            List<Finding> findings = new ArrayList<>();
            ChunkPlaces.fault(footer, file.file().size())
                    .ifPresent(fault -> findings.add(wrong("COMPACTED_PLACES_WRONG", key, fault)));
            rows(file, footer, findings);
            origins(file, footer, findings);
            own(key, footer, findings);
            return findings;
        } catch (CompactionException e) {
            return List.of(unreadable(key, e.why()));
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            return List.of(unreadable(key, "it is gone or another object"));
        }
    }

    private static void rows(LedgerEntry.CompactedFile file, Footer footer, List<Finding> findings) {
        if (footer.rows() != file.file().rows()) {
            findings.add(wrong(
                    "COMPACTED_ROWS_DIFFER",
                    file.file().key(),
                    "its footer tells of " + footer.rows() + " rows, the log of "
                            + file.file().rows()));
        }
    }

    private static void origins(LedgerEntry.CompactedFile file, Footer footer, List<Finding> findings) {
        String key = file.file().key();
        String json = footer.entries().get(Provenance.FOOTER_KEY);
        if (json == null) {
            findings.add(wrong("COMPACTED_ORIGINS_DIFFER", key, "its footer names no raw files"));
            return;
        }

        List<SourceSpan> spans;
        try {
            spans = Provenance.parse(json).spans();
        } catch (IllegalArgumentException e) {
            findings.add(wrong("COMPACTED_ORIGINS_DIFFER", key, "its footer is damaged: " + e.getMessage()));
            return;
        }
        List<RawSource> named = spans.stream()
                .map(span -> RawSource.of(span.stat(), span.evidence()))
                .toList();
        if (!named.equals(file.sources())) {
            findings.add(wrong(
                    "COMPACTED_ORIGINS_DIFFER",
                    key,
                    "its footer names " + named.size() + " raw files, and not those that the log says it holds ("
                            + file.sources().size() + ") in that order with that evidence"));
        }
        long rows = spans.stream().mapToLong(SourceSpan::rows).sum();
        if (rows != footer.rows()) {
            findings.add(wrong(
                    "COMPACTED_ROWS_DIFFER",
                    key,
                    "its footer tells of " + footer.rows() + " rows, and of " + rows + " by raw files"));
        }
        columnsOf(spans, footer.schema(), key, findings);
    }

    /** I7: what a raw file had is there, in a type that takes its values. */
    private static void columnsOf(List<SourceSpan> spans, MessageType schema, String key, List<Finding> findings) {
        // Files of one table mostly share their lists.
        Set<List<?>> seen = new HashSet<>();
        Set<String> told = new HashSet<>();
        for (SourceSpan span : spans) {
            if (!seen.add(List.of(span.columns(), span.types()))) {
                continue;
            }
            for (String name : span.columns()) {
                if (!schema.containsField(name) && told.add(name)) {
                    findings.add(wrong(
                            "COMPACTED_COLUMNS_DIFFER",
                            key,
                            "it lacks column '" + name + "', which '" + span.key() + "' had"));
                }
            }
            span.types().stream()
                    .filter(column -> schema.containsField(column.name()))
                    .forEach(column -> {
                        Type stored = schema.getType(column.name());
                        if (!takes(stored, column.type()) && told.add(column.name())) {
                            findings.add(wrong(
                                    "COMPACTED_COLUMNS_DIFFER",
                                    key,
                                    "its column '" + column.name() + "' is " + stored
                                            + ", which does not take values of " + column.type() + " as in '"
                                            + span.key() + "'"));
                        }
                    });
        }
    }

    private static boolean takes(Type stored, DataType values) {
        if (!stored.isPrimitive() || stored.isRepetition(Type.Repetition.REPEATED)) {
            return false;
        }

        // A layout that is kept as it was, such as a fixed length, is not the one that its type would be written in.
        Optional<DataType> type = ParquetTypes.natural(stored.asPrimitiveType());
        if (type.filter(values::equals).isPresent()) {
            return true;
        }

        // Of CSV the declared types are told, which Parquet does not tell apart: of texts, for example.
        Optional<DataType> own = ParquetTypes.natural(ParquetTypes.optional(stored.getName(), values));
        return type.isPresent()
                && (type.equals(own)
                        || own.flatMap(mine -> mine.widen(type.get()))
                                .filter(type.get()::equals)
                                .isPresent());
    }

    /** What Convergence wrote about the file besides; files of the first release have none. */
    private static void own(String key, Footer footer, List<Finding> findings) {
        Optional<OutputFooter> told;
        try {
            told = OutputFooter.parse(footer.entries().get(OutputFooter.KEY));
        } catch (IllegalArgumentException e) {
            findings.add(wrong("COMPACTED_COUNTS_DIFFER", key, String.valueOf(e.getMessage())));
            return;
        }
        if (told.isEmpty()) {
            return;
        }

        List<String> names =
                footer.schema().getFields().stream().map(Type::getName).toList();
        List<String> counted =
                told.get().columns().stream().map(OutputFooter.Column::name).toList();
        if (told.get().rows() != footer.rows() || !counted.equals(names)) {
            findings.add(wrong(
                    "COMPACTED_COUNTS_DIFFER",
                    key,
                    "it has " + footer.rows() + " rows of columns " + names + ", and was checked with "
                            + told.get().rows() + " of " + counted));
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            OutputFooter.Column column = told.get().columns().get(i);
            long nulls = nulls(footer, i);
            if (column.values() + column.nulls() != footer.rows() || (nulls >= 0 && nulls != column.nulls())) {
                findings.add(wrong(
                        "COMPACTED_COUNTS_DIFFER",
                        key,
                        "column '" + column.name() + "' was checked with " + column.values() + " values and "
                                + column.nulls() + " nulls for " + footer.rows() + " rows"
                                + (nulls < 0 ? "" : ", and its statistics tell of " + nulls + " nulls")));
            }
        }
    }

    /** What statistics tell; -1 if a row group has none. */
    private static long nulls(Footer footer, int column) {
        long nulls = 0;
        for (var group : footer.groups()) {
            var statistics = group.getColumns().size() <= column
                    ? null
                    : group.getColumns().get(column).getStatistics();
            if (statistics == null || !statistics.isNumNullsSet()) {
                return -1;
            }

            nulls += statistics.getNumNulls();
        }

        return nulls;
    }

    /**
     * Reads all rows, and beside them those of the raw files that are still there: each cell must be the same, in the same
     * order (I1, I6). Rows whose raw file is not there any more must begin and end with the change sequences that the log has
     * of it, and not go back between. A raw file that goes or breaks off while it is read leaves itself and those behind it
     * uncompared.
     *
     * @param file whose footer has no findings
     * @param raw the raw file as it is listed now; empty if it is not there any more
     * @throws io.convergence.store.StoreException if a store fails
     */
    public Rows rows(LedgerEntry.CompactedFile file, Function<RawSource, Optional<RawFile>> raw) {
        String key = file.file().key();
        try (OpenSource opened = OpenSource.open(lakeStore, file.file().stat())) {
            ColumnUnion columns = ColumnUnion.ofOutput(opened.schema());
            try (FileRows written = opened.checkedCells(columns.feeds(opened.schema()))) {
                return new Reading(key, columns, written).read(file.sources(), raw);
            }
        } catch (CompactionException e) {
            return new Rows(0, 0, 0, List.of(unreadable(key, e.why())));
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            return new Rows(0, 0, 0, List.of(unreadable(key, "it is gone or another object")));
        }
    }

    private final class Reading {
        private final String key;
        private final ColumnUnion columns;
        private final FileRows written;
        private final List<Finding> findings = new ArrayList<>();
        private long rows;
        private long compared;
        private int uncompared;
        /** A raw file could be read to some row only, so that nobody knows which row comes next. */
        private boolean brokenOff;

        Reading(String key, ColumnUnion columns, FileRows written) {
            this.key = key;
            this.columns = columns;
            this.written = written;
        }

        Rows read(List<RawSource> sources, Function<RawSource, Optional<RawFile>> raw) {
            for (int i = 0; i < sources.size(); i++) {
                RawSource source = sources.get(i);
                Optional<RawFile> there = raw.apply(source);
                Optional<String> difference = there.isPresent() ? compare(source, there.get()) : alone(source);
                if (brokenOff) {
                    uncompared += sources.size() - i;
                    return result();
                }
                rows += source.evidence().rows();
                if (difference.isPresent()) {
                    findings.add(wrong("COMPACTED_ROWS_DIFFER", key, difference.get()));
                    return result();
                }
            }
            if (written.next()) {
                findings.add(wrong("COMPACTED_ROWS_DIFFER", key, "it has more rows than its raw files"));
            }
            return result();
        }

        private Rows result() {
            return new Rows(rows, compared, uncompared, findings);
        }

        private Optional<String> compare(RawSource source, RawFile there) {
            CompactionPlan.Kind kind =
                    there instanceof RawFile.Load ? CompactionPlan.Kind.LOAD : CompactionPlan.Kind.CDC;
            var planned = new CompactionSource.Raw(source, there.format());
            var task = new CompactionTask(table, 0, 0, kind, List.of(planned), CompactionOptions.defaults());
            var csv = new CsvConversion(rawStore, table, shape);
            try (var opener =
                    new FileOpener(new ReadAheadStore(rawStore, List.of(), ReadAhead.none()), lakeStore, task, csv)) {
                // Opened first for itself: what cannot be opened has moved no row.
                Supplier<Boolean> opens = () -> {
                    opener.open(planned).close();
                    return true;
                };
                if (!opens(source, opens)) {
                    return alone(source);
                }

                Optional<String> difference;
                try {
                    difference = new RowComparison(columns, opener).difference(written, planned);
                } catch (SourceChangedException e) {
                    brokenOff = true;
                    return Optional.empty();
                } catch (CompactionException e) {
                    if (e.key().equals(key)) {
                        throw e;
                    }
                    brokenOff = true;
                    findings.add(unreadable(source, e));
                    return Optional.empty();
                }
                if (difference.isEmpty()) {
                    compared += source.evidence().rows();
                }
                return difference;
            }
        }

        private boolean opens(RawSource source, Supplier<Boolean> opens) {
            try {
                return opens.get();
            } catch (LeftAloneException | SourceChangedException e) {
                return false;
            } catch (CompactionException e) {
                findings.add(unreadable(source, e));
                return false;
            }
        }

        private Finding unreadable(RawSource source, CompactionException e) {
            return Finding.error(
                    "RAW_FILE_UNREADABLE",
                    source.key(),
                    "It is the object that was compacted into '" + key + "', but " + e.why() + ".",
                    "Nothing to do for the lake; do not reload from this file before it is restored.");
        }

        /** Rows whose raw file is not there: all that is known of them is the evidence. */
        private Optional<String> alone(RawSource source) {
            uncompared++;
            var order = new SequenceOrder(source.evidence(), columns.names().size());
            @Nullable Object[] cells = new @Nullable Object[columns.names().size()];
            for (long row = 0; row < source.evidence().rows(); row++) {
                if (!written.next()) {
                    return Optional.of("it ends before the rows of '" + source.key() + "' do");
                }

                written.read(cells);
                order.add(cells);
            }
            order.fault().ifPresent(fault -> findings.add(misplaced(key, source, fault)));
            return Optional.empty();
        }
    }

    private static Finding misplaced(String key, RawSource source, SequenceOrder.Fault fault) {
        String what = "The rows of '" + source.key() + "' are not as they were: " + fault.what() + ".";
        return fault.certain()
                ? Finding.error("COMPACTED_ORDER_DIFFERS", key, what, RESTORE)
                : Finding.warning(
                        "COMPACTED_ORDER_DIFFERS",
                        key,
                        what,
                        "Nothing to do if the order of that file was in dispute (rule S2) when it was compacted; else restore the version that was committed.");
    }

    private static Finding wrong(String code, String key, String why) {
        return Finding.error(code, key, "The file is not what was committed: " + why + ".", RESTORE);
    }

    private static Finding unreadable(String key, String why) {
        return Finding.error("COMPACTED_FILE_UNREADABLE", key, "It cannot be read: " + why + ".", RESTORE);
    }
}
