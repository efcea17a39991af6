package io.convergence.testkit.dms;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What of the target's settings and of the stand-in's own options shapes the files.
 *
 * @param timestampColumn null for none
 * @param minFileBytes in-memory bytes of rows that end a file of changes
 * @param loadFileRows rows that end a LOAD file
 * @param loadFileBytes bytes written that end a LOAD file
 * @param lobMaxBytes {@code LobMaxSize}
 * @param random draws the digits of masked values
 */
record StandInSettings(
        FileForm form,
        Transactions transactions,
        ParquetColumn.TimestampUnit timestampUnit,
        @Nullable String timestampColumn,
        OpColumn loadOp,
        OpColumn changeOp,
        OpRepetition opRepetition,
        ChangeFilter filter,
        LoadTimestamp loadTimestamp,
        Duration batchInterval,
        long minFileBytes,
        long loadFileRows,
        long loadFileBytes,
        long lobMaxBytes,
        PgType.Mapping types,
        RandomGenerator random) {
    /** {@code PreserveTransactions}: whether changes go to common files in transaction order or to files of each table. */
    enum Transactions {
        SPLIT_BY_TABLE,
        PRESERVED
    }

    /** Whether files have column {@code Op}. */
    enum OpColumn {
        WRITTEN,
        LEFT_OUT
    }

    /** Which changes are written. */
    enum ChangeFilter {
        ALL,
        INSERTS_ONLY,
        INSERTS_AND_UPDATES;

        boolean accepts(RowOperation operation) {
            return switch (this) {
                case ALL -> true;
                case INSERTS_ONLY -> operation == RowOperation.INSERT;
                case INSERTS_AND_UPDATES -> operation != RowOperation.DELETE;
            };
        }
    }

    /** {@code UseTaskStartTimeForFullLoadTimestamp}. */
    enum LoadTimestamp {
        ARRIVAL,
        TASK_START
    }
}
