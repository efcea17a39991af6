package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.raw.RawLayout;
import io.convergence.raw.RawListing;
import io.convergence.raw.TimelineOptions;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What was found where the user pointed.
 *
 * @param layout how keys of raw files are read
 * @param listing the raw files of the wanted tables
 * @param compacted the compacted files of the wanted tables, by key
 * @param shapes what the columns mean, for each of {@link #tables()}
 */
record Input(
        String uri,
        Location location,
        RawLayout layout,
        TimelineOptions timeline,
        RawListing listing,
        List<CompactedFile> compacted,
        Map<TableId, RowShape> shapes) {
    /** The tables of raw and of compacted files. */
    SortedSet<TableId> tables() {
        SortedSet<TableId> tables = new TreeSet<>(listing.tables().keySet());
        compacted.forEach(file -> tables.add(file.table()));
        return tables;
    }

    RowShape shape(TableId table) {
        RowShape shape = shapes.get(table);
        if (shape == null) {
            throw new IllegalStateException("no shape of " + table);
        }

        return shape;
    }

    ChangeReader reader(TableId table, ChangeReadOptions options) {
        return ChangeReader.create(location.store(), table, shape(table), options);
    }

    /** What is doubtful about the files as listed, and that transaction files are not read. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(listing.findings());
        listing.transactions()
                .forEach(file -> findings.add(Finding.error(
                        "FILE_NOT_READ",
                        file.key(),
                        "It is a transaction file, which is always CSV, and CSV comes with the raw formats release.",
                        "Set PreserveTransactions=false.")));
        return findings;
    }

    /** @throws UsageException if there is nothing to read */
    void requireFiles() {
        if (tables().isEmpty() && listing.transactions().isEmpty()) {
            throw new UsageException(
                    "Cannot find DMS files under '" + uri
                            + "': no object there is named as DMS names them in a folder schema/table. Check the URI, or name the table with --table.");
        }
    }
}
