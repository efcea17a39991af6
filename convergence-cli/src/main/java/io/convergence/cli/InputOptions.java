package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.raw.RawListing;
import io.convergence.source.SourceSchema;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command says of its input: where it is, and what its columns mean. */
final class InputOptions {
    @Parameters(
            paramLabel = "URI",
            description = "A file or folder of the landing zone: a path, file:… or s3://bucket/prefix.")
    private String uri = "";

    @Option(
            names = "--table",
            paramLabel = "SCHEMA.TABLE",
            converter = TableIdConverter.class,
            description =
                    "Only this table; also the name of the table whose folder or file URI is, where the path does not tell.")
    private @Nullable TableId table;

    @Mixin
    private ColumnOptions columns = new ColumnOptions();

    @Mixin
    private S3Options s3 = new S3Options();

    private @Nullable Input resolved;

    /** Tables that count as found without files. */
    private Set<TableId> alsoThere = Set.of();

    /** What one way of reading keys finds. */
    private record Scan(RawLayout layout, RawListing listing, List<CompactedFile> compacted) {
        Set<TableId> tables() {
            Set<TableId> tables = new LinkedHashSet<>(listing.tables().keySet());
            compacted.forEach(file -> tables.add(file.table()));
            return tables;
        }

        boolean nothing() {
            return listing.files() == 0 && compacted.isEmpty();
        }

        Scan only(TableId table) {
            SortedMap<TableId, List<RawFile>> raw = new TreeMap<>();
            if (!listing.files(table).isEmpty()) {
                raw.put(table, listing.files(table));
            }
            return new Scan(
                    layout,
                    new RawListing(
                            raw, listing.transactions(), listing.controls(), listing.foreign(), listing.findings()),
                    compacted.stream()
                            .filter(file -> file.table().equals(table))
                            .toList());
        }

        Scan with(Finding finding) {
            List<Finding> findings = new ArrayList<>(listing.findings());
            findings.add(finding);
            return new Scan(
                    layout,
                    new RawListing(
                            listing.tables(), listing.transactions(), listing.controls(), listing.foreign(), findings),
                    compacted);
        }
    }

    /** What a command without these options gives itself. */
    static InputOptions of(String uri, @Nullable TableId table, ColumnOptions columns, S3Options s3) {
        var options = new InputOptions();
        options.uri = uri;
        options.table = table;
        options.columns = columns;
        options.s3 = s3;
        return options;
    }

    S3Options s3() {
        return s3;
    }

    /** These tables count as found, though all their raw files may be gone. To be said before the input is resolved. */
    void alsoThere(Set<TableId> tables) {
        alsoThere = Set.copyOf(tables);
    }

    /** The input, looked up once. */
    Input resolve() {
        Input known = resolved;
        if (known != null) {
            return known;
        }

        SourceSchema source = columns.source();
        ReplicationSpec spec = columns.spec(source);
        Location location = Location.toRead(uri, s3);
        Scan scan = scan(location, spec, ColumnOptions.described(source, spec));
        Shapes shapes = columns.shapes(source, spec);
        Map<TableId, RowShape> byTable = new LinkedHashMap<>();
        scan.tables().forEach(id -> byTable.put(id, shapes.of(id)));
        Input input = new Input(
                uri,
                location,
                scan.layout(),
                columns.timeline(spec),
                scan.listing(),
                scan.compacted(),
                byTable,
                shapes,
                Optional.ofNullable(table));
        resolved = input;
        return input;
    }

    private Scan scan(Location location, @Nullable ReplicationSpec spec, Set<TableId> described) {
        TableId wanted = table;
        TableId named = wanted != null ? wanted : tableByPath(described).orElse(null);
        List<RawLayout> layouts = layouts(spec);
        Scan scan = firstThatFinds(location, layouts, named);
        if (wanted != null) {
            return wanted(scan, wanted);
        }

        if (scan.tables().size() == 1 && described.size() == 1 && !described.containsAll(scan.tables())) {
            TableId only = described.iterator().next();
            RawLayout layout = RawLayout.detect(only).withTimezone(scan.layout().timezone());
            return scan(location, layout, only)
                    .with(Finding.info(
                            "TABLE_BY_SCHEMA",
                            uri,
                            "By their folder the files are those of table "
                                    + scan.tables().iterator().next() + ", but the only table described is " + only
                                    + ", so they are read as its files.",
                            "Nothing to do if that is right; else correct the schema."));
        }

        return scan;
    }

    private Scan firstThatFinds(Location location, List<RawLayout> layouts, @Nullable TableId named) {
        Scan first = null;
        for (RawLayout layout : layouts) {
            Scan scan = scan(location, layout, named);
            if (!scan.nothing()) {
                return scan;
            }
            first = first == null ? scan : first;
        }
        if (named != null) {
            Scan scan = scan(
                    location,
                    RawLayout.detect(named).withTimezone(layouts.get(0).timezone()),
                    named);
            if (!scan.nothing()) {
                return scan;
            }
        }

        return first == null ? scan(location, RawLayout.detect(), named) : first;
    }

    private static Scan scan(Location location, RawLayout layout, @Nullable TableId named) {
        RawListing listing = LandingZone.scan(location.store(), location.prefix(), layout);
        LakeObjects own = LakeObjects.find(location, layout, listing, named);
        return new Scan(layout, own.explain(listing), own.compacted());
    }

    private Scan wanted(Scan scan, TableId wanted) {
        if (!scan.tables().contains(wanted)
                && !alsoThere.contains(wanted)
                && scan.listing().transactions().isEmpty()) {
            throw new UsageException("Cannot find table " + wanted + " under '" + uri + "': there are " + scan.tables()
                    + ". Check the name, it is case-sensitive.");
        }

        return scan.only(wanted);
    }

    /** The ways to read keys, best first. A local copy often lies outside the bucket folder of the settings. */
    private static List<RawLayout> layouts(@Nullable ReplicationSpec spec) {
        if (spec == null) {
            return List.of(RawLayout.detect());
        }

        return List.of(
                RawLayout.of(spec.settings()),
                RawLayout.of(spec.settings().toBuilder().bucketFolder("").build()));
    }

    /** The table of files whose keys do not tell it: the only one described, or that of a local folder {@code …/schema/table}. */
    private Optional<TableId> tableByPath(Set<TableId> described) {
        Optional<TableId> byPath = Location.localFolder(uri)
                .filter(folder -> folder.getNameCount() >= 2)
                .map(folder -> TableId.of(
                        folder.getName(folder.getNameCount() - 2).toString(),
                        folder.getName(folder.getNameCount() - 1).toString()));
        boolean fits = byPath.isPresent() && (described.isEmpty() || described.contains(byPath.get()));
        return fits || described.size() != 1 ? byPath : described.stream().findFirst();
    }
}
