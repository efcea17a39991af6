package io.convergence.reconcile;

import io.convergence.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows of one table from either side of a comparison. Each call of {@link #rows} reads anew. */
public interface RowSource {
    /** Columns in the order of the rows' values, and the key to match rows by. */
    TableSchema schema();

    /**
     * Rows in any order; values are instances of the column type's value class, or null. Close the stream.
     *
     * @throws ReconcileException if the rows cannot be read
     */
    Stream<List<@Nullable Object>> rows();

    /** What the documented type mapping lost of the rows read so far, by case and column (rule S19). */
    default Map<Loss, Long> losses() {
        return Map.of();
    }
}
