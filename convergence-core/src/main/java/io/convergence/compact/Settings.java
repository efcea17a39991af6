package io.convergence.compact;

import io.convergence.DataSize;
import java.time.Duration;

record Settings(
        DataSize targetSize,
        Duration settleTime,
        DataSize rowGroupSize,
        int rowGroupRows,
        Tail tail,
        Verification verification)
        implements CompactionOptions {
    Settings {
        if (targetSize.bytes() < 2) {
            throw new IllegalArgumentException("Cannot compact to files of " + targetSize + ": give at least 2 bytes.");
        }
        if (targetSize.bytes() > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "Cannot compact to files of " + targetSize + ": no store takes such objects.");
        }
        if (settleTime.isNegative()) {
            throw new IllegalArgumentException(
                    "Cannot wait for a settle time of " + settleTime + ": it is negative. Give zero or more.");
        }
        if (rowGroupSize.bytes() < 1 || rowGroupRows < 1) {
            throw new IllegalArgumentException("Cannot write row groups of " + rowGroupSize + " and " + rowGroupRows
                    + " rows: both must be positive.");
        }
    }

    @Override
    public Builder toBuilder() {
        return CompactionOptions.builder()
                .targetSize(targetSize)
                .settleTime(settleTime)
                .rowGroupSize(rowGroupSize)
                .rowGroupRows(rowGroupRows)
                .tail(tail)
                .verification(verification);
    }

    @Override
    public String toString() {
        return "CompactionOptions[target " + targetSize + ", settle time " + settleTime + ", row groups " + rowGroupSize
                + " or " + rowGroupRows + " rows, tail " + tail + ", verification " + verification + "]";
    }
}
