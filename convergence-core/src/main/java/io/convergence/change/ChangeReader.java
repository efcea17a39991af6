package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetTypes;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads one table's raw files, and its compacted ones, as changes. In Parquet files columns are found by name, types come
 * from the shape's schema where it has one: values are then widened, and taken as a narrower type only where they fit (rule
 * S15). In CSV files columns are found by the header,
 * or by a row's width among the layouts of the shape's {@link io.convergence.target.CsvForm}, and are read as the declared
 * types. Of a transaction file the table's rows are read; {@link TransactionReader} reads those of all tables. Reads pinned
 * versions of objects, one row group or some megabytes of text at a time. Thread-safe; cursors are not.
 */
public final class ChangeReader {
    private static final FileContext UNPLACED = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private final ObjectStore store;
    private final TableId table;
    private final RowShape shape;
    private final ChangeReadOptions options;

    private ChangeReader(ObjectStore store, TableId table, RowShape shape, ChangeReadOptions options) {
        this.store = store;
        this.table = table;
        this.shape = shape;
        this.options = options;
    }

    public static ChangeReader create(ObjectStore store, TableId table, RowShape shape, ChangeReadOptions options) {
        return new ChangeReader(
                requireNonNull(store, "store"),
                requireNonNull(table, "table"),
                requireNonNull(shape, "shape"),
                requireNonNull(options, "options"));
    }

    /**
     * Opens a raw file.
     *
     * @throws RawFileException if it is no file of DMS's shape, has no column of the name that the shape gives the timestamp
     *     or, in files of changes, the sequence, or if its columns do not fit the schema; under another policy than {@link
     *     BadInputPolicy#FAIL} the cursor has no rows then, and its counts say why
     * @throws io.convergence.store.StoreException if it cannot be read, or has changed since it was listed
     */
    public ChangeCursor open(RawFile file, FileContext context) {
        checkReadable(file);
        requireNonNull(context, "context");
        if (file.format() != RawFormat.PARQUET) {
            return openOrLeaveOut(
                    () -> CsvCursor.open(store, file, context, table, shape, options, CsvCursor.Scope.ALL));
        }

        return opened(file.stat(), (source, columns) -> {
            String sequence = shape.sequenceColumn();
            if (file instanceof RawFile.Cdc && sequence != null && columns.sequence() == null) {
                throw RawFileException.ofMissingColumn(file.key(), "sequence", sequence, columns.names());
            }
            String timestamp = shape.timestampColumn();
            if (timestamp != null && columns.timestamp() == null) {
                throw RawFileException.ofMissingColumn(file.key(), "timestamp", timestamp, columns.names());
            }

            return List.of(new RowSource(file, context, null, 0, source.rows()));
        });
    }

