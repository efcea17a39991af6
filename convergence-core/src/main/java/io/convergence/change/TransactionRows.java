package io.convergence.change;

import io.convergence.TableId;
import io.convergence.target.RowShape;
import io.convergence.target.TransactionTimestamp;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the table off rows of transaction files, which begin {@code op, table_name, schema_name} (DMS guide, S3 target, "Capturing
 * data changes (CDC) including transaction order"). Not thread-safe.
 */
final class TransactionRows {
    /** Names of fields, for messages. */
    static final String TABLE_FIELD = "table_name";

    static final String SCHEMA_FIELD = "schema_name";

    private final int tableField;
    private byte[] lastName = {};
    private byte[] lastSchema = {};
    private TableId last = TableId.of("none", "none");

    private TransactionRows(int tableField) {
        this.tableField = tableField;
    }

    static TransactionRows of(RowShape shape) {
        boolean timestampFirst =
                shape.timestampColumn() != null && shape.csv().transactionTimestamp() == TransactionTimestamp.AFTER_OP;
        return new TransactionRows(timestampFirst ? 2 : 1);
    }

    TableId tableOf(CsvSplitter row) {
        int schemaField = tableField + 1;
        if (row.fields() <= schemaField) {
            throw new BadRow(
                    "it has " + row.fields() + " fields, too few for " + TABLE_FIELD + " and " + SCHEMA_FIELD + ".",
                    BadRow.DAMAGED);
        }
        if (!same(row, tableField, lastName) || !same(row, schemaField, lastSchema)) {
            if (row.length(tableField) == 0 || row.length(schemaField) == 0) {
                throw new BadRow("its " + TABLE_FIELD + " or " + SCHEMA_FIELD + " is empty.", BadRow.DAMAGED);
            }

            String name = row.text(tableField);
            String schema = row.text(schemaField);
            last = TableId.of(schema, name);
            lastName = name.getBytes(StandardCharsets.UTF_8);
            lastSchema = schema.getBytes(StandardCharsets.UTF_8);
        }

        return last;
    }

    private static boolean same(CsvSplitter row, int field, byte[] text) {
        return Arrays.equals(row.buffer(), row.start(field), row.end(field), text, 0, text.length);
    }
}
