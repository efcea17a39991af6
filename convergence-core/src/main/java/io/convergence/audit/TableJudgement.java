package io.convergence.audit;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the facts of a table mean for its readers. */
final class TableJudgement {
    private static final int FEW_FILES = 10;

    private final TableId table;
    private final List<Finding> findings;

    TableJudgement(TableId table, List<Finding> findings) {
        this.table = table;
        this.findings = findings;
    }

    void sizes(SizeStatistics sizes, long after) {
        if (sizes.files() < FEW_FILES || sizes.below8MegaBytes() * 2 < sizes.files()) {
            return;
        }

        findings.add(Finding.warning(
                "SMALL_FILES",
                table.toString(),
                sizes.below8MegaBytes() + " of " + sizes.files() + " files are smaller than 8 MB (median "
                        + DataSize.ofBytes(sizes.median())
                        + "), which makes queries slow; compaction would leave about " + after + ".",
                "Compact the files; raise CdcMaxBatchInterval and CdcMinFileSize so that fewer are written."));
    }

    void columns(DmsColumns columns, List<AuditedFile> changes, @Nullable RowFacts rows) {
        if (changes.isEmpty() || rows == null) {
            return;
        }
        if (columns.sequence().isPresent() && columns.timestamp().isEmpty()) {
            findings.add(Finding.warning(
                    "TIMESTAMP_MISSING",
                    table.toString(),
                    "Its rows have no timestamp column: commit times are known to a hundredth of a second only, and nothing tells when the load began.",
                    "Set TimestampColumnName and reload the table."));
        }
        if (columns.beforePrefix().isEmpty() && rows.count(Operation.UPDATE) > 0) {
            findings.add(
                    Finding.info(
                            "BEFORE_IMAGES_MISSING",
                            table.toString(),
                            "There are updates but no before-image columns: after an update of a key the row stays under the old one as well.",
                            "Add the transformation add-before-image-columns for key columns (pk-only), unless keys never change."));
        }
        boolean changesWithoutOperation = changes.stream().anyMatch(file -> file.footerRead() && !file.operation());
        if (changesWithoutOperation) {
            findings.add(Finding.warning(
                    "OPERATION_MISSING",
                    table.toString(),
                    "Files of changes have no Op column, so all their rows count as inserts: updates and deletes are not written.",
                    "Set CdcInsertsOnly=false, or IncludeOpForFullLoad=true with CdcInsertsAndUpdates."));
        }
    }

    void kinds(List<AuditedFile> files, List<AuditedFile> changes) {
        if (changes.size() == files.size()) {
            findings.add(Finding.warning(
                    "NO_LOAD",
                    table.toString(),
                    "There are changes but no LOAD file: only rows that changed since the task began are here, unless the table was empty then.",
                    "Nothing to do if the table was empty at its load; else load it."));
        }
        if (changes.isEmpty()) {
            findings.add(Finding.info(
                    "NO_CHANGES",
                    table.toString(),
                    "There is a load but no file of changes.",
                    "Nothing to do if the task only loads, or the table has not changed."));
        }
    }

    void coverage(TableAudit.Coverage coverage) {
        if (coverage.rowFiles() < coverage.files() || coverage.notRead() > 0) {
            findings.add(Finding.info(
                    "SAMPLED",
                    table.toString(),
                    "Of " + coverage.files() + " files the footers of " + coverage.footers() + " and the rows of "
                            + coverage.rowFiles() + " (" + coverage.rows()
                            + " rows) were read; counts of rows and operations, nulls, and order within a file are of these only.",
                    "Raise the limits to read more."));
        }
    }
}
