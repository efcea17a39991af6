package io.convergence.testkit.dms;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * Writes Parquet as DMS does, down to the footer's fields. No Parquet library writes this shape any more: it is that of
 * parquet-cpp before 1.5, known from one real file (parquet-go's {@code dms_test_table_LOAD00000001.parquet}). Hence the
 * thrift structs by hand.
 *
 * <p>Holds one row group in memory. The stream belongs to the caller; without {@link #finish} what was written is no file.
 * Not thread-safe.
 */
final class DmsParquetWriter implements RawFileWriter {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final String CREATED_BY = "AWS";

    private final List<ParquetColumn> columns;
    private final ParquetOptions options;
    private final CountingOutputStream out;
    private final List<RowGroup> rowGroups = new ArrayList<>();
    private List<ColumnChunkWriter> chunks = List.of();
    private int groupRows;
    private long rows;

    DmsParquetWriter(List<ParquetColumn> columns, ParquetOptions options, OutputStream out) throws IOException {
        this.columns = List.copyOf(columns);
        this.options = options;
        this.out = new CountingOutputStream(out);
        this.out.write(MAGIC);
    }

    @Override
    public void write(List<ParquetColumn> rowColumns, @Nullable Object[] row) throws IOException {
        if (rowColumns != columns && !rowColumns.equals(columns)) {
            throw new IllegalArgumentException("Cannot write a row of columns " + rowColumns + " to a file of columns "
                    + columns + ": Parquet has one schema for a file.");
        }
        write(row);
    }

    /** @param row a value per column in order; see {@link PlainValues} for their classes */
    void write(@Nullable Object[] row) throws IOException {
        if (row.length != columns.size()) {
            throw new IllegalArgumentException(
                    "Cannot write a row of " + row.length + " values: the file has " + columns.size() + " columns.");
        }
        if (groupRows == 0) {
            chunks = columns.stream()
                    .map(column -> new ColumnChunkWriter(column, options))
                    .toList();
        }

        for (int i = 0; i < row.length; i++) {
            chunks.get(i).add(row[i] == NotLogged.CELL ? null : row[i]);
        }
        groupRows++;
        rows++;
        if (groupRows == options.rowGroupLength()) {
            endRowGroup();
        }
    }

    /** The open row group is not among them. */
    @Override
    public long bytes() {
        return out.position();
    }

    @Override
    public void finish() throws IOException {
        endRowGroup();
        FileMetaData footer = new FileMetaData(options.footerVersion(), schema(), rows, rowGroups);
        footer.setCreated_by(CREATED_BY);
        footer.setColumn_orders(columns.stream()
                .map(column -> ColumnOrder.TYPE_ORDER(new TypeDefinedOrder()))
                .toList());
        long start = out.position();
        Util.writeFileMetaData(footer, out);
        out.write(PlainValues.littleEndian(out.position() - start, Integer.BYTES));
        out.write(MAGIC);
        out.flush();
    }

    private void endRowGroup() throws IOException {
        if (groupRows == 0) {
            return;
        }

        List<ColumnChunk> written = new ArrayList<>();
        long bytes = 0;
        for (ColumnChunkWriter chunk : chunks) {
            ColumnChunk finished = chunk.finish(out);
            ColumnMetaData metadata = finished.getMeta_data();
            bytes += metadata.getTotal_uncompressed_size();
            written.add(finished);
        }
        rowGroups.add(new RowGroup(written, bytes, groupRows));
        chunks = List.of();
        groupRows = 0;
    }

    private List<SchemaElement> schema() {
        List<SchemaElement> elements = new ArrayList<>();
        SchemaElement root = new SchemaElement("schema");
        root.setRepetition_type(FieldRepetitionType.REQUIRED);
        root.setNum_children(columns.size());
        elements.add(root);
        for (ParquetColumn column : columns) {
            SchemaElement element = new SchemaElement(column.name());
            element.setType(column.type());
            element.setRepetition_type(column.required() ? FieldRepetitionType.REQUIRED : FieldRepetitionType.OPTIONAL);
            if (column.type() == Type.FIXED_LEN_BYTE_ARRAY) {
                element.setType_length(column.length());
            }
            if (column.annotation() != null) {
                element.setConverted_type(column.annotation());
            }
            if (column.decimal()) {
                element.setScale(column.scale());
                element.setPrecision(column.precision());
            }
            elements.add(element);
        }
        return elements;
    }
}
