package io.convergence.audit;

import io.convergence.DataSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Sizes of files, in bytes. Query engines read files of 128 to 512 MB best.
 *
 * @param median the smaller of the two middle ones of an even number of files; 0 without files, like the others
 * @param p90 nine of ten files are not larger
 * @param below8MegaBytes files smaller than 8 MB
 * @param below128MegaBytes files smaller than 128 MB, those below 8 MB among them
 * @param inBand files of 128 to 512 MB
 * @param above files larger than 512 MB
 * @param histogram files by size: entry n counts sizes of 2^n bytes up to 2^(n+1), entry 0 empty files as well; no longer
 *     than needed
 */
public record SizeStatistics(
        long files,
        long bytes,
        long smallest,
        long median,
        long p90,
        long largest,
        long below8MegaBytes,
        long below128MegaBytes,
        long inBand,
        long above,
        List<Long> histogram) {
    public static final DataSize SMALL = DataSize.ofMegabytes(8);
    public static final DataSize BAND_FROM = DataSize.ofMegabytes(128);
    public static final DataSize BAND_TO = DataSize.ofMegabytes(512);

    public SizeStatistics {
        histogram = List.copyOf(histogram);
    }

    /** The statistics of these sizes, given in any order. */
    public static SizeStatistics of(List<Long> sizes) {
        List<Long> sorted = sizes.stream().sorted().toList();
        List<Long> histogram = new ArrayList<>();
        for (long size : sorted) {
            int bucket = size <= 1 ? 0 : 63 - Long.numberOfLeadingZeros(size);
            while (histogram.size() <= bucket) {
                histogram.add(0L);
            }
            histogram.set(bucket, histogram.get(bucket) + 1);
        }

        return new SizeStatistics(
                sorted.size(),
                sorted.stream().mapToLong(Long::longValue).sum(),
                at(sorted, 0),
                at(sorted, 0.5),
                at(sorted, 0.9),
                at(sorted, 1),
                sorted.stream().filter(size -> size < SMALL.bytes()).count(),
                sorted.stream().filter(size -> size < BAND_FROM.bytes()).count(),
                sorted.stream()
                        .filter(size -> size >= BAND_FROM.bytes() && size <= BAND_TO.bytes())
                        .count(),
                sorted.stream().filter(size -> size > BAND_TO.bytes()).count(),
                histogram);
    }

    private static long at(List<Long> sorted, double share) {
        return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }
}