    /**
     * Opens a file that compaction wrote; its rows come out as those of the raw files they were first written in (rule
     * S18). Needs the {@linkplain ChangeReadOptions#withLayout layout} of the raw files.
     *
     * @param contexts each raw file's place by its key
     * @param skippedKeys raw files whose rows are left out, for example because they are applied already
     * @throws IllegalArgumentException if a raw file in it is neither placed nor skipped
     * @throws IllegalStateException if the options have no layout
     * @throws RawFileException as for {@link #open}, and if its provenance does not fit its rows
     */
    public ChangeCursor openCompacted(ObjectStat file, Map<String, FileContext> contexts, Set<String> skippedKeys) {
        RawLayout layout = options.layout()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "Cannot read compacted file '" + file.key()
                                        + "': the options have no layout to read the names of its raw files with. Give ChangeReadOptions.withLayout the layout they were listed with."));
        return openOrLeaveOut(() -> {
            ParquetSource source = ParquetSource.open(store, file, options);
            List<SourceSpan> spans = orClose(source, () -> provenanceOf(source).spans());
            List<RowSource> rows = orClose(source, () -> rowSources(file, layout, spans, contexts, skippedKeys));
            List<SpanTypes> parts = SpanTypes.parts(spans, this::isNatural);
            if (parts.size() == 1) {
                return partCursor(file, source, rows, parts.get(0));
            }

            ChangeCursor first = openOrLeaveOut(() -> partCursor(file, source, rows, parts.get(0)));
            List<Supplier<ChangeCursor>> others = new ArrayList<>();
            for (SpanTypes part : parts.subList(1, parts.size())) {
                others.add(() ->
                        openOrLeaveOut(() -> partCursor(file, ParquetSource.open(store, file, options), rows, part)));
            }
            return new PartsCursor(file.key(), first, others);
        });
    }

    private List<RowSource> rowSources(
            ObjectStat file,
            RawLayout layout,
            List<SourceSpan> spans,
            Map<String, FileContext> contexts,
            Set<String> skippedKeys) {
        List<RowSource> sources = new ArrayList<>();
        for (SourceSpan span : spans) {
            FileContext context = skippedKeys.contains(span.key()) ? null : contexts.get(span.key());
            if (context == null && !skippedKeys.contains(span.key())) {
                throw new IllegalArgumentException("Cannot read compacted file '" + file.key() + "': its raw file '"
                        + span.key() + "' is neither placed nor skipped. Place all raw files of the table first.");
            }

            sources.add(new RowSource(
                    rawFile(file, layout, span), context, places(span.columns()), span.firstRow(), span.rows()));
        }

        return sources;
    }

    private static Map<String, Integer> places(List<String> names) {
        Map<String, Integer> places = new HashMap<>();
        for (String name : names) {
            places.put(name, places.size());
        }

        return places;
    }

    /** Whether changes have a column with the type it has in the raw file: it is the table's, and no type is declared. */
    private boolean isNatural(String column) {
        TableSchema schema = shape.schema();
        return !column.equals(RowShape.OP_COLUMN)
                && !column.equals(shape.timestampColumn())
                && !column.equals(shape.sequenceColumn())
                && (schema == null || schema.indexOf(column) < 0);
    }

    /** The rows of one part of a compacted file; the source is closed with the cursor. */
    private ChangeCursor partCursor(ObjectStat file, ParquetSource source, List<RowSource> rows, SpanTypes part) {
        return orClose(source, () -> {
            FileColumns columns = FileColumns.of(file.key(), source.schema(), shape, part.types());
            return new ParquetCursor(table, shape, source, columns, part.only(rows), options);
        });
    }

    private static <T> T orClose(ParquetSource source, Supplier<T> step) {
        boolean done = false;
        try {
            T result = step.get();
            done = true;
            return result;
        } finally {
            if (!done) {
                source.close();
            }
        }
    }

    /** Whether compaction wrote the file. @throws RawFileException if it is no Parquet file */
    public boolean isCompacted(ObjectStat file) {
        try (ParquetSource source = ParquetSource.open(store, file, options)) {
            return source.metadata().containsKey(Provenance.FOOTER_KEY);
        }
    }

    /** The raw files whose rows a compacted file holds. @throws RawFileException if it names none, or they do not fit its rows */
    public List<SourceSpan> provenance(ObjectStat file) {
        try (ParquetSource source = ParquetSource.open(store, file, options)) {
            return provenanceOf(source).spans();
        }
    }

    /**
     * Reads a raw file's sequence and timestamp columns once; of a transaction file those of the table's rows.
     *
     * @throws RawFileException as for {@link #open}; a missing sequence column is no fault here, the evidence lacks it
     */
    public FileProfile profile(RawFile file) {
        checkReadable(file);
        try {
            return file.format() == RawFormat.PARQUET ? parquetProfile(file) : csvProfile(file);
        } catch (RawFileException e) {
            BadInputLog badInput = new BadInputLog(options);
            badInput.restOfFile(e, 0);
            ReadCounts counts = new ReadCounts(0, 0, 0, 0, badInput.report());
            return new FileProfiler(file).profile(List.of(), List.of(), counts);
        }
    }

    private FileProfile parquetProfile(RawFile file) {
        try (ParquetSource source = ParquetSource.open(store, file.stat(), options)) {
            FileColumns columns = FileColumns.of(file.key(), source.schema(), shape);
            FileProfiler profiler = new FileProfiler(file);
            BadInputReport badInput = BadInputReport.NONE;
            if (columns.timestamp() != null || columns.sequence() != null) {
                FileColumns dms = columns.withoutTable();
                RowSource rows = new RowSource(file, UNPLACED, null, 0, source.rows());
                ParquetCursor cursor =
                        new ParquetCursor(table, shape, source, dms, List.of(rows), options.withoutSelection());
                profiler.take(cursor);
                badInput = cursor.counts().badInput();
            }

            ReadCounts counts = new ReadCounts(source.rows() - badInput.rows(), 0, 0, 0, badInput);
            return profiler.profile(columns.names(), columns.table().own(), counts)
                    .withFooter(source.volume(), storedTypes(source.schema(), columns.names()));
        }
    }

    private static List<String> storedTypes(MessageType schema, List<String> names) {
        List<Type> fields = schema.getFields();
        boolean flat =
                fields.stream().allMatch(field -> field.isPrimitive() && !field.isRepetition(Type.Repetition.REPEATED));
        return flat && fields.stream().map(Type::getName).toList().equals(names)
                ? fields.stream()
                        .map(field -> ParquetTypes.text(field.asPrimitiveType()))
                        .toList()
                : List.of();
    }

    private FileProfile csvProfile(RawFile file) {
        try (CsvCursor cursor = CsvCursor.open(
                store, file, UNPLACED, table, shape, options.withoutSelection(), CsvCursor.Scope.DMS_COLUMNS)) {
            FileProfiler profiler = new FileProfiler(file);
            profiler.take(cursor);
            return profiler.profile(cursor.names(), cursor.columns(), cursor.counts());
        }
    }

    private interface Sources {
        List<RowSource> of(ParquetSource source, FileColumns columns);
    }

    private ChangeCursor opened(ObjectStat stat, Sources sources) {
        return openOrLeaveOut(() -> openParquet(stat, sources));
    }

    private ChangeCursor openOrLeaveOut(Supplier<ChangeCursor> opener) {
        try {
            return opener.get();
        } catch (RawFileException e) {
            BadInputLog badInput = new BadInputLog(options);
            badInput.restOfFile(e, 0);
            return new BrokenCursor(badInput.report());
        }
    }

    private ChangeCursor openParquet(ObjectStat stat, Sources sources) {
        ParquetSource source = ParquetSource.open(store, stat, options);
        return orClose(source, () -> {
            FileColumns columns = FileColumns.of(stat.key(), source.schema(), shape);
            return new ParquetCursor(table, shape, source, columns, sources.of(source, columns), options);
        });
    }

    private void checkReadable(RawFile file) {
        if (file instanceof RawFile.Transaction) {
            return;
        }

        TableId owner = file instanceof RawFile.Load load ? load.table() : ((RawFile.Cdc) file).table();
        if (!owner.equals(table)) {
            throw new IllegalArgumentException(
                    "Cannot read '" + file.key() + "' as changes of table " + table + ": it belongs to " + owner + ".");
        }
    }

    private RawFile rawFile(ObjectStat compacted, RawLayout layout, SourceSpan span) {
        Parsed parsed = layout.parse(span.stat());
        if (parsed instanceof Parsed.Data data && !(data.file() instanceof RawFile.Transaction)) {
            TableId owner =
                    data.file() instanceof RawFile.Load load ? load.table() : ((RawFile.Cdc) data.file()).table();
            if (owner.equals(table)) {
                return data.file();
            }
        }

        throw RawFileException.ofFile(
                compacted.key(),
                "its raw file '" + span.key() + "' is no file of table " + table + " in the layout " + layout + ".",
                "Use the layout the raw files were listed with.",
                null);
    }

    private static Provenance provenanceOf(ParquetSource source) {
        String json = source.metadata().get(Provenance.FOOTER_KEY);
        if (json == null) {
            throw RawFileException.ofFile(
                    source.key(),
                    "its footer has no '" + Provenance.FOOTER_KEY + "', so it is no compacted file.",
                    "Read it as a raw file.",
                    null);
        }

        Provenance provenance;
        try {
            provenance = Provenance.parse(json);
        } catch (IllegalArgumentException e) {
            throw RawFileException.ofFile(
                    source.key(),
                    "its footer is not what compaction writes: " + e.getMessage(),
                    "Compact its raw files again.",
                    e);
        }
        if (provenance.rows() != source.rows()) {
            throw RawFileException.ofFile(
                    source.key(),
                    "its raw files have " + provenance.rows() + " rows together, it has " + source.rows() + ".",
                    "Compact its raw files again.",
                    null);
        }

        return provenance;
    }
}
