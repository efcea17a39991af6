package io.convergence.change;

import io.convergence.TableId;
import io.convergence.schema.Column;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

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

    /** As {@link ChangeRecord#operation}, without the record. */
    Operation operation(int row);

    /**
     * The time part of the change sequence a row is placed at, as a number of {@value ChangeSequence#TIME_DIGITS} digits, without the
     * record; -1 if only {@link ChangeRecord#position} tells. All rows of which it is told share file and run.
     */
    default long sequenceTime(int row) {
        return -1;
    }

    /** The counter of a row whose {@link #sequenceTime} is told, as an unsigned number. */
    default long sequenceCounter(int row) {
        throw new IllegalStateException("Cannot tell the counter of row " + row + ": ask its record.");
    }

    /** A view of one row; a light object, made on each call. */
    ChangeRecord row(int index);

    @Override
    default Iterator<ChangeRecord> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size();
            }

            @Override
            public ChangeRecord next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }

                return row(next++);
            }
        };
    }
}
