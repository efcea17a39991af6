package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;

/**
 * What a CSV file may ask for before it is refused. Immutable.
 *
 * @param maxRow largest row, quotes included: a limit on the memory one file can ask for; less than 1 GB
 * @param maxContent largest file, uncompressed: a limit on the time one file can take
 * @param maxFields most fields of a row
 * @param maxRatio how many times its stored size gzip may unpack to, once it has unpacked to more than 64 MB
 */
public record CsvLimits(DataSize maxRow, DataSize maxContent, int maxFields, int maxRatio) {
    private static final int DEFAULT_FIELDS = 5_000;
    private static final int DEFAULT_RATIO = 1_000;
    private static final long RATIO_CHECKED_FROM = 64L << 20;

    public CsvLimits {
        requireNonNull(maxRow, "maxRow");
        requireNonNull(maxContent, "maxContent");
        if (maxRow.bytes() < 1 || maxRow.bytes() >= DataSize.ofGigabytes(1).bytes()) {
            throw new IllegalArgumentException(
                    "Cannot limit CSV rows to " + maxRow + ": give at least 1 byte and less than 1 GB.");
        }
        if (maxFields < 1 || maxRatio < 1) {
            throw new IllegalArgumentException("Cannot limit CSV files to " + maxFields + " fields and ratio "
                    + maxRatio + ": give at least 1 of each.");
        }
    }

    /** With up to 5,000 fields and a ratio of up to 1,000. */
    public CsvLimits(DataSize maxRow, DataSize maxContent) {
        this(maxRow, maxContent, DEFAULT_FIELDS, DEFAULT_RATIO);
    }

    /** Rows up to 64 MB and 5,000 fields, files up to 64 GB, ratio 1,000. */
    public static CsvLimits defaults() {
        return new CsvLimits(DataSize.ofMegabytes(64), DataSize.ofGigabytes(64));
    }

    public CsvLimits withMaxFields(int count) {
        return new CsvLimits(maxRow, maxContent, count, maxRatio);
    }

    public CsvLimits withMaxRatio(int ratio) {
        return new CsvLimits(maxRow, maxContent, maxFields, ratio);
    }

    /** Whether so many stored bytes may unpack to so many. */
    boolean allows(long stored, long unpacked) {
        return unpacked <= RATIO_CHECKED_FROM || (unpacked - 1) / maxRatio < stored;
    }
}
