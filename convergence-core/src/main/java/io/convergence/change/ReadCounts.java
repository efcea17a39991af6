package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import java.util.ArrayList;
import java.util.List;

/**
 * What a reader passed over or could not be sure of. Only text leaves something open: for Parquet there are only {@code rows} and
 * {@code badInput}.
 *
 * @param rows rows delivered, without header and empty records
 * @param emptyRecords records without any text, which DMS 3.4.2 and older wrote when a task started or stopped; they are skipped
 * @param emptyOrNull fields of text and binary columns that may have been null or empty at the source (rule S8); read as null
 * @param byteOrderMarks files that begin with a byte order mark, which DMS does not write; it is skipped
 * @param badInput rows and files left out by the {@link BadInputPolicy}; unless it is empty, the rows read are not all there are
 */
public record ReadCounts(long rows, long emptyRecords, long emptyOrNull, int byteOrderMarks, BadInputReport badInput) {
    public static final ReadCounts NONE = new ReadCounts(0, 0, 0, 0);

    public ReadCounts {
        requireNonNull(badInput, "badInput");
    }

    /** Counts of a reader that left nothing out. */
    public ReadCounts(long rows, long emptyRecords, long emptyOrNull, int byteOrderMarks) {
        this(rows, emptyRecords, emptyOrNull, byteOrderMarks, BadInputReport.NONE);
    }

    /** Whether no row was left out as bad input. A table must not be published as if it were whole if not. */
    public boolean complete() {
        return badInput.isEmpty();
    }

    public ReadCounts plus(ReadCounts other) {
        return new ReadCounts(
                rows + other.rows,
                emptyRecords + other.emptyRecords,
                emptyOrNull + other.emptyOrNull,
                byteOrderMarks + other.byteOrderMarks,
                badInput.plus(other.badInput));
    }

    /** What is not zero, as findings about {@code path}. */
    public List<Finding> findings(String path) {
        List<Finding> findings = new ArrayList<>(badInput.findings(path));
        if (emptyRecords > 0) {
            findings.add(Finding.warning(
                    "EMPTY_RECORDS",
                    path,
                    emptyRecords + " records without any text were skipped.",
                    "Upgrade the replication instance: DMS 3.4.2 stopped writing them."));
        }
        if (emptyOrNull > 0) {
            findings.add(Finding.warning(
                    "EMPTY_OR_NULL",
                    path,
                    emptyOrNull + " empty fields may have been null or empty at the source, and are read as null.",
                    "Set CsvNullValue, so that DMS tells them apart."));
        }
        if (byteOrderMarks > 0) {
            findings.add(Finding.warning(
                    "BYTE_ORDER_MARK",
                    path,
                    "The text begins with a byte order mark, which DMS does not write.",
                    "Check what rewrote the file after DMS."));
        }

        return List.copyOf(findings);
    }
}
