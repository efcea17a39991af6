package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.raw.PlacedFile;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/** Writes one output: the rows of one raw file after the other. Holds one row group in memory. Not thread-safe. */
final class CompactedWriter implements AutoCloseable {
    private final ColumnUnion columns;
    private final ColumnTally[] tallies;
    private final ObjectWriter object;
    private final ParquetOutput output;
    private final Rows rows = new Rows();
    private final ParquetWriter<FileRows> parquet;
    private final List<PlacedFile> sources = new ArrayList<>();
    private final List<SourceSpan> spans = new ArrayList<>();
    private long nextRow;
    private long sourceBytes;
    private boolean parquetClosed;

    private CompactedWriter(ColumnUnion columns, ObjectWriter object, CompactionOptions options) throws IOException {
        this.columns = columns;
        this.tallies = tallies(columns);
        this.object = object;
        this.output = new ParquetOutput(object);
        this.parquet = new Builder(output, rows)
                .withConf(new PlainParquetConfiguration())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withDictionaryEncoding(true)
                .withRowGroupSize(options.rowGroupSize().bytes())
                .withRowGroupRowCountLimit(options.rowGroupRows())
                .build();
    }

    static CompactedWriter open(ObjectStore store, String key, ColumnUnion columns, CompactionOptions options) {
        ObjectWriter object = ObjectWriter.open(store, key, WriteCondition.ifAbsent());
        CompactedWriter writer = null;
        try {
            writer = new CompactedWriter(columns, object, options);
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

    /** Appends all rows of a raw file. */
    void append(PlacedFile source, FileRows file) {
        rows.read(file);
        try {
            while (file.next()) {
                parquet.write(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        ObjectStat stat = source.file().stat();
        sources.add(source);
        spans.add(new SourceSpan(
                stat.key(), stat.etag(), stat.lastModified(), stat.size(), source.evidence(), file.columns(), nextRow));
        nextRow += source.evidence().rows();
        sourceBytes += stat.size();
    }

    /** Bytes written, and those still held, which are not compressed yet. */
    long bytes() {
        return parquet.getDataSize();
    }

    /** Bytes of the raw files whose rows were written. */
    long sourceBytes() {
        return sourceBytes;
    }

    List<PlacedFile> sources() {
        return List.copyOf(sources);
    }

    List<SourceSpan> spans() {
        return List.copyOf(spans);
    }

    ColumnUnion columns() {
        return columns;
    }

    ColumnTally[] tallies() {
        return tallies.clone();
    }

    /** Writes the footer and makes the object visible; no commit of the ledger refers to it yet. */
    ObjectStat finish() {
        try {
            parquetClosed = true;
            parquet.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return object.commit();
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
        private int[] places = {};
        private int[] absent = {};

        void read(FileRows file) {
            places = columns.places(file.schema());
            absent = IntStream.range(0, tallies.length)
                    .filter(column -> IntStream.of(places).noneMatch(place -> place == column))
                    .toArray();
        }

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
            file.take(places, tallies, consumer);
            for (int column : absent) {
                tallies[column].takeNull();
            }
            consumer.endMessage();
        }

        /** The provenance is known only when all rows are written. */
        @Override
        public FinalizedWriteContext finalizeWrite() {
            return new FinalizedWriteContext(Map.of(Provenance.FOOTER_KEY, new Provenance(spans).toJson()));
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
