package io.convergence.compact;

import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.PlainValues;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * What is done with one column of an output's row group: values that repeat get a dictionary; else pages are copied where most can be;
 * else they are encoded anew.
 *
 * @param dictionary whether values get a merged dictionary
 * @param copied the codec of the pages that are copied; null if none is
 */
record ColumnPolicy(boolean dictionary, @Nullable CompressionCodecName copied) {
    /** Chunks looked into, spread over the row group: of large ones fewer. */
    private static final int SAMPLES = 6;

    private static final int SAMPLES_OF_LARGE = 3;
    private static final int LARGE_ROWS = 10_000;

    private static final int VALUES_OF_SAMPLE = 4_096;
    private static final int BYTES_OF_SAMPLE = 64 << 10;

    /** With more distinct values than a fifth a dictionary saves little, and with few values it does not matter. */
    private static final int REPEATS = 5;

    private static final int FEW = 16;

    /** Smaller pages are better put together. */
    static final int BYTES_OF_COPIED_PAGE = 32 << 10;

    /** Deflating takes so much longer than ZSTD that a third of the bytes cost as much as unpacking and packing all. */
    private static final int DEFLATED_AT_MOST = 3;

    static ColumnPolicy encodeAll(boolean dictionary) {
        return new ColumnPolicy(dictionary, null);
    }

    /** @param readers of the sources' pages */
    static ColumnPolicy decide(List<SourceGroup> groups, int column, ChunkReaders readers) {
        List<SourceGroup> chunks = groups.stream()
                .filter(group -> !group.feeds().get(column).isAbsent() && group.rows() > 0)
                .toList();
        if (chunks.isEmpty()) {
            return encodeAll(false);
        }

        // Readers take no dictionary of booleans, which need a bit each anyway.
        boolean bits = groups.get(0).feeds().get(column).target().getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN;
        if (!bits && repeats(chunks, column, readers)) {
            return encodeAll(true);
        }

        return new ColumnPolicy(false, codecToCopy(chunks, column, readers));
    }

    private static boolean repeats(List<SourceGroup> chunks, int column, ChunkReaders readers) {
        int wanted = chunks.get(0).rows() > LARGE_ROWS ? SAMPLES_OF_LARGE : SAMPLES;
        int samples = Math.min(wanted, chunks.size());
        var seen = new DistinctHashes();
        long values = 0;
        for (int i = 0; i < samples; i++) {
            SourceGroup chunk = chunks.get((int) ((long) i * chunks.size() / samples));
            values += readers.in(chunk, column, pages -> sample(pages, seen));
        }

        return seen.estimate() <= Math.max(FEW, values / REPEATS);
    }

    /** @return values that were looked at */
    private static long sample(ColumnPages pages, DistinctHashes seen) {
        if (!pages.next()) {
            return 0;
        }
        if (pages.hasDictionary() && pages.page().hasIds()) {
            PlainValues dictionary = pages.dictionary();
            for (int i = 0; i < dictionary.count(); i++) {
                seen.add(CellFold.hash(dictionary, i));
            }
            long values = 0;
            do {
                values += pages.page().hasIds() ? pages.page().values() : 0;
            } while (pages.next());
            return values;
        }

        PlainValues values = pages.sample(BYTES_OF_SAMPLE);
        int count = Math.min(VALUES_OF_SAMPLE, values.count());
        for (int i = 0; i < count; i++) {
            seen.add(CellFold.hash(values, i));
        }
        return count;
    }

    /** The codec of most pages, if they can be copied and that takes less than encoding all anew. */
    private static @Nullable CompressionCodecName codecToCopy(
            List<SourceGroup> chunks, int column, ChunkReaders readers) {
        long all = chunks.stream()
                .mapToLong(chunk -> chunk.chunk(column).getTotalUncompressedSize())
                .sum();
        if (all < (long) BYTES_OF_COPIED_PAGE * chunks.size()) {
            // However they are cut into pages, these are small: not worth a look at each.
            return null;
        }

        Map<CompressionCodecName, long[]> copied = new EnumMap<>(CompressionCodecName.class);
        Set<CompressionCodecName> tried = EnumSet.noneOf(CompressionCodecName.class);
        Set<CompressionCodecName> pagesOfValues = EnumSet.noneOf(CompressionCodecName.class);
        for (SourceGroup chunk : chunks) {
            CompressionCodecName codec = chunk.chunk(column).getCodec();
            if (isDense(codec) && chunk.feeds().get(column).isSameType()) {
                long[] sums = copied.computeIfAbsent(codec, any -> new long[2]);
                // One of a codec shows whether the column is of that kind.
                if (tried.add(codec) && readers.in(chunk, column, pages -> DictionaryPage.read(pages) != null)) {
                    pagesOfValues.add(codec);
                }
                boolean ordered = pagesOfValues.contains(codec);
                readers.in(chunk, column, pages -> count(pages, ordered, sums));
            }
        }
        for (Map.Entry<CompressionCodecName, long[]> each : copied.entrySet()) {
            long bytes = each.getValue()[0];
            boolean large = bytes >= BYTES_OF_COPIED_PAGE * each.getValue()[1];
            long rest = all - bytes;
            boolean most = each.getKey() == CompressionCodecName.GZIP ? rest * DEFLATED_AT_MOST < bytes : rest < bytes;
            if (large && most) {
                return each.getKey();
            }
        }

        return null;
    }

    /** Others make files larger than they need be. */
    private static boolean isDense(CompressionCodecName codec) {
        return codec == CompressionCodecName.GZIP || codec == CompressionCodecName.ZSTD;
    }

    /** Adds up bytes and number of the pages that can be copied. @param ordered whether dictionaries are likely to be pages of values */
    private static long count(ColumnPages pages, boolean ordered, long[] sums) {
        long bytes = 0;
        boolean first = true;
        while (pages.next()) {
            boolean dictionary = ordered && first && DictionaryPage.isWorthALook(pages);
            if (dictionary || pages.isSelfContained()) {
                bytes += dictionary
                        ? pages.dictionaryPage().unpacked()
                        : pages.page().unpacked();
                sums[1]++;
            }
            first = false;
        }
        sums[0] += bytes;
        return bytes;
    }
}
