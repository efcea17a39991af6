package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import java.time.Duration;

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

    /** What happens to files at the end of the history that do not fill an output yet. */
    enum Tail {
        /** They are compacted to a file below the band. */
        COMPACT,
        /** They wait until there are enough of them. */
        WAIT
    }

    /** How an output is checked before the commit that refers to it. */
    enum Verification {
        /**
         * By what its writer counted: rows, values and nulls of each column, and checksums of what was read against those of
         * what was written. The output is not read again (rule L7).
         */
        DEFAULT,
        /** Besides, the output and its files are read again, decoded, and compared cell by cell. */
        VERIFY_ROWS
    }

    /** An output takes no further file once it has reached this size. */
    DataSize targetSize();

    /** Raw files stored less than this ago, by the store's clock, are left for a later run. Zero: none is. */
    Duration settleTime();

    /** Uncompressed bytes after which a row group ends. */
    DataSize rowGroupSize();

    /** Rows after which a row group ends, if its size has not ended it before. */
    int rowGroupRows();

    Tail tail();

    Verification verification();

    /** Half the target, 128 MB by default: raw files from this size on are left as they are. */
    default DataSize smallestOfBand() {
        return DataSize.ofBytes(targetSize().bytes() / 2);
    }

    /** Twice the target, 512 MB by default: an output that would otherwise leave a small rest behind grows up to this. */
    default DataSize largestOfBand() {
        return DataSize.ofBytes(Math.multiplyExact(targetSize().bytes(), 2L));
    }

    Builder toBuilder();

    /** The defaults of this type's constants; files at the end are compacted. */
    static CompactionOptions defaults() {
        return builder().build();
    }

    static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    final class Builder {
        private DataSize targetSize = DEFAULT_TARGET_SIZE;
        private Duration settleTime = DEFAULT_SETTLE_TIME;
        private DataSize rowGroupSize = DEFAULT_ROW_GROUP_SIZE;
        private int rowGroupRows = DEFAULT_ROW_GROUP_ROWS;
        private Tail tail = Tail.COMPACT;
        private Verification verification = Verification.DEFAULT;

        private Builder() {}

        public Builder targetSize(DataSize size) {
            targetSize = requireNonNull(size, "size");
            return this;
        }

        public Builder settleTime(Duration time) {
            settleTime = requireNonNull(time, "time");
            return this;
        }

        /** Declares that no raw file is being written any more: none waits for the settle time. */
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

        /** @throws IllegalArgumentException if a size or count is not positive, or the settle time is negative */
        public CompactionOptions build() {
            return new Settings(targetSize, settleTime, rowGroupSize, rowGroupRows, tail, verification);
        }
    }
}
