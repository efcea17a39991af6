package io.convergence.cli;

import io.convergence.DataSize;
import io.convergence.compact.CompactionOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is compacted, to files of which size. */
final class SizingOptions {
    @Option(
            names = "--target-size",
            paramLabel = "SIZE",
            converter = DataSizeConverter.class,
            description = "Size of a compacted file, e.g. 64MB or 1GB (default: 256MB).")
    private DataSize targetSize = CompactionOptions.DEFAULT_TARGET_SIZE;

    @Option(
            names = "--smallest",
            paramLabel = "SIZE",
            converter = DataSizeConverter.class,
            description =
                    "Compacted files are no smaller if there is enough to compact; raw files from this size on stay (default: half the target).")
    private @Nullable DataSize smallest;

    @Option(
            names = "--largest",
            paramLabel = "SIZE",
            converter = DataSizeConverter.class,
            description = "Compacted files are no larger, at least twice the smallest (default: twice the target).")
    private @Nullable DataSize largest;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Files stored less than this ago wait, e.g. 90s, 10m, 2h (default: 10m).")
    private Duration settle = CompactionOptions.DEFAULT_SETTLE_TIME;

    @Option(
            names = "--include-tail",
            description =
                    "Also compact what does not fill a file yet. Without, it waits until the folder of its day is over, or there is more.")
    private boolean includeTail;

    @Option(
            names = "--now",
            description = "Nothing is written to the landing zone any more: compact everything, nothing waits.")
    private boolean now;

    @Option(
            names = "--row-group-size",
            paramLabel = "SIZE",
            converter = DataSizeConverter.class,
            description = "Stored bytes of the files that go into a row group (default: 32MB).")
    private DataSize rowGroupSize = CompactionOptions.DEFAULT_ROW_GROUP_SIZE;

    @Option(names = "--row-group-rows", paramLabel = "N", description = "Most rows of a row group (default: 1000000).")
    private int rowGroupRows = CompactionOptions.DEFAULT_ROW_GROUP_ROWS;

    @Option(
            names = "--verify-rows",
            description = "Read each compacted file and its files again, and compare all rows, before the commit.")
    private boolean verifyRows;

    CompactionOptions options() {
        CompactionOptions.Builder builder = CompactionOptions.builder()
                .targetSize(targetSize)
                .settleTime(now ? Duration.ZERO : settle)
                .tail(includeTail || now ? CompactionOptions.Tail.COMPACT : CompactionOptions.Tail.WAIT)
                .rowGroupSize(rowGroupSize)
                .rowGroupRows(rowGroupRows)
                .verification(
                        verifyRows
                                ? CompactionOptions.Verification.VERIFY_ROWS
                                : CompactionOptions.Verification.DEFAULT);
        try {
            if (smallest != null || largest != null) {
                CompactionOptions derived = builder.build();
                builder.band(
                        smallest == null ? derived.smallestOfBand() : smallest,
                        largest == null ? derived.largestOfBand() : largest);
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
