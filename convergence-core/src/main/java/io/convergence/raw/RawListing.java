package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files found in a landing zone, by table. Immutable; thread-safe.
 *
 * @param tables each table's files: LOAD by segment and number, then CDC by instant
 * @param transactions files of {@code PreserveTransactions} by instant
 * @param controls objects of DMS's own bookkeeping, which are skipped
 * @param foreign objects the layout does not explain, which are not read; the first of them are among the findings
 * @param findings what is doubtful about the objects found
 */
public record RawListing(
        SortedMap<TableId, List<RawFile>> tables,
        List<RawFile.Transaction> transactions,
        long controls,
        long foreign,
        List<Finding> findings) {
    public RawListing {
        SortedMap<TableId, List<RawFile>> copy = new TreeMap<>();
        requireNonNull(tables, "tables").forEach((table, files) -> copy.put(table, List.copyOf(files)));
        tables = Collections.unmodifiableSortedMap(copy);
        transactions = List.copyOf(transactions);
        findings = List.copyOf(findings);
    }

    /** The table's files; none for a table that has no folder, as DMS writes none for an empty table. */
    public List<RawFile> files(TableId table) {
        List<RawFile> files = tables.get(table);
        return files == null ? List.of() : files;
    }

    /** Data files of all tables, and transaction files. */
    public long files() {
        return tables.values().stream().mapToLong(List::size).sum() + transactions.size();
    }
}
