package io.convergence.audit;

import io.convergence.Finding;
import io.convergence.change.ParquetFacts;
import io.convergence.schema.DataType;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is odd about files and rows, each oddity once per file or table. */
final class Oddities {
    /** DMS's name for itself in a footer. */
    static final String DMS = "AWS";

    private static final int COARSE = 3;

    private final String path;
    private final List<Finding> findings;

    Oddities(String path, List<Finding> findings) {
        this.path = path;
        this.findings = findings;
    }

    void ofFooter(ParquetFacts footer) {
        if (!footer.createdBy().equals(DMS) && !footer.compacted()) {
            findings.add(
                    Finding.info(
                            "NOT_WRITTEN_BY_DMS",
                            path,
                            "Its footer names '" + footer.createdBy() + "' as the writer; DMS calls itself '" + DMS
                                    + "'.",
                            "Nothing to do if another program writes DMS's layout here; else check where the file comes from."));
        }
        List<String> coarse = footer.fields().stream()
                .filter(field -> isCoarse(field.type()))
                .map(ParquetFacts.Field::name)
                .toList();
        if (!coarse.isEmpty()) {
            findings.add(milliseconds(path, coarse));
        }
        List<String> foreign = footer.fields().stream()
                .filter(field -> field.type() == null)
                .map(field -> field.name() + " " + field.physicalType() + " " + field.annotation())
                .toList();
        if (!foreign.isEmpty()) {
            findings.add(Finding.warning(
                    "TYPE_UNKNOWN",
                    path,
                    "No DMS type looks like " + foreign + ".",
                    "Check that DMS or Convergence wrote the file."));
        }
    }

    static boolean isCoarse(@Nullable DataType type) {
        return type != null && type.kind() == DataType.Kind.DATETIME && type.scale() == COARSE;
    }

    static Finding milliseconds(String path, List<String> columns) {
        return Finding.info(
                "MILLISECOND_TIMESTAMPS",
                path,
                "Timestamps of " + columns
                        + " are in milliseconds (ParquetTimestampInMillisecond): finer digits of the source are lost.",
                "Set ParquetTimestampInMillisecond=false if the source has microseconds and no reader needs milliseconds.");
    }

    /**
     * @param changes whether the rows are those of one raw file of changes: only these have a sequence each, and rise by
     *     it until the task restarts
     */
    void ofRows(RowFacts rows, boolean changes) {
        if (changes) {
            ofOrder(rows);
        }
        if (rows.emptyRows() > 0) {
            findings.add(Finding.warning(
                    "EMPTY_ROWS",
                    path,
                    rows.emptyRows()
                            + " rows have no value in any column of the table, as DMS before 3.4.2 wrote when a task stopped.",
                    "Update the replication engine; leave these rows out when they are merged."));
        }
        ofColumns(rows);
        rows.keyOnlyDeletes().ifPresent(count -> {
            if (count > 0) {
                findings.add(
                        Finding.info(
                                "KEY_ONLY_DELETES",
                                path,
                                count + " of " + rows.deletes()
                                        + " deletes hold little more than the key: columns that are never null otherwise are empty in them.",
                                "Merge by key; for the deleted row's values let the source log full before-images (PostgreSQL: REPLICA IDENTITY FULL with test_decoding)."));
            }
        });
    }

    /** Rule S2, for the rows of one raw file of changes. */
    void ofOrder(RowFacts rows) {
        if (rows.disorder() != null) {
            findings.add(Finding.error(
                    "ORDER_DISPUTED",
                    path,
                    "The change counter does not rise at " + rows.disorder() + ", so row order and sequence disagree.",
                    "Declare the order of the table's changes, or reload it."));
        }
        if (rows.first().isPresent() && rows.withoutSequence() > 0) {
            findings.add(Finding.error(
                    "SEQUENCE_EMPTY",
                    path,
                    rows.withoutSequence() + " changes have no change sequence although others have one.",
                    "Reload the table, so that all its changes carry the sequence."));
        }
    }

    private void ofColumns(RowFacts rows) {
        List<String> booleans = names(rows, ColumnFacts::booleansAsText);
        if (!booleans.isEmpty()) {
            findings.add(Finding.info(
                    "BOOLEANS_AS_TEXT",
                    path,
                    "Text columns " + booleans
                            + " hold only true and false, as DMS writes PostgreSQL's booleans by default.",
                    "Declare them boolean in the schema, or set MapBooleanAsBoolean=true on both endpoints."));
        }
        List<String> nothing = names(rows, ColumnFacts::allNull);
        if (!nothing.isEmpty()) {
            findings.add(Finding.info(
                    "COLUMN_ALL_NULL",
                    path,
                    "Columns " + nothing + " are null in all rows read.",
                    "Check that the source logs them and that LOB columns are included (SupportLobs)."));
        }
        List<String> nan = names(rows, column -> column.notANumber() > 0);
        if (!nan.isEmpty()) {
            findings.add(Finding.info(
                    "NAN_VALUES",
                    path,
                    "Columns " + nan + " hold NaN, which engines compare differently.",
                    "Nothing to do if the source has it, too."));
        }
    }

    private static List<String> names(RowFacts rows, Predicate<ColumnFacts> odd) {
        return rows.columns().stream().filter(odd).map(ColumnFacts::name).toList();
    }
}
