package io.convergence.audit;

import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ParquetFacts;
import io.convergence.change.SourceSpan;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one file, raw or compacted, up to a limit. */
final class FileScan {
    static final FileContext UNPLACED = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private final ObjectStore store;
    private final TableId table;
    private final ChangeReadOptions reading;

    FileScan(ObjectStore store, TableId table, ChangeReadOptions reading) {
        this.store = store;
        this.table = table;
        this.reading = reading;
    }

    /** Reads a raw file. @return whether all its rows were read */
    boolean read(RawFile file, RowShape shape, long most, Consumer<ChangeBatch> taker) {
        ChangeReader reader = ChangeReader.create(store, table, shape, reading.withBatchRows(batchRows(most)));
        try (ChangeCursor cursor = reader.open(file, UNPLACED)) {
            return drain(cursor, most, taker);
        }
    }

    /** Reads a compacted file as its raw files' rows. @return whether all its rows were read */
    boolean readCompacted(
            RawFile file, List<SourceSpan> spans, RowShape shape, long most, Consumer<ChangeBatch> taker) {
        Map<String, FileContext> contexts = new HashMap<>();
        spans.forEach(span -> contexts.put(span.key(), UNPLACED));
        ChangeReader reader = ChangeReader.create(store, table, shape, reading.withBatchRows(batchRows(most)));
        try (ChangeCursor cursor = reader.openCompacted(file.stat(), contexts, Set.of())) {
            return drain(cursor, most, taker);
        }
    }

    private int batchRows(long most) {
        return (int) Math.max(1, Math.min(most, reading.batchRows()));
    }

    private static boolean drain(ChangeCursor cursor, long most, Consumer<ChangeBatch> taker) {
        long read = 0;
        while (read < most) {
            Optional<ChangeBatch> batch = cursor.next();
            if (batch.isEmpty()) {
                return true;
            }

            taker.accept(batch.get());
            read += batch.get().size();
        }
        return cursor.next().isEmpty();
    }

    /** The shape for a file that may be older than a column of DMS's: what it lacks is not asked of it. */
    static RowShape forFile(RowShape shape, @Nullable ParquetFacts footer) {
        if (footer == null
                || shape.sequenceColumn() == null
                || footer.field(shape.sequenceColumn()).isPresent()) {
            return shape;
        }

        return withColumns(shape, shape.timestampColumn(), null);
    }

    /** The shape with other columns of DMS's, or without them. */
    static RowShape withColumns(RowShape shape, @Nullable String timestamp, @Nullable String sequence) {
        return new RowShape(
                timestamp,
                sequence,
                shape.beforeImagePrefix(),
                shape.beforeImageSuffix(),
                shape.beforeImages(),
                shape.schema(),
                shape.nullOnUpdate(),
                shape.defaultNullOnUpdate(),
                shape.csv());
    }
}
