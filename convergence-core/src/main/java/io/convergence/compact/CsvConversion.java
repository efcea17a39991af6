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
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes Parquet of CSV files, in memory: the columns that DMS would have written, with the declared types. What is made of
 * a file is held whole, because a fault in its last row leaves it alone; compressed, that is a part of its text.
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
        ChangeReader reader = ChangeReader.create(store, table, asWritten, ChangeReadOptions.defaults());
        try (var rows = new CsvParts(raw, asWritten);
                ChangeCursor cursor = reader.open(file(raw, kind), UNPLACED)) {
            for (Optional<ChangeBatch> batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                rows.add(batch.get());
            }
            return rows.finish();
        } catch (RawFileException e) {
            throw new LeftAloneException("it is CSV with a fault. " + e.getMessage(), e);
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
