package io.convergence.testkit.compact;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/** A Parquet file in memory as parquet-java's own row reader sees it: values in their physical Java class, null for null. */
record ParquetMemory(byte[] content) implements InputFile {
    /** Whether a filtered read may skip pages and row groups by what statistics and indexes say. */
    enum Skipping {
        ALLOWED,
        OFF
    }

    MessageType schema() {
        ParquetReadOptions settings =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        try (ParquetFileReader reader = ParquetFileReader.open(this, settings)) {
            return reader.getFileMetaData().getSchema();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Columns whose statistics are missing, or not trusted because of who wrote them. */
    Set<String> boundless() {
        ParquetReadOptions settings =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        Set<String> columns = new HashSet<>();
        try (ParquetFileReader reader = ParquetFileReader.open(this, settings)) {
            for (BlockMetaData block : reader.getRowGroups()) {
                for (ColumnChunkMetaData chunk : block.getColumns()) {
                    Statistics<?> statistics = chunk.getStatistics();
                    boolean nulls = statistics != null
                            && statistics.isNumNullsSet()
                            && statistics.getNumNulls() == chunk.getValueCount();
                    if (!nulls && (statistics == null || !statistics.hasNonNullValue())) {
                        columns.add(chunk.getPath().toDotString());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return columns;
    }

    List<Object[]> rows() {
        return rows(FilterCompat.NOOP, Skipping.OFF);
    }

    List<Object[]> rows(FilterCompat.Filter filter, Skipping skipping) {
        boolean skip = skipping == Skipping.ALLOWED;
        List<Object[]> rows = new ArrayList<>();
        try (ParquetReader<Group> reader = new Builder(this)
                .withConf(new PlainParquetConfiguration())
                .withFilter(filter)
                .usePageChecksumVerification(true)
                .useColumnIndexFilter(skip)
                .useStatsFilter(skip)
                .useDictionaryFilter(skip)
                .build()) {
            for (Group group = reader.read(); group != null; group = reader.read()) {
                rows.add(cells(group));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return rows;
    }

    private static Object[] cells(Group group) {
        Object[] cells = new Object[group.getType().getFieldCount()];
        for (int i = 0; i < cells.length; i++) {
            if (group.getFieldRepetitionCount(i) > 0) {
                PrimitiveType type = group.getType().getType(i).asPrimitiveType();
                cells[i] = switch (type.getPrimitiveTypeName()) {
                    case BOOLEAN -> group.getBoolean(i, 0);
                    case INT32 -> group.getInteger(i, 0);
                    case INT64 -> group.getLong(i, 0);
                    case FLOAT -> group.getFloat(i, 0);
                    case DOUBLE -> group.getDouble(i, 0);
                    case INT96 -> group.getInt96(i, 0);
                    case BINARY, FIXED_LEN_BYTE_ARRAY -> group.getBinary(i, 0);
                };
            }
        }

        return cells;
    }

    @Override
    public long getLength() {
        return content.length;
    }

    @Override
    public SeekableInputStream newStream() {
        var bytes = new Positioned(content);
        return new DelegatingSeekableInputStream(bytes) {
            @Override
            public long getPos() {
                return bytes.position();
            }

            @Override
            public void seek(long position) throws EOFException {
                if (position < 0 || position > content.length) {
                    throw new EOFException("position " + position);
                }
                bytes.position(position);
            }
        };
    }

    private static final class Positioned extends ByteArrayInputStream {
        Positioned(byte[] content) {
            super(content);
        }

        synchronized long position() {
            return pos;
        }

        synchronized void position(long position) {
            pos = Math.toIntExact(position);
        }
    }

    private static final class Builder extends ParquetReader.Builder<Group> {
        Builder(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }
}
