package io.convergence.target;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.target.FileForecast.Cut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Number and size of the files of changes to expect from settings and the rate of changes.
 *
 * <p>It follows what was measured on real files: each table has a buffer and a timer of its own; the timer starts at the
 * first change in the empty buffer, and the file is written {@code CdcMaxBatchInterval} later, or earlier once the buffered
 * rows reach {@code CdcMinFileSize}. That size is of rows in memory, before they are encoded. Changes are taken to come
 * evenly over the day: bursts give larger files in fewer hours. A {@code CdcMinFileSize} of 0 is taken literally, as a file
 * for every change, though the service may mean its default by it. Stops of the task, which write all buffers at once, are left
 * aside. That the files of {@code PreserveTransactions} follow the same rule with one buffer is an assumption.
 *
 * <p>Immutable and thread-safe.
 *
 * @param files one entry per table, or one for all with {@code PreserveTransactions}
 * @param encodingRatio the size of a file divided by the size of its rows in memory
 */
public record FileSizeForecast(List<FileForecast> files, double encodingRatio) {
    /** Smaller files cost readers more requests than bytes: the lower end of the band. */
    public static final DataSize SMALLEST = DataSize.ofMegabytes(128);

    /** The upper end of the band. */
    public static final DataSize LARGEST = DataSize.ofMegabytes(512);

    /** A longer interval is not recommended, because changes wait for it: then files are better compacted. */
    public static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /**
     * The ratio if none is given: files as large as their rows in memory. It is not known for other data than one's own;
     * Parquet and GZIP make files smaller, often by far, so that without a measured ratio files come out smaller than
     * forecast.
     */
    public static final double UNKNOWN_ENCODING_RATIO = 1;

    private static final double SECONDS_PER_DAY = Duration.ofDays(1).toSeconds();
    private static final DataSize AIM = DataSize.ofMegabytes(256);

    public FileSizeForecast {
        files = List.copyOf(files);
    }

    /** A forecast with {@link #UNKNOWN_ENCODING_RATIO}. */
    public static FileSizeForecast of(S3TargetSettings settings, List<ChangeRate> rates) {
        return of(settings, rates, UNKNOWN_ENCODING_RATIO);
    }

    /**
     * A forecast for files of a known encoding.
     *
     * @param encodingRatio the size of one's own files divided by the size of their rows in memory, e.g. 0.25; above 0
     * @throws IllegalArgumentException if the ratio is not a number above 0
     */
    public static FileSizeForecast of(S3TargetSettings settings, List<ChangeRate> rates, double encodingRatio) {
        if (!(encodingRatio > 0) || Double.isInfinite(encodingRatio)) {
            throw new IllegalArgumentException("Cannot forecast files with an encoding ratio of " + encodingRatio
                    + ": it must be above 0. Divide the size of your files by that of their rows in memory.");
        }

        List<FileForecast> files = new ArrayList<>();
        if (settings.preserveTransactions()) {
            if (!rates.isEmpty()) {
                files.add(forecast(settings, Flow.ofAll(rates), encodingRatio));
            }
        } else {
            rates.forEach(rate -> files.add(forecast(settings, Flow.of(rate), encodingRatio)));
        }
        return new FileSizeForecast(files, encodingRatio);
    }

    /** Whether any table's files are to be compacted. */
    public boolean compactionNeeded() {
        return files.stream().anyMatch(FileForecast::compactionNeeded);
    }

    /** Of all tables. */
    public double filesPerDay() {
        return files.stream().mapToDouble(FileForecast::filesPerDay).sum();
    }

    /** One line per table, and one on what the sizes rest on. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        files.forEach(file -> text.append(file.toText()).append('\n'));
        return text.append(
                        encodingRatio == UNKNOWN_ENCODING_RATIO
                                ? "Sizes are those of rows in memory: real files are smaller by an encoding ratio that only your own files tell."
                                : String.format(Locale.ROOT, "Sizes rest on an encoding ratio of %s.", encodingRatio))
                .append('\n')
                .toString();
    }

    private static FileForecast forecast(S3TargetSettings settings, Flow flow, double ratio) {
        if (flow.rowsPerSecond() == 0) {
            DataSize none = DataSize.ofBytes(0);
            return new FileForecast(
                    flow.tables(), Cut.NO_CHANGES, 0, 0, none, none, false, Optional.empty(), Optional.empty());
        }

        // The first row of a file starts the timer; each later one comes 1/rate after the one before.
        double rowsToSize = Math.max(1, Math.ceil(settings.cdcMinFileSize().bytes() / flow.bytesPerRow()));
        double rowsToInterval =
                1 + flow.rowsPerSecond() * settings.cdcMaxBatchInterval().toSeconds();
        Cut cut = rowsToSize <= rowsToInterval ? Cut.SIZE : Cut.INTERVAL;
        double rows = Math.min(rowsToSize, rowsToInterval);
        double filesPerDay = SECONDS_PER_DAY * flow.rowsPerSecond() / rows;
        DataSize buffered = DataSize.ofBytes(Math.round(rows * flow.bytesPerRow()));
        DataSize size = DataSize.ofBytes(Math.round(rows * flow.bytesPerRow() * ratio));
        boolean tooSmall = size.compareTo(SMALLEST) < 0;
        Advice advice = size.compareTo(LARGEST) > 0 || tooSmall ? advice(settings, flow, ratio) : Advice.NONE;
        return new FileForecast(
                flow.tables(),
                cut,
                filesPerDay,
                rows,
                buffered,
                size,
                tooSmall && filesPerDay > 1,
                advice.minFileSize(),
                advice.maxBatchInterval());
    }

    /** Aims at the middle of the band; the interval is raised only where it would cut earlier. */
    private static Advice advice(S3TargetSettings settings, Flow flow, double ratio) {
        DataSize rows = DataSize.ofKilobytes((long) Math.ceil(AIM.bytes() / ratio / 1024));
        double secondsToAim = rows.bytes() / (flow.rowsPerSecond() * flow.bytesPerRow());
        if (secondsToAim > LONGEST_WAIT.toSeconds()) {
            return Advice.NONE;
        }

        Duration interval = Duration.ofSeconds((long) Math.ceil(secondsToAim));
        return new Advice(
                Optional.of(rows),
                Optional.of(interval).filter(needed -> needed.compareTo(settings.cdcMaxBatchInterval()) > 0));
    }

    private record Advice(Optional<DataSize> minFileSize, Optional<Duration> maxBatchInterval) {
        static final Advice NONE = new Advice(Optional.empty(), Optional.empty());
    }

    /** Changes that go into one buffer. */
    private record Flow(List<TableId> tables, double rowsPerSecond, double bytesPerRow) {
        static Flow of(ChangeRate rate) {
            return new Flow(
                    List.of(rate.table()),
                    rate.rowsPerSecond(),
                    rate.bytesPerRow().bytes());
        }

        static Flow ofAll(List<ChangeRate> rates) {
            double rows = rates.stream().mapToDouble(ChangeRate::rowsPerSecond).sum();
            double bytes =
                    rates.stream().mapToDouble(ChangeRate::bytesPerSecond).sum();
            return new Flow(rates.stream().map(ChangeRate::table).toList(), rows, rows == 0 ? 1 : bytes / rows);
        }
    }
}
