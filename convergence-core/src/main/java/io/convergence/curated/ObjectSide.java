package io.convergence.curated;

import io.convergence.merge.KeyBytes;
import io.convergence.merge.LiveRow;
import io.convergence.merge.StoredRow;
import io.convergence.merge.Tombstone;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are read as objects: of versions before the layout, with other columns than those to publish, or of a bucket that
 * splits. Not thread-safe.
 */
final class ObjectSide implements StoredSide {
    private final Supplier<@Nullable StoredRow> rows;
    private final Runnable closing;
    private final Places places;
    private final @Nullable RowTarget kept;
    private @Nullable StoredRow here;
    private byte[] key = {};
    private boolean ended;

    /**
     * @param rows in key order, null after the last
     * @param kept takes the rows that are passed, instead of the writer; null if that takes them
     */
    ObjectSide(Supplier<@Nullable StoredRow> rows, Runnable closing, Places places, @Nullable RowTarget kept) {
        this.kept = kept;
        this.rows = rows;
        this.closing = closing;
        this.places = places;
    }

    private @Nullable StoredRow read() {
        if (here == null && !ended) {
            here = rows.get();
            if (here == null) {
                ended = true;
            } else {
                key = KeyBytes.of(here.key());
            }
        }
        return here;
    }

    @Override
    public boolean advanceTo(byte[] wanted, int from, int end, @Nullable BucketWriter to) {
        for (StoredRow row = read(); row != null; row = read()) {
            int order = Arrays.compareUnsigned(key, 0, key.length, wanted, from, end);
            if (order >= 0) {
                return order == 0;
            }
            keep(row, to);
        }
        return false;
    }

    private void keep(StoredRow row, @Nullable BucketWriter to) {
        RowTarget target = kept == null ? to : kept;
        if (target != null) {
            target.put(row);
        }
        here = null;
    }

    @Override
    public StoredRow row() {
        StoredRow row = here;
        if (row == null) {
            throw new IllegalStateException("Nothing is stored of the key.");
        }
        return row;
    }

    @Override
    public boolean isTombstone() {
        return row() instanceof Tombstone;
    }

    @Override
    public boolean isPlain() {
        return row().keyChangedAt().isEmpty() && !(row() instanceof LiveRow live && live.overTransaction() != null);
    }

    @Override
    public int place() {
        return places.id(row().position());
    }

    @Override
    public long time() {
        return Places.time(row().position());
    }

    @Override
    public long counter() {
        return Places.counter(row().position());
    }

    @Override
    public long rowNumber() {
        return Places.row(row().position());
    }

    @Override
    public void drop() {
        here = null;
    }

    @Override
    public void finish(@Nullable BucketWriter to) {
        for (StoredRow row = read(); row != null; row = read()) {
            keep(row, to);
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
