package io.convergence.curated;

import io.convergence.ledger.LedgerFile;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/** Writes Parquet files as versions before {@link SnapshotLayout} did, whose tables must still be read. Not thread-safe. */
final class OldRowFileWriter implements AutoCloseable {
    private static final long ROW_GROUP_BYTES = 64L << 20;

    private final ObjectWriter object;
    private final ParquetOutput output;
    private final ParquetWriter<@Nullable Object[]> parquet;
    private long rows;
    private boolean closed;

    private OldRowFileWriter(ObjectWriter object, ParquetOutput output, ParquetWriter<@Nullable Object[]> parquet) {
        this.object = object;
        this.output = output;
        this.parquet = parquet;
    }

    static OldRowFileWriter open(ObjectStore store, String key, List<Column> columns) {
        ObjectWriter object = ObjectWriter.open(store, key, WriteCondition.ifAbsent());
        ParquetOutput output = new ParquetOutput(object);
        try {
            ParquetWriter<@Nullable Object[]> parquet = new Builder(output, columns)
                    .withConf(new PlainParquetConfiguration())
                    .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                    .withCompressionCodec(CompressionCodecName.ZSTD)
                    .withRowGroupSize(ROW_GROUP_BYTES)
                    .build();
            return new OldRowFileWriter(object, output, parquet);
        } catch (IOException e) {
            object.close();
            throw unwritable(key, e);
        }
    }

    void write(@Nullable Object[] row) {
        try {
            parquet.write(row);
            rows++;
        } catch (IOException e) {
            throw unwritable(object.key(), e);
        }
    }

    /** Bytes so far, those of the open row group included. */
    long size() {
        return parquet.getDataSize();
    }

    LedgerFile commit() {
        try {
            parquet.close();
        } catch (IOException e) {
            throw unwritable(object.key(), e);
        }
        closed = true;
        return LedgerFile.of(object.commit(), rows);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            output.discard();
            try {
                parquet.close();
            } catch (IOException e) {
                throw unwritable(object.key(), e);
            } finally {
                object.close();
            }
        }
        object.close();
    }

    private static CuratedTableException unwritable(String key, IOException cause) {
        return CuratedTableException.unwritable(key, String.valueOf(cause.getMessage()), "Try again.", cause);
    }

    private static final class Builder extends ParquetWriter.Builder<@Nullable Object[], Builder> {
        private final String key;
        private final List<Column> columns;

        Builder(ParquetOutput output, List<Column> columns) {
            super(output);
            this.key = output.getPath();
            this.columns = columns;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<@Nullable Object[]> getWriteSupport(Configuration configuration) {
            return new Rows(key, columns);
        }

        @Override
        protected WriteSupport<@Nullable Object[]> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(key, columns);
        }
    }

    private static final class Rows extends WriteSupport<@Nullable Object[]> {
        private final String key;
        private final List<Column> columns;
        private @Nullable RecordConsumer consumer;

        Rows(String key, List<Column> columns) {
            this.key = key;
            this.columns = columns;
        }

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(ParquetCells.message(columns), Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(ParquetCells.message(columns), Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            consumer = recordConsumer;
        }

        @Override
        public void write(@Nullable Object[] row) {
            RecordConsumer to = Objects.requireNonNull(consumer);
            to.startMessage();
            for (int i = 0; i < row.length; i++) {
                Object value = row[i];
                if (value != null) {
                    Column column = columns.get(i);
                    to.startField(column.name(), i);
                    ParquetCells.write(to, column, value);
                    to.endField(column.name(), i);
                }
            }
            to.endMessage();
        }
    }
}
