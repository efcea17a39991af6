package io.convergence.change;

import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;

/** Column chunks of one row group as they are stored. Those that follow each other are read together. Immutable. */
final class GroupBytes {
    private static final int READ_SIZE = 8 << 20;
    private static final long LONGEST = 1L << 30;
    private static final long MOST = Integer.MAX_VALUE - 16L;

    private final NavigableMap<Long, byte[]> ranges;

    private GroupBytes(NavigableMap<Long, byte[]> ranges) {
        this.ranges = ranges;
    }

    static GroupBytes read(ParquetInput input, List<ColumnChunkMetaData> wanted) throws IOException {
        List<ColumnChunkMetaData> chunks = new ArrayList<>(wanted);
        chunks.sort(Comparator.comparingLong(ColumnChunkMetaData::getStartingPos));
        NavigableMap<Long, byte[]> ranges = new TreeMap<>();
        int next = 0;
        while (next < chunks.size()) {
            long start = chunks.get(next).getStartingPos();
            long end = start;
            while (next < chunks.size()
                    && chunks.get(next).getStartingPos() == end
                    && (end == start || end - start + chunks.get(next).getTotalSize() <= LONGEST)) {
                end += chunks.get(next).getTotalSize();
                next++;
            }
            if (end - start > MOST) {
                throw new IOException("a column has " + (end - start) + " bytes");
            }
            ranges.merge(
                    start,
                    read(input, start, (int) (end - start)),
                    (one, other) -> one.length >= other.length ? one : other);
        }

        return new GroupBytes(ranges);
    }

    private static byte[] read(ParquetInput input, long start, int length) {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            int some = Math.min(READ_SIZE, length - done);
            input.read(start + done, bytes, done, some);
            done += some;
        }

        return bytes;
    }

    /** What holds the chunk from {@link #start}. */
    byte[] bytes(ColumnChunkMetaData chunk) {
        return ranges.floorEntry(chunk.getStartingPos()).getValue();
    }

    int start(ColumnChunkMetaData chunk) {
        return (int) (chunk.getStartingPos() - ranges.floorKey(chunk.getStartingPos()));
    }
}
