package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes every cell and encodes it anew with parquet-java: the slow way, which is right for whatever parquet-java reads.
 * Holds one row group in memory.
 */
final class ReencodedOutput implements CompactedOutput {
    private final ColumnUnion columns;
    private final ColumnTally[] tallies;
    private final ObjectWriter object;
    private final ParquetOutput output;
    private final ParquetWriter<FileRows> parquet;
    private @Nullable Footer footer;
    private long rows;
    private boolean parquetClosed;

    private ReencodedOutput(ColumnUnion columns, ObjectWriter object, CompactionOptions options) throws IOException {
        this.columns = columns;
        this.tallies = tallies(columns);
        this.object = object;
        this.output = new ParquetOutput(object);
        this.parquet = new Builder(output, new Rows())
                .withConf(new PlainParquetConfiguration())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withDictionaryEncoding(true)
                .withRowGroupSize(options.rowGroupSize().bytes())
                .withRowGroupRowCountLimit(options.rowGroupRows())
                .build();
    }

    static ReencodedOutput open(ObjectStore store, String key, ColumnUnion columns, CompactionOptions options) {
        ObjectWriter object =
                ObjectWriter.open(store, key, WriteCondition.ifAbsent(), CompactedOutput.partBytes(options));
        ReencodedOutput writer = null;
        try {
            writer = new ReencodedOutput(columns, object, options);
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (writer == null) {
                object.close();
            }
        }
    }

    static ColumnTally[] tallies(ColumnUnion columns) {
        return columns.types().stream()
                .map(type -> new ColumnTally(type.getPrimitiveTypeName()))
                .toArray(ColumnTally[]::new);
    }

    @Override
    public void append(OpenSource source) {
        try (FileRows file = source.cells(columns.feeds(source.schema()))) {
            while (file.next()) {
                parquet.write(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is held is not compressed yet. */
    @Override
    public long bytes() {
        return parquet.getDataSize();
    }

    @Override
    public Finished finish(Footer made) {
        footer = made;
        try {
            parquetClosed = true;
            parquet.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return new Finished(object.commit(), checks());
    }

    private OutputChecks checks() {
        List<OutputChecks.Column> checked = new ArrayList<>();
        List<String> names = columns.names();
        for (int i = 0; i < tallies.length; i++) {
            checked.add(tallies[i].check(names.get(i)));
        }

        return new OutputChecks(rows, checked, false);
    }

    /** Discards what was written unless it was finished. */
    @Override
    public void close() {
        try (object) {
            if (!parquetClosed) {
                parquetClosed = true;
                output.discard();
                parquet.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Passes the cells of the current row of the file at hand on. */
    private final class Rows extends WriteSupport<FileRows> {
        private @Nullable RecordConsumer target;

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(columns.schema(), Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(columns.schema(), Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            target = recordConsumer;
        }

        @Override
        public void write(FileRows file) {
            RecordConsumer consumer = requireNonNull(target, "target");
            consumer.startMessage();
            file.take(tallies, consumer);
            consumer.endMessage();
            rows++;
        }

        @Override
        public FinalizedWriteContext finalizeWrite() {
            Footer made = footer;
            return new FinalizedWriteContext(made == null ? Map.of() : made.entries(checks()));
        }
    }

    private static final class Builder extends ParquetWriter.Builder<FileRows, Builder> {
        private final Rows rows;

        Builder(OutputFile file, Rows rows) {
            super(file);
            this.rows = rows;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<FileRows> getWriteSupport(Configuration configuration) {
            return rows;
        }

        @Override
        protected WriteSupport<FileRows> getWriteSupport(ParquetConfiguration configuration) {
            return rows;
        }
    }
}
