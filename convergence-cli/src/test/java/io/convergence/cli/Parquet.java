package io.convergence.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/** Reads a file with Parquet's own example reader: none of the code that wrote it. */
final class Parquet {
    private Parquet() {}

    /** Each row's cells in the order of the file's columns, as text; null cells are empty. */
    static List<List<String>> rows(Path file) {
        List<List<String>> rows = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            MessageType schema = reader.getFooter().getFileMetaData().getSchema();
            MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
            for (var pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
                RecordReader<Group> records = columns.getRecordReader(pages, new GroupRecordConverter(schema));
                for (long i = 0; i < pages.getRowCount(); i++) {
                    rows.add(cells(records.read(), schema));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return rows;
    }

    private static List<String> cells(Group row, MessageType schema) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < schema.getFieldCount(); i++) {
            cells.add(row.getFieldRepetitionCount(i) == 0 ? "" : row.getValueToString(i, 0));
        }

        return cells;
    }
}
