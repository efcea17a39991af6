package io.convergence.pipeline;

import io.convergence.curated.CuratedTable;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns to publish: those the source's schema declares, those published so far, and those that newer files have,
 * under the names that declared renames give them. A column that only files know is nullable; one that was published as
 * nullable stays so; types that differ between files are widened (rule S15). A reload begins without what was published, so
 * that it ends what no widening can hold. Not thread-safe.
 */
final class PublishedColumns {
    private final TableSetup setup;
    private final Map<String, Column> columns = new LinkedHashMap<>();

    private PublishedColumns(TableSetup setup) {
        this.setup = setup;
        setup.shape()
                .tableSchema()
                .ifPresent(schema -> renamed(schema).columns().forEach(column -> add(column, column.nullable())));
    }

    static PublishedColumns ofReload(TableSetup setup) {
        return new PublishedColumns(setup);
    }

    /** Of a change log, whose rows say what the files say: declared renames do not change them. */
    static PublishedColumns ofLog(TableSetup setup, LedgerSnapshot snapshot, boolean goesOn) {
        TableSetup asWritten = setup.declaring(Declarations.of(setup.table()));
        return goesOn ? goingOn(asWritten, snapshot) : ofReload(asWritten);
    }

    static PublishedColumns goingOn(TableSetup setup, LedgerSnapshot snapshot) {
        var columns = new PublishedColumns(setup);
        snapshot.published()
                .ifPresent(published -> columns.renamed(published.schema())
                        .columns()
                        .forEach(column -> columns.add(column, column.nullable())));
        return columns;
    }

    /** Columns of a file, which tell no null: DMS writes all columns as nullable, and rows of other files may lack them. */
    void addOfFile(List<Column> ofFile) {
        renamed(new TableSchema(setup.table(), ofFile, List.of())).columns().forEach(column -> {
            Column known = columns.get(column.name());
            add(column, known == null || known.nullable());
        });
    }

    private TableSchema renamed(TableSchema schema) {
        return CuratedTable.renamed(schema, setup.declarations().renames());
    }

    private void add(Column column, boolean nullable) {
        Column known = columns.get(column.name());
        if (known == null) {
            columns.put(column.name(), new Column(column.name(), column.type(), nullable));
            return;
        }

        DataType wide = known.type()
                .widen(column.type())
                .orElseThrow(() -> new PipelineException(
                        "Cannot publish table " + setup.table() + ": its column '" + column.name() + "' is "
                                + known.type() + " and " + column.type()
                                + ", which no type holds without loss. Reload the table, or rename the column in the"
                                + " mapping.",
                        null));
        columns.put(column.name(), new Column(column.name(), wide, known.nullable() || nullable));
    }

    TableSchema schema() {
        for (String key : setup.key()) {
            if (!columns.containsKey(key)) {
                throw new PipelineException(
                        "Cannot publish table " + setup.table() + ": its key column '" + key
                                + "' is neither in a file nor in the source's schema, which have the columns "
                                + columns.keySet() + ". Give the source's schema, or the key's right name.",
                        null);
            }
        }

        return new TableSchema(setup.table(), new ArrayList<>(columns.values()), setup.key());
    }
}
