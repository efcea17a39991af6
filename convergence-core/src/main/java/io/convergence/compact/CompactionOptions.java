package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How files are compacted. Immutable and thread-safe. */
public sealed interface CompactionOptions permits Settings {
    /** The default of {@link #targetSize}: query engines read files of 128 to 512 MB best. */
    DataSize DEFAULT_TARGET_SIZE = DataSize.ofMegabytes(256);

    /** The default of {@link #settleTime}. */
    Duration DEFAULT_SETTLE_TIME = Duration.ofMinutes(10);

    /** The default of {@link #rowGroupSize}: what writing holds in memory. */
    DataSize DEFAULT_ROW_GROUP_SIZE = DataSize.ofMegabytes(32);

    /** The default of {@link #rowGroupRows}. */
    int DEFAULT_ROW_GROUP_ROWS = 1_000_000;

    /**
     * What happens to files at the end of a partition that do not fill an output of the band yet. A partition is what a date
     * folder holds, or all changes of a table without date folders, or its full load.
     */
    enum Tail {
        /** They are compacted to a file below the band, which joins others later. */
        COMPACT,
        /**
         * They wait for more, until the partition is closed: the time its folder names is over, as long ago as the settle
         * time, or there is a later folder; of a full load, each of its files has settled. Without a settle time every
         * partition is closed.
         */
        WAIT
    }

    /** How an output is checked before the commit that refers to it. */
    enum Verification {
        /**
         * By what its writer counted: rows, values and nulls of each column, and checksums of what was read against those of
         * what was written: of bytes where pages are copied, of values where they are encoded anew, decoded again and through
         * the dictionary that is written. Values of a widened type are compared with what they mean in the source. Not proven:
         * that compressed bytes unpack to what was compressed, that sources were decoded rightly, and that the store has more
         * than the right ETag and size. The output is not read again (rule L7).
         */
        DEFAULT,
        /** Besides, the output and its files are read again, decoded, and compared cell by cell. */
        VERIFY_ROWS
    }

    /** What outputs would have best. As many are made as bring them nearest to it. */
    DataSize targetSize();

    /**
     * No output is smaller if its files suffice, 128 MB by default: half the target. Raw files from this size on are left as
     * they are, compacted ones below it join others.
     */
    DataSize smallestOfBand();

    /** No output is larger, 512 MB by default: twice the target. */
    DataSize largestOfBand();

    /** Raw files stored less than this ago, by the store's clock, are left for a later run. Zero: none is. */
    Duration settleTime();

    /** Bytes of the files that are read, as they are stored, after which a row group ends. */
    DataSize rowGroupSize();

    /** Rows after which a row group ends, if its size has not ended it before. */
    int rowGroupRows();

    Tail tail();

    Verification verification();

    Builder toBuilder();

    /** The defaults of this type's constants; files at the end of an open partition wait. */
    static CompactionOptions defaults() {
        return builder().build();
    }

    static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    final class Builder {
        private DataSize targetSize = DEFAULT_TARGET_SIZE;
        private @Nullable DataSize smallest;
        private @Nullable DataSize largest;
        private Duration settleTime = DEFAULT_SETTLE_TIME;
        private DataSize rowGroupSize = DEFAULT_ROW_GROUP_SIZE;
        private int rowGroupRows = DEFAULT_ROW_GROUP_ROWS;
        private Tail tail = Tail.WAIT;
        private Verification verification = Verification.DEFAULT;
        private long mostOriginBytes = OriginBytes.MOST;

        private Builder() {}

        public Builder targetSize(DataSize size) {
            targetSize = requireNonNull(size, "size");
            return this;
        }

        /** The sizes outputs land in, half to twice the target if not given; the largest is at least twice the smallest. */
        public Builder band(DataSize smallestSize, DataSize largestSize) {
            smallest = requireNonNull(smallestSize, "smallestSize");
            largest = requireNonNull(largestSize, "largestSize");
            return this;
        }

        public Builder settleTime(Duration time) {
            settleTime = requireNonNull(time, "time");
            return this;
        }

        /** Declares that no raw file is being written any more: none waits, neither for the settle time nor for more files. */
        public Builder settled() {
            return settleTime(Duration.ZERO);
        }

        public Builder rowGroupSize(DataSize size) {
            rowGroupSize = requireNonNull(size, "size");
            return this;
        }

        public Builder rowGroupRows(int rows) {
            rowGroupRows = rows;
            return this;
        }

        public Builder tail(Tail handling) {
            tail = requireNonNull(handling, "handling");
            return this;
        }

        public Builder verification(Verification check) {
            verification = requireNonNull(check, "check");
            return this;
        }

        /** No option of users: what readers take is not for them to choose. */
        Builder mostOriginBytes(long bytes) {
            mostOriginBytes = bytes;
            return this;
        }

        /**
         * @throws IllegalArgumentException if a size or count is not positive, the target lies outside the band, the band is
         *     too narrow, or the settle time is negative
         */
        public CompactionOptions build() {
            DataSize low = smallest == null ? DataSize.ofBytes(targetSize.bytes() / 2) : smallest;
            DataSize high = largest == null ? Settings.twice(targetSize) : largest;
            return new Settings(
                    targetSize, low, high, settleTime, rowGroupSize, rowGroupRows, tail, verification, mostOriginBytes);
        }
    }
}
