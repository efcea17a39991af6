package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.TableId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The files of changes to expect. Immutable and thread-safe.
 *
 * @param tables the table they hold; several with {@code PreserveTransactions}, whose files hold all tables
 * @param cut what ends a file
 * @param filesPerDay their number, as an average
 * @param rowsPerFile as an average
 * @param bufferedSize the rows of a file in memory, which {@code CdcMinFileSize} measures
 * @param fileSize the object on S3: the buffered size times the encoding ratio
 * @param compactionNeeded whether there is more than one file a day and each is below {@link FileSizeForecast#SMALLEST}
 * @param minFileSize the {@code CdcMinFileSize} that lets files land in the band; empty if nothing needs to change, or if
 *     they would not land there within {@link FileSizeForecast#LONGEST_WAIT}
 * @param maxBatchInterval the {@code CdcMaxBatchInterval} for the same, and how long a change may then wait; empty if it need
 *     not change
 */
public record FileForecast(
        List<TableId> tables,
        Cut cut,
        double filesPerDay,
        double rowsPerFile,
        DataSize bufferedSize,
        DataSize fileSize,
        boolean compactionNeeded,
        Optional<DataSize> minFileSize,
        Optional<Duration> maxBatchInterval) {
    /** What ends a file. */
    public enum Cut {
        /** {@code CdcMaxBatchInterval}, counted from the first change in the buffer. */
        INTERVAL,
        /** {@code CdcMinFileSize}, before the interval has passed. */
        SIZE,
        /** There are no changes, and so no files. */
        NO_CHANGES
    }

    public FileForecast {
        tables = List.copyOf(tables);
    }

    /** One line for people. */
    public String toText() {
        String names = tables.stream().map(TableId::toString).collect(Collectors.joining(", "));
        if (cut == Cut.NO_CHANGES) {
            return names + ": no changes, no files.";
        }

        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %s files a day of %s, cut by %s at %s of rows.",
                names,
                number(filesPerDay),
                fileSize,
                cut == Cut.INTERVAL ? "CdcMaxBatchInterval" : "CdcMinFileSize",
                bufferedSize));
        if (compactionNeeded) {
            text.append(" Compaction is needed.");
        }
        minFileSize.ifPresent(size -> {
            text.append(" To land in 128-512 MB set CdcMinFileSize=").append(size.toKilobytes());
            maxBatchInterval.ifPresent(interval -> text.append(" and CdcMaxBatchInterval=")
                    .append(interval.toSeconds())
                    .append("; changes then wait up to ")
                    .append(interval.toSeconds())
                    .append(" s"));
            text.append('.');
        });
        if (compactionNeeded && minFileSize.isEmpty()) {
            text.append(" No wait of up to ")
                    .append(FileSizeForecast.LONGEST_WAIT.toMinutes())
                    .append(" minutes lands in 128-512 MB.");
        }
        return text.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }
}
