package io.convergence.compact;

import io.convergence.DataSize;
import java.time.Duration;

record Settings(
        DataSize targetSize,
        DataSize smallestOfBand,
        DataSize largestOfBand,
        Duration settleTime,
        DataSize rowGroupSize,
        int rowGroupRows,
        Tail tail,
        Verification verification,
        long mostOriginBytes)
        implements CompactionOptions {
    Settings {
        if (targetSize.bytes() < 2) {
            throw new IllegalArgumentException("Cannot compact to files of " + targetSize + ": give at least 2 bytes.");
        }
        if (targetSize.bytes() > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "Cannot compact to files of " + targetSize + ": no store takes such objects.");
        }
        if (smallestOfBand.bytes() < 1
                || smallestOfBand.compareTo(targetSize) > 0
                || targetSize.compareTo(largestOfBand) > 0) {
            throw new IllegalArgumentException("Cannot compact to files of " + targetSize + " in a band of "
                    + smallestOfBand + " to " + largestOfBand
                    + ": give a smallest size of at least 1 byte, and a target between the two.");
        }
        if (largestOfBand.bytes() / 2 < smallestOfBand.bytes()) {
            throw new IllegalArgumentException(
                    "Cannot compact to files of " + smallestOfBand + " to " + largestOfBand
                            + ": not every amount of data can be cut into such files. Let the largest be at least twice the smallest.");
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

    /** Of a target that is refused for its size, any. */
    static DataSize twice(DataSize target) {
        return DataSize.ofBytes(target.bytes() > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : target.bytes() * 2);
    }

    @Override
    public Builder toBuilder() {
        return CompactionOptions.builder()
                .targetSize(targetSize)
                .band(smallestOfBand, largestOfBand)
                .settleTime(settleTime)
                .rowGroupSize(rowGroupSize)
                .rowGroupRows(rowGroupRows)
                .tail(tail)
                .verification(verification)
                .mostOriginBytes(mostOriginBytes);
    }

    @Override
    public String toString() {
        return "CompactionOptions[target " + targetSize + " in " + smallestOfBand + " to " + largestOfBand
                + ", settle time " + settleTime + ", row groups " + rowGroupSize + " or " + rowGroupRows
                + " rows, tail " + tail + ", verification " + verification + "]";
    }
}
