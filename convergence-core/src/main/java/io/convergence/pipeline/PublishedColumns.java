package io.convergence.pipeline;

import io.convergence.ledger.LedgerSnapshot;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns to publish: those the source's schema declares, those published so far, and those that newer files have.
 * A column that only files know is nullable; types that differ between files are widened (rule S15). Not thread-safe.
 */
final class PublishedColumns {
    private final TableSetup setup;
    private final Map<String, Column> columns = new LinkedHashMap<>();

    PublishedColumns(TableSetup setup, LedgerSnapshot snapshot) {
        this.setup = setup;
        setup.shape().tableSchema().ifPresent(schema -> add(schema.columns()));
        snapshot.published().ifPresent(published -> add(published.schema().columns()));
    }

    void add(List<Column> more) {
        for (Column column : more) {
            Column known = columns.get(column.name());
            if (known == null) {
                columns.put(column.name(), column);
            } else if (!known.type().equals(column.type())) {
                DataType wide = known.type()
                        .widen(column.type())
                        .orElseThrow(() -> new PipelineException(
                                "Cannot publish table " + setup.table() + ": its column '" + column.name() + "' is "
                                        + known.type() + " and " + column.type()
                                        + ", which no type holds without loss. Reload the table, or rename the column in the mapping.",
                                null));
                columns.put(column.name(), new Column(column.name(), wide, known.nullable()));
            }
        }
    }

    TableSchema schema() {
        return new TableSchema(setup.table(), new ArrayList<>(columns.values()), setup.key());
    }
}
