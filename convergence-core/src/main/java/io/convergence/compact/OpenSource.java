package io.convergence.compact;

import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.ledger.RawSource;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.ParquetTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A flat Parquet file whose footer was read, and whose rows are read once, from front to back; and which raw files these
 * rows come from. Not thread-safe.
 */
final class OpenSource implements AutoCloseable {
    private static final int READ_SIZE = 8 << 20;

    /** Files that are compacted are smaller than this by default: footer and body are two requests (rule L7). */
    private static final int READ_AHEAD = 128 << 20;

    private final ObjectStat stat;
    private final ParquetInput input;
    private final ParquetFileReader reader;
    private List<SourceSpan> spans = List.of();

    private OpenSource(ObjectStat stat, ParquetInput input, ParquetFileReader reader) {
        this.stat = stat;
        this.input = input;
        this.reader = reader;
    }

    /** @throws CompactionException if it is no flat Parquet file of as many rows as planned */
    static OpenSource raw(ObjectStore store, CompactionSource.Raw raw) {
        return checked(open(store, raw.stat()), source -> {
            source.demandRows(raw, "it was placed with ");
            source.spans = List.of(source.span(raw.file(), source.schema().getFields(), 0));
        });
    }

    /** @throws CompactionException if it is not the compacted file that the ledger has */
    static OpenSource compacted(ObjectStore store, CompactionSource.Compacted compacted) {
        return checked(open(store, compacted.stat()), source -> {
            source.demandRows(compacted, "the ledger has it with ");
            source.spans = source.spansOf(compacted);
        });
    }

    /** A file without regard to where its rows come from. @throws CompactionException if it is no flat Parquet file */
    static OpenSource open(ObjectStore store, ObjectStat stat) {
        ParquetReadOptions settings = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withMaxAllocationInBytes(READ_SIZE)
                .withUseHadoopVectoredIo(false)
                .usePageChecksumVerification()
                .build();
        ParquetInput input = ParquetInput.readingAhead(store, stat, READ_AHEAD);
        ParquetFileReader reader = FileRows.guard(stat.key(), "its footer", () -> ParquetFooter.open(input, settings));
        return checked(new OpenSource(stat, input, reader), OpenSource::checkFlat);
    }

    private static OpenSource checked(OpenSource source, Consumer<OpenSource> check) {
        boolean usable = false;
        try {
            check.accept(source);
            usable = true;
            return source;
        } finally {
            if (!usable) {
                source.close();
            }
        }
    }

    private void demandRows(CompactionSource planned, String as) {
        if (rows() != planned.rows()) {
            throw CompactionException.unreadable(key(), "it has " + rows() + " rows, but " + as + planned.rows(), null);
        }
    }

    private SourceSpan span(RawSource raw, List<Type> fields, long firstRow) {
        List<String> names = fields.stream().map(Type::getName).toList();
        return new SourceSpan(
                raw.key(), raw.etag(), raw.lastModified(), raw.size(), raw.evidence(), names, types(names), firstRow);
    }

    /** What the columns are here; none if one is of a type that DMS does not have. */
    private List<Column> types(List<String> names) {
        List<Column> types = new ArrayList<>();
        for (String name : names) {
            Type field = schema().getType(name);
            Optional<DataType> natural = ParquetTypes.natural(field.asPrimitiveType());
            if (natural.isEmpty()) {
                return List.of();
            }
            types.add(new Column(name, natural.get(), field.isRepetition(Type.Repetition.OPTIONAL)));
        }

        return types;
    }

    /** Spans of files of the first release do not tell types: no column was widened then. */
    private List<SourceSpan> spansOf(CompactionSource.Compacted compacted) {
        String json = footer().getFileMetaData().getKeyValueMetaData().get(Provenance.FOOTER_KEY);
        List<SourceSpan> found;
        try {
            found = json == null ? List.of() : Provenance.parse(json).spans();
        } catch (IllegalArgumentException e) {
            throw CompactionException.unreadable(key(), "its footer is damaged: " + e.getMessage(), e);
        }

        for (SourceSpan span : found) {
            if (!span.columns().stream().allMatch(schema()::containsField)) {
                throw CompactionException.unreadable(
                        key(), "its footer names columns of '" + span.key() + "' that it does not have", null);
            }
        }

        List<RawSource> named = found.stream()
                .map(span -> RawSource.of(span.stat(), span.evidence()))
                .toList();
        if (!named.equals(compacted.origins())) {
            throw CompactionException.unreadable(
                    key(), "its footer names other raw files than the ledger says it holds", null);
        }

        return found.stream()
                .map(span -> span.types().isEmpty() ? span.withTypes(types(span.columns())) : span)
                .toList();
    }

    private void checkFlat() {
        for (Type field : schema().getFields()) {
            if (!field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED)) {
                throw CompactionException.unreadable(
                        key(),
                        "its column '" + field.getName() + "' is nested or repeated, which DMS never writes",
                        null);
            }
        }
    }

    String key() {
        return stat.key();
    }

    ObjectStat stat() {
        return stat;
    }

    ParquetMetadata footer() {
        return reader.getFooter();
    }

    MessageType schema() {
        return reader.getFileMetaData().getSchema();
    }

    long rows() {
        return reader.getRecordCount();
    }

    /** The raw files its rows come from, in order; first rows count within this file. */
    List<SourceSpan> spans() {
        return spans;
    }

    /** The file's bytes; what is read through it and what {@link #rows} reads share what was fetched. */
    ParquetInput input() {
        return input;
    }

    /** The rows, decoded, from the first on. Ask once. @param feeds one for each column of the target */
    FileRows cells(List<ColumnFeed> feeds) {
        return new FileRows(key(), reader, feeds);
    }

    @Override
    public void close() {
        FileRows.guard(key(), "its end", () -> {
            reader.close();
            return key();
        });
    }
}
