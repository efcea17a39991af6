package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.raw.RawListing;
import io.convergence.raw.TimelineOptions;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.nio.file.Path;
import java.time.Instant;
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

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = {
                "The source's tables as JSON: {\"tables\":[{\"schema\":…,\"name\":…,",
                "\"columns\":[{\"name\":…,\"type\":…}],\"primaryKey\":[…]}]} with DMS type names."
            })
    private @Nullable Path schemaFile;

    @Option(
            names = "--spec",
            paramLabel = "FILE",
            description =
                    "A replication spec as JSON; it says what --timestamp-column, --sequence-column, --before-image-… and --csv-… say.")
    private @Nullable Path specFile;

    @Option(names = "--timestamp-column", paramLabel = "COL", description = "DMS's TimestampColumnName.")
    private @Nullable String timestampColumn;

    @Option(names = "--sequence-column", paramLabel = "COL", description = "The column with $AR_H_CHANGE_SEQ.")
    private @Nullable String sequenceColumn;

    @Option(names = "--before-image-prefix", paramLabel = "TEXT", description = "Prefix of before-image columns.")
    private @Nullable String beforeImagePrefix;

    @Option(names = "--before-image-suffix", paramLabel = "TEXT", description = "Suffix of before-image columns.")
    private @Nullable String beforeImageSuffix;

    @Option(
            names = "--load-start",
            paramLabel = "TIME",
            converter = InstantConverter.class,
            description =
                    "When the full load began, e.g. 2026-03-01T10:00:00Z, if the files do not tell: changes before it are not read.")
    private @Nullable Instant loadStart;

    @Mixin
    private CsvOptions csv = new CsvOptions();

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

        SourceSchema source = schemaFile == null
                ? null
                : SourceSchema.parse(Document.read(schemaFile).requireJson().text());
        ReplicationSpec spec = spec(source);
        Location location = Location.toRead(uri, s3);
        Scan scan = scan(location, spec, described(source, spec));
        Shapes shapes = spec == null ? new ByOptions(source) : new BySpec(spec);
        Map<TableId, RowShape> byTable = new LinkedHashMap<>();
        scan.tables().forEach(id -> byTable.put(id, shapes.of(id)));
        Input input = new Input(
                uri,
                location,
                scan.layout(),
                timeline(spec),
                scan.listing(),
                scan.compacted(),
                byTable,
                shapes,
                Optional.ofNullable(table));
        resolved = input;
        return input;
    }

    private @Nullable ReplicationSpec spec(@Nullable SourceSchema source) {
        if (specFile == null) {
            return null;
        }
        if (timestampColumn != null
                || sequenceColumn != null
                || beforeImagePrefix != null
                || beforeImageSuffix != null
                || csv.repeatSpec()) {
            throw new UsageException(
                    "Cannot use --timestamp-column, --sequence-column, --before-image-… or --csv-… with --spec: the spec says what they say. Leave them out, or correct '"
                            + specFile + "'.");
        }

        ReplicationSpec spec =
                ReplicationSpec.parse(Document.read(specFile).requireJson().text());
        return source == null ? spec : spec.toBuilder().sourceSchema(source).build();
    }

    private TimelineOptions timeline(@Nullable ReplicationSpec spec) {
        TimelineOptions options = TimelineOptions.defaults();
        if (spec != null && spec.settings().useTaskStartTimeForFullLoadTimestamp()) {
            options = options.withLoadTimestamps(TimelineOptions.LoadTimestamps.TASK_START);
        }

        return loadStart == null ? options : options.withDeclaredLoadStart(loadStart);
    }

    /** The tables that schema and spec describe, by their names in the landing zone. */
    private static Set<TableId> described(@Nullable SourceSchema source, @Nullable ReplicationSpec spec) {
        Set<TableId> tables = new LinkedHashSet<>();
        if (spec != null) {
            spec.sourceSchema()
                    .ifPresent(schema -> spec.mappedTables(schema).stream()
                            .map(MappedTable::target)
                            .forEach(tables::add));
        } else if (source != null) {
            source.tables().stream().map(SourceTable::id).forEach(tables::add);
        }

        return tables;
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

    private final class BySpec implements Shapes {
        private final ReplicationSpec spec;

        BySpec(ReplicationSpec spec) {
            this.spec = spec;
        }

        @Override
        public boolean describe() {
            return spec.sourceSchema().isPresent();
        }

        @Override
        public Set<TableId> tables() {
            return InputOptions.described(null, spec);
        }

        @Override
        public RowShape common() {
            return withCsv(spec.rowShapeWithoutSchema());
        }

        @Override
        public Optional<RowShape> described(TableId id) {
            return spec.sourceSchema().isEmpty()
                    ? Optional.of(common())
                    : spec.rowShape(id).map(InputOptions.this::withCsv);
        }

        @Override
        public RowShape of(TableId id) {
            return described(id).orElseGet(this::common);
        }
    }

    private final class ByOptions implements Shapes {
        private final @Nullable SourceSchema source;

        ByOptions(@Nullable SourceSchema source) {
            this.source = source;
        }

        @Override
        public boolean describe() {
            return source != null;
        }

        @Override
        public Set<TableId> tables() {
            return InputOptions.described(source, null);
        }

        @Override
        public RowShape common() {
            return withColumns(RowShape.plain());
        }

        @Override
        public Optional<RowShape> described(TableId id) {
            SourceSchema known = source;
            return known == null
                    ? Optional.of(common())
                    : known.table(id).map(found -> withColumns(RowShape.of(known.engine(), found)));
        }

        @Override
        public RowShape of(TableId id) {
            return described(id)
                    .orElseThrow(() -> new UsageException("Cannot find table " + id + " in '" + schemaFile
                            + "': it has " + names() + ". Add the table, or choose one with --table."));
        }

        private List<TableId> names() {
            return source == null
                    ? List.of()
                    : source.tables().stream().map(SourceTable::id).toList();
        }
    }

    private RowShape withColumns(RowShape plain) {
        RowShape shape = plain;
        if (timestampColumn != null) {
            shape = shape.withTimestampColumn(timestampColumn);
        }
        if (sequenceColumn != null) {
            shape = shape.withSequenceColumn(sequenceColumn);
        }
        if (beforeImagePrefix != null || beforeImageSuffix != null) {
            shape = shape.withBeforeImage(
                    beforeImagePrefix == null ? "" : beforeImagePrefix,
                    beforeImageSuffix == null ? "" : beforeImageSuffix);
        }

        return withCsv(shape);
    }

    private RowShape withCsv(RowShape shape) {
        return shape.withCsv(csv.applyTo(shape.csv(), shape.tableSchema().isPresent()));
    }
}
