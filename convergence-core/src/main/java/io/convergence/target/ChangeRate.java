package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.TableId;

/**
 * How fast a table changes. Immutable and thread-safe.
 *
 * @param table its name
 * @param rowsPerSecond changes that DMS writes, as an average over the day; 0 or more
 * @param bytesPerRow the size of a changed row in memory, before it is encoded; at least 1 byte
 */
public record ChangeRate(TableId table, double rowsPerSecond, DataSize bytesPerRow) {
    public ChangeRate {
        requireNonNull(table, "table");
        if (!(rowsPerSecond >= 0) || Double.isInfinite(rowsPerSecond)) {
            throw new IllegalArgumentException("Cannot forecast files of " + table + " for " + rowsPerSecond
                    + " rows a second: it is no rate. Give 0 or more.");
        }
        if (bytesPerRow.bytes() < 1) {
            throw new IllegalArgumentException("Cannot forecast files of " + table
                    + " for rows of 0 bytes: files would have no size. Give at least 1 byte.");
        }
    }

    public static ChangeRate of(TableId table, double rowsPerSecond, DataSize bytesPerRow) {
        return new ChangeRate(table, rowsPerSecond, bytesPerRow);
    }

    double bytesPerSecond() {
        return rowsPerSecond * bytesPerRow.bytes();
    }
}
