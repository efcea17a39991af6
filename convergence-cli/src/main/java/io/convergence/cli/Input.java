package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.raw.RawListing;
import io.convergence.raw.TimelineOptions;
import io.convergence.target.RowShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What was found where the user pointed.
 *
 * @param layout how keys of raw files are read
 * @param listing the raw files of the wanted tables
 * @param compacted the compacted files of the wanted tables, by key
 * @param byTable what the columns mean, for each of {@link #tables()}
 * @param shapes the same for tables that only transaction files hold
 * @param wanted the only table the user wants
 */
record Input(
        String uri,
        Location location,
        RawLayout layout,
        TimelineOptions timeline,
        RawListing listing,
        List<CompactedFile> compacted,
        Map<TableId, RowShape> byTable,
        Shapes shapes,
        Optional<TableId> wanted) {
    /** The tables of raw and of compacted files; those of transaction files only reading tells. */
    SortedSet<TableId> tables() {
        SortedSet<TableId> tables = new TreeSet<>(listing.tables().keySet());
        compacted.forEach(file -> tables.add(file.table()));
        return tables;
    }

    RowShape shape(TableId table) {
        RowShape shape = byTable.get(table);
        return shape == null ? shapes.of(table) : shape;
    }

    ChangeReader reader(TableId table, ChangeReadOptions options) {
        return ChangeReader.create(location.store(), table, shape(table), options);
    }

    /** @throws UsageException if there is nothing to read */
    void requireFiles() {
        if (tables().isEmpty() && listing.transactions().isEmpty()) {
            throw new UsageException(
                    "Cannot find DMS files under '" + uri
                            + "': no object there is named as DMS names them in a folder schema/table. Check the URI, or name the table with --table.");
        }
    }

    /** @throws UsageException if there are CSV files of which nothing says what their columns are */
    void requireColumns() {
        listing.tables()
                .forEach((table, files) -> files.stream()
                        .filter(file -> file.format() != RawFormat.PARQUET)
                        .findFirst()
                        .filter(file -> !columnsKnown(shape(table)))
                        .ifPresent(file -> {
                            throw new UsageException(
                                    "Cannot read the CSV files of table " + table + ", e.g. '" + file.key()
                                            + "': nothing says what their columns are. Give --schema FILE or --spec FILE; or --csv-header if the first row names them (AddColumnName); or --csv-as-text to see them as text, col1, col2 and so on.");
                        }));
        boolean described = shapes.common().csv().undeclaredAsText() || shapes.describe();
        if (!listing.transactions().isEmpty() && !described) {
            throw new UsageException(
                    "Cannot read the transaction files, e.g. '"
                            + listing.transactions().get(0).key()
                            + "': nothing says what the columns of their tables are. Give --schema FILE or --spec FILE; or --csv-as-text to see them as text, col1, col2 and so on.");
        }
    }

    /** For listing files: what their cells mean does not matter, and a sequence column can only be found where columns are known. */
    Input withoutCells() {
        Map<TableId, RowShape> plain = new LinkedHashMap<>();
        byTable.forEach((table, shape) -> plain.put(table, withoutCells(shape)));
        return new Input(uri, location, layout, timeline, listing, compacted, plain, new WithoutCells(shapes), wanted);
    }

    private static RowShape withoutCells(RowShape shape) {
        return columnsKnown(shape) || shape.sequence().isPresent()
                ? shape
                : shape.withCsv(shape.csv().toBuilder().undeclaredAsText().build());
    }

    private static boolean columnsKnown(RowShape shape) {
        return shape.tableSchema().isPresent() || shape.csv().undeclaredAsText();
    }

    private record WithoutCells(Shapes shapes) implements Shapes {
        @Override
        public boolean describe() {
            return shapes.describe();
        }

        @Override
        public Set<TableId> tables() {
            return shapes.tables();
        }

        @Override
        public RowShape common() {
            return withoutCells(shapes.common());
        }

        @Override
        public Optional<RowShape> described(TableId table) {
            return shapes.described(table).map(Input::withoutCells);
        }

        @Override
        public RowShape of(TableId table) {
            return withoutCells(shapes.of(table));
        }
    }
}
