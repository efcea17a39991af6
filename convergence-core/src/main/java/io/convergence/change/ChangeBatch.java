package io.convergence.change;

import io.convergence.TableId;
import io.convergence.schema.Column;
import java.util.Iterator;
import java.util.List;

/**
 * Some consecutive rows of one raw or compacted file: the column view over vectors, and through {@link #row} the row
 * view. Immutable; thread-safe; stays valid after the cursor moved on.
 */
public interface ChangeBatch extends Iterable<ChangeRecord> {
    TableId table();

    int size();

    /** The table's own columns in the order of the file, before-images and DMS's columns not among them. */
    List<Column> columns();

    /** The columns that have before-images in the file, by the table's own names. */
    List<Column> beforeColumns();

    ColumnVector column(int index);

    /** A view of one row; a light object, made on each call. */
    ChangeRecord row(int index);

    @Override
    default Iterator<ChangeRecord> iterator() {
        return java.util.stream.IntStream.range(0, size()).mapToObj(this::row).iterator();
    }
}
