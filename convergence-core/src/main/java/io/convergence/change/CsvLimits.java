package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;

/**
 * What a CSV file may ask for before it is refused. Gzip that unpacks to more than a thousand times its size is refused
 * anyway. Immutable.
 *
 * @param maxRow largest row, quotes included: a limit on the memory one file can ask for; less than 1 GB
 * @param maxContent largest file, uncompressed: a limit on the time one file can take
 */
public record CsvLimits(DataSize maxRow, DataSize maxContent) {
    public CsvLimits {
        requireNonNull(maxRow, "maxRow");
        requireNonNull(maxContent, "maxContent");
        if (maxRow.bytes() < 1 || maxRow.bytes() >= DataSize.ofGigabytes(1).bytes()) {
            throw new IllegalArgumentException(
                    "Cannot limit CSV rows to " + maxRow + ": give at least 1 byte and less than 1 GB.");
        }
    }

    /** Rows up to 64 MB, files up to 64 GB. */
    public static CsvLimits defaults() {
        return new CsvLimits(DataSize.ofMegabytes(64), DataSize.ofGigabytes(64));
    }
}
