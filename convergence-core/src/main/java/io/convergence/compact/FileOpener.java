package io.convergence.compact;

import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.ledger.RawSource;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import io.convergence.store.internal.ParquetTypes;
import io.convergence.store.internal.ReadAheadStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Opens the files of a task, each at the store where it lies, and checks that it is what was planned. */
final class FileOpener implements AutoCloseable {
    private final ReadAheadStore rawStore;
    private final ObjectStore lakeStore;
    private final CompactionTask task;
    private final CsvConversion csv;

    FileOpener(ReadAheadStore rawStore, ObjectStore lakeStore, CompactionTask task, CsvConversion csv) {
        this.rawStore = rawStore;
        this.lakeStore = lakeStore;
        this.task = task;
        this.csv = csv;
    }

    /**
     * Opens a file, which the caller closes.
     *
     * @throws SourceChangedException if it is gone or another
     * @throws CompactionException if it is not as it was planned
     * @throws LeftAloneException if it is CSV that cannot be made Parquet of
     */
    OpenFile open(CompactionSource file) {
        return reading(file, () -> opened(file));
    }

    private OpenFile opened(CompactionSource file) {
        if (file instanceof CompactionSource.Compacted compacted) {
            return compacted(compacted);
        }

        var raw = (CompactionSource.Raw) file;
        return raw.format() == RawFormat.PARQUET ? parquet(raw) : csv.convert(raw, task.kind());
    }

    private OpenFile parquet(CompactionSource.Raw raw) {
        OpenSource source = OpenSource.open(rawStore, raw.stat());
        return orClose(source, () -> {
            demandRows(source, raw, "it was placed with ");
            List<String> names =
                    source.schema().getFields().stream().map(Type::getName).toList();
            return OpenFile.of(List.of(source), List.of(span(raw.file(), names, types(source.schema(), names))));
        });
    }

    private OpenFile compacted(CompactionSource.Compacted compacted) {
        OpenSource source = OpenSource.open(lakeStore, compacted.stat());
        return orClose(source, () -> {
            demandRows(source, compacted, "the ledger has it with ");
            return OpenFile.of(List.of(source), spans(source, compacted));
        });
    }

    private static <T> T orClose(OpenSource source, Supplier<T> step) {
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

    private static void demandRows(OpenSource source, CompactionSource planned, String as) {
        if (source.rows() != planned.rows()) {
            throw CompactionException.unreadable(
                    planned.key(), "it has " + source.rows() + " rows, but " + as + planned.rows(), null);
        }
    }

    static SourceSpan span(RawSource raw, List<String> names, List<Column> types) {
        return new SourceSpan(raw.key(), raw.etag(), raw.lastModified(), raw.size(), raw.evidence(), names, types, 0);
    }

    /** Spans of files of the first release do not tell types: no column was widened then. */
    private static List<SourceSpan> spans(OpenSource source, CompactionSource.Compacted compacted) {
        String key = compacted.key();
        Map<String, @Nullable String> entries = source.footer().entries();
        List<SourceSpan> found;
        try {
            String json = entries.get(Provenance.FOOTER_KEY);
            found = json == null ? List.of() : Provenance.parse(json).spans();
            Optional<OutputFooter> footer = OutputFooter.parse(entries.get(OutputFooter.KEY));
            if (footer.isPresent() && footer.get().rows() != source.rows()) {
                throw CompactionException.unreadable(
                        key,
                        "it has " + source.rows() + " rows, its footer tells of "
                                + footer.get().rows(),
                        null);
            }
        } catch (IllegalArgumentException e) {
            throw CompactionException.unreadable(key, "its footer is damaged: " + e.getMessage(), e);
        }

        List<SourceSpan> spans = new ArrayList<>();
        for (SourceSpan span : found) {
            if (!span.columns().stream().allMatch(source.schema()::containsField)) {
                throw CompactionException.unreadable(
                        key, "its footer names columns of '" + span.key() + "' that it does not have", null);
            }
            spans.add(span.types().isEmpty() ? span.withTypes(types(source.schema(), span.columns())) : span);
        }
        List<RawSource> named = spans.stream()
                .map(span -> RawSource.of(span.stat(), span.evidence()))
                .toList();
        if (!named.equals(compacted.origins())) {
            throw CompactionException.unreadable(
                    key, "its footer names other raw files than the ledger says it holds", null);
        }

        return spans;
    }

    /** What columns are in a file; none if one is of a type that DMS does not have. */
    private static List<Column> types(MessageType schema, List<String> names) {
        List<Column> types = new ArrayList<>();
        for (String name : names) {
            Type field = schema.getType(name);
            Optional<DataType> natural = ParquetTypes.natural(field.asPrimitiveType());
            if (natural.isEmpty()) {
                return List.of();
            }
            types.add(new Column(name, natural.get(), field.isRepetition(Type.Repetition.OPTIONAL)));
        }

        return types;
    }

    /** Runs a step that reads a file; that it is gone or another is told as what it means for a compaction. */
    <T> T reading(CompactionSource file, Supplier<T> step) {
        try {
            return step.get();
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            throw changed(file, e);
        }
    }

    private RuntimeException changed(CompactionSource file, StoreException e) {
        if (!file.key().equals(e.key())) {
            return e;
        }

        String why = e instanceof ObjectNotFoundException ? "vanished" : "was written anew";
        if (file instanceof CompactionSource.Compacted) {
            return CompactionException.lost(e.key(), why, e);
        }

        return new SourceChangedException(task.table(), e.key(), why, e);
    }

    /** No file is fetched any more after this; those opened are not closed. */
    @Override
    public void close() {
        rawStore.close();
    }
}
