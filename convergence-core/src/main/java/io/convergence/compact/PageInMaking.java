package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PlainValues;
import java.util.Arrays;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** Cells of an output's page that is not encoded yet: levels, and either ids of the merged dictionary or values in {@code PLAIN}. Not thread-safe. */
class PageInMaking {
    private static final int ROOM_FOR_GROUP = 8;

    private final LevelRuns levels = new LevelRuns();
    private final ByteSink bytes = new ByteSink(1 << 10);
    private final PlainValues plain;
    private int[] ids = new int[1 << 10];
    private int count;
    private boolean hasIds;
    private boolean bounded = true;
    private @Nullable Statistics<?> bounds;

    PageInMaking(PrimitiveType type) {
        plain = new PlainValues(type);
    }

    int rows() {
        return levels.size();
    }

    long bytesHeld() {
        return hasIds ? 0 : bytes.size();
    }

    LevelRuns levels() {
        return levels;
    }

    boolean hasIds() {
        return hasIds;
    }

    int[] ids() {
        return ids;
    }

    /** Values that are not null. */
    int count() {
        return count;
    }

    PlainValues plain() {
        plain.set(bytes.bytes(), 0, bytes.size(), count);
        return plain;
    }

    /** Whether values of this form can follow those at hand. */
    boolean takes(boolean asIds) {
        return count == 0 || hasIds == asIds;
    }

    /** Room for so many ids after those at hand, which {@link #tookIds} takes into use. */
    int[] roomForIds(int more) {
        int needed = count + more + ROOM_FOR_GROUP;
        if (needed > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(needed, ids.length * 2));
        }

        hasIds = true;
        return ids;
    }

    void tookIds(int more) {
        count += more;
    }

    /** Where values in {@code PLAIN} are appended; {@link #tookPlain} counts them. */
    ByteSink roomForPlain() {
        hasIds = false;
        return bytes;
    }

    void tookPlain(int more) {
        count += more;
    }

    /** @param ofMore bounds of values that were appended; null if they are not known */
    void bound(@Nullable Statistics<?> ofMore) {
        if (ofMore == null || !bounded) {
            bounded = false;
        } else if (bounds == null) {
            bounds = ofMore.copy();
        } else {
            bounds.mergeStatistics(ofMore);
        }
    }

    /** Bounds of all values at hand; null if they are not known. */
    @Nullable
    Statistics<?> bounds() {
        return bounded ? bounds : null;
    }

    void clear() {
        levels.clear();
        bytes.clear();
        count = 0;
        hasIds = false;
        bounded = true;
        bounds = null;
    }
}
