package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.store.ObjectStat;
import java.time.Instant;

/** One file DMS wrote, as far as its key tells. Closed: full load, or changes, of one table or, in a transaction file, of many. */
public sealed interface RawFile {
    /** The object as listed; its key, ETag and last-modified time are its identity (rule L3). */
    ObjectStat stat();

    RawFormat format();

    default String key() {
        return stat().key();
    }

    /**
     * A full-load file.
     *
     * @param segment the segment of a parallel load (folder name or {@code SEGMENTn}), empty for none
     * @param number the hexadecimal counter of the name, from 1
     */
    record Load(TableId table, ObjectStat stat, RawFormat format, String segment, long number) implements RawFile {
        public Load {
            requireNonNull(table, "table");
            requireNonNull(stat, "stat");
            requireNonNull(format, "format");
            requireNonNull(segment, "segment");
        }
    }

    /** A file of changes. */
    sealed interface Changes extends RawFile {
        /** The flush time of the name in UTC, {@code DatePartitionTimezone} taken back (rule S4); later than every commit time inside. */
        Instant instant();
    }

    /** A file of one table's changes. */
    record Cdc(TableId table, ObjectStat stat, RawFormat format, Instant instant) implements Changes {
        public Cdc {
            requireNonNull(table, "table");
            requireNonNull(stat, "stat");
            requireNonNull(format, "format");
            requireNonNull(instant, "instant");
        }
    }

    /** A file of {@code PreserveTransactions}: changes of many tables in transaction order. */
    record Transaction(ObjectStat stat, RawFormat format, Instant instant) implements Changes {
        public Transaction {
            requireNonNull(stat, "stat");
            requireNonNull(format, "format");
            requireNonNull(instant, "instant");
        }
    }
}
