package io.convergence.compact;

import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.MissingCodecException;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageLimits;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.parquet.schema.PrimitiveType;

/** Readers of the pages that feed one column, one for each type that sources store it with. Not thread-safe. */
final class ChunkReaders {
    private final PageCodecs codecs;
    private final Map<PrimitiveType, ColumnPages> readers = new HashMap<>();

    ChunkReaders(PageCodecs codecs) {
        this.codecs = codecs;
    }

    /**
     * Reads a chunk from its first page on.
     *
     * @throws CompactionException if it is damaged
     */
    <T> T in(SourceGroup group, int column, Function<ColumnPages, T> step) {
        try {
            PrimitiveType type = group.chunk(column).getPrimitiveType();
            ColumnPages pages = readers.computeIfAbsent(
                    type, any -> new ColumnPages(group.descriptor(column), codecs, PageLimits.defaults()));
            group.open(column, pages);
            return step.apply(pages);
        } catch (DamagedPageException | MissingCodecException | ArithmeticException | IndexOutOfBoundsException e) {
            throw CompactionException.unreadable(
                    group.key(),
                    "column '" + group.feeds().get(column).target().getName() + "' cannot be decoded: "
                            + e.getMessage(),
                    e);
        }
    }
}
