package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.change.CellMask;
import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.internal.ParquetTypes;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Rows of a CSV file that have the same columns, as a Parquet file in memory. Not thread-safe. */
final class CsvPart implements AutoCloseable {
    private static final int ROW_GROUP_BYTES = 4 << 20;
    private static final int ROWS_BETWEEN_LOOKS = 100;
    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss.SSSSSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** What a column of the part is filled with. */
    private interface Filler {
        /** The cell's state; writes a value as one field if there is one. */
        CellState fill(ChangeRecord row, Field field);
    }

    private record Field(RecordConsumer target, String name, int index) {
        void text(String text) {
            value(() -> target.addBinary(Binary.fromString(text)));
        }

        void value(Runnable written) {
            target.startField(name, index);
            written.run();
            target.endField(name, index);
        }
    }

    private record Cell(Column column, Filler filler) {}

    private final RowShape shape;
    private final List<@Nullable Cell> places = new ArrayList<>();
    private final MessageType schema;
    private final MemoryOutput output = new MemoryOutput();
    private final ParquetWriter<ChangeRecord> parquet;
    private long rows;
    private boolean unknown;
    private boolean closed;

    /**
     * @param columns of the file so far, all that DMS's own and before-images among them have
     * @param own the table's columns that these rows have
     */
    CsvPart(RowShape shape, List<Column> columns, Set<String> own) {
        this.shape = shape;
        List<Type> types = new ArrayList<>();
        for (Column column : columns) {
            Filler filler = filler(column, columns, own);
            Cell cell = filler == null ? null : new Cell(column, filler);
            places.add(cell);
            if (cell != null) {
                types.add(ParquetTypes.optional(column.name(), column.type()));
            }
        }
        types.add(ParquetTypes.optional(CellMask.COLUMN, DataType.of(DataType.Kind.BLOB)));
        this.schema = new MessageType("table", types);
        try {
            this.parquet = new Builder(output, new Rows())
                    .withConf(new PlainParquetConfiguration())
                    .withCompressionCodec(CompressionCodecName.ZSTD)
                    .withRowGroupSize(2L * ROW_GROUP_BYTES)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null for a column of the table that these rows do not have. */
    private @Nullable Filler filler(Column column, List<Column> columns, Set<String> own) {
        String name = column.name();
        if (name.equals(RowShape.OP_COLUMN)) {
            return (row, field) -> text(
                    field,
                    row.recordedOperation()
                            .map(Operation::letter)
                            .map(String::valueOf)
                            .orElse(null));
        }
        if (name.equals(shape.timestampColumn())) {
            return (row, field) ->
                    text(field, row.timestamp().map(CsvPart::time).orElse(null));
        }
        if (name.equals(shape.sequenceColumn())) {
            return (row, field) ->
                    text(field, row.sequence().map(Object::toString).orElse(null));
        }
        if (own.contains(name)) {
            return (row, field) -> cell(row.image(), name, field);
        }

        List<String> names = columns.stream().map(Column::name).toList();
        String original = shape.beforeImageOf(name, names).orElse(null);
        return original == null
                ? null
                : (row, field) -> {
                    row.before().ifPresent(before -> cell(before, original, field));
                    return CellState.NULL;
                };
    }

    private static CellState text(Field field, @Nullable String text) {
        if (text == null) {
            return CellState.NULL;
        }

        field.text(text);
        return CellState.PRESENT;
    }

    private static String time(Instant time) {
        return (time.getNano() % 1000 == 0 ? MICROS : NANOS).format(time);
    }

    /** A delete that logged only the key is told by its nulls; its other cells are absent, not by a mask. */
    private static CellState cell(RowImage image, String column, Field field) {
        int place = image.indexOf(column);
        CellState state = image.state(place);
        if (state == CellState.PRESENT) {
            field.value(() -> CsvValues.write(field.target(), image, place));
        }

        return state == CellState.ABSENT ? CellState.NULL : state;
    }

    /** Adds a row; whether it has a cell that is unknown. */
    boolean add(ChangeRecord row) {
        unknown = false;
        rows++;
        try {
            parquet.write(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return unknown;
    }

    /** Whether it fills a row group, so that the rows after it go into another part. */
    boolean isFull() {
        return rows % ROWS_BETWEEN_LOOKS == 0 && parquet.getDataSize() >= ROW_GROUP_BYTES;
    }

    MessageType schema() {
        return schema;
    }

    byte[] finish() {
        close();
        return output.content();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }

        closed = true;
        try {
            parquet.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Rows extends WriteSupport<ChangeRecord> {
        private @Nullable RecordConsumer target;

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            target = recordConsumer;
        }

        @Override
        public void write(ChangeRecord row) {
            RecordConsumer consumer = requireNonNull(target, "target");
            consumer.startMessage();
            List<CellState> states = new ArrayList<>(places.size());
            int index = 0;
            for (Cell cell : places) {
                if (cell == null) {
                    states.add(CellState.ABSENT);
                } else {
                    Field field = new Field(consumer, cell.column().name(), index++);
                    states.add(cell.filler().fill(row, field));
                }
            }
            unknown = states.contains(CellState.UNKNOWN);
            Binary mask = Binary.fromConstantByteArray(CellMask.of(states));
            new Field(consumer, CellMask.COLUMN, index).value(() -> consumer.addBinary(mask));
            consumer.endMessage();
        }
    }

    private static final class Builder extends ParquetWriter.Builder<ChangeRecord, Builder> {
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
        protected WriteSupport<ChangeRecord> getWriteSupport(Configuration configuration) {
            return rows;
        }

        @Override
        protected WriteSupport<ChangeRecord> getWriteSupport(ParquetConfiguration configuration) {
            return rows;
        }
    }
}
