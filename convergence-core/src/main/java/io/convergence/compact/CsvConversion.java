package io.convergence.compact;

import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.RawFileException;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.store.ObjectStore;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes Parquet of CSV files, in memory: the columns that DMS would have written, with the declared types. A fault in its last
 * row leaves a file alone, so a file is read to its end before a row of it is written: what is made of a small one is held
 * meanwhile, a large one is read again.
 */
final class CsvConversion {
    private static final FileContext UNPLACED = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private final ObjectStore store;
    private final TableId table;
    private final @Nullable RowShape shape;

    CsvConversion(ObjectStore store, TableId table, @Nullable RowShape shape) {
        this.store = store;
        this.table = table;
        this.shape = shape;
    }

    /** Whether the types of columns are told: what is taken for text for want of a type would stay text for ever. */
    static boolean isDeclared(RowShape shape) {
        return shape.tableSchema().isPresent() || !shape.csv().layouts().isEmpty();
    }

    /**
     * @throws LeftAloneException if it has rows with faults
     * @throws CompactionException if it has another number of rows than planned
     */
    OpenFile convert(CompactionSource.Raw raw, CompactionPlan.Kind kind) {
        RowShape declared = shape;
        if (declared == null || !isDeclared(declared)) {
            throw new LeftAloneException(
                    "it is CSV, and the types of its columns are not declared (Compactor.withShape).");
        }

        // What a null in an update means is decided when the changes are read, by the shape of that time.
        RowShape asWritten = declared.withNullOnUpdate(Map.of(), NullOnUpdate.NULL);
        try (var rows = new CsvParts(raw, asWritten, true);
                ChangeCursor cursor = cursor(raw, kind, asWritten)) {
            for (Optional<ChangeBatch> batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                rows.add(batch.get());
            }
            rows.end();
            boolean masked = rows.masked();
            if (rows.tooLarge()) {
                return OpenFile.inPieces(
                        () -> new Pieces(raw, kind, asWritten, masked), rows.schemas(), rows.span(), rows.rows());
            }

            List<OpenSource> parts = new ArrayList<>();
            for (byte[] content = rows.poll(); content != null; content = rows.poll()) {
                parts.add(CsvParts.open(raw, content, masked));
            }
            return OpenFile.of(parts, List.of(rows.span()));
        } catch (RawFileException e) {
            throw new LeftAloneException("it is CSV with a fault. " + e.getMessage(), e);
        }
    }

    private ChangeCursor cursor(CompactionSource.Raw raw, CompactionPlan.Kind kind, RowShape asWritten) {
        return ChangeReader.create(store, table, asWritten, ChangeReadOptions.defaults())
                .open(file(raw, kind), UNPLACED);
    }

    /** Parts of a file that was read before and found to be without a fault. */
    private final class Pieces implements OpenFile.Parts {
        private final CompactionSource.Raw raw;
        private final boolean masked;
        private final CsvParts rows;
        private final ChangeCursor cursor;
        private boolean ended;

        Pieces(CompactionSource.Raw raw, CompactionPlan.Kind kind, RowShape asWritten, boolean masked) {
            this.raw = raw;
            this.masked = masked;
            this.rows = new CsvParts(raw, asWritten, false);
            this.cursor = cursor(raw, kind, asWritten);
        }

        @Override
        public @Nullable OpenSource next() {
            byte[] content = rows.poll();
            while (content == null && !ended) {
                read();
                content = rows.poll();
            }

            return content == null ? null : CsvParts.open(raw, content, masked);
        }

        private void read() {
            try {
                Optional<ChangeBatch> batch = cursor.next();
                if (batch.isPresent()) {
                    rows.add(batch.get());
                } else {
                    ended = true;
                    rows.end();
                }
            } catch (RawFileException | LeftAloneException e) {
                throw CompactionException.unreadable(
                        raw.key(), "it reads otherwise than a moment ago: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            try (rows) {
                cursor.close();
            }
        }
    }

    /** Where the file stands in the table's history does not matter here, and is not known. */
    private RawFile file(CompactionSource.Raw raw, CompactionPlan.Kind kind) {
        return switch (kind) {
            case LOAD -> new RawFile.Load(table, raw.stat(), raw.format(), "", 1);
            case CDC -> new RawFile.Cdc(table, raw.stat(), raw.format(), Instant.EPOCH);
        };
    }
}
