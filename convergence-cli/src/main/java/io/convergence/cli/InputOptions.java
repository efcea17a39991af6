package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.TableId;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawLayout;
import io.convergence.raw.RawListing;
import io.convergence.schema.TableSchema;
import io.convergence.source.NullSuspicion;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
            description =
                    "Only this table; also the name of the table whose folder or file URI is, where the path does not tell.")
    private @Nullable String table;

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
            description = "A replication spec as JSON; it says all that the options below say.")
    private @Nullable Path specFile;

    @Option(names = "--timestamp-column", paramLabel = "COL", description = "DMS's TimestampColumnName.")
    private @Nullable String timestampColumn;

    @Option(names = "--sequence-column", paramLabel = "COL", description = "The column with $AR_H_CHANGE_SEQ.")
    private @Nullable String sequenceColumn;

    @Option(names = "--before-image-prefix", paramLabel = "TEXT", description = "Prefix of before-image columns.")
    private @Nullable String beforeImagePrefix;

    @Option(names = "--before-image-suffix", paramLabel = "TEXT", description = "Suffix of before-image columns.")
    private @Nullable String beforeImageSuffix;

    private @Nullable Input resolved;

    /**
     * The input as found.
     *
     * @param layout how keys are read
     * @param listing the files of the wanted tables
     */
    record Input(Location location, RawLayout layout, RawListing listing, Map<TableId, RowShape> shapes) {
        RowShape shape(TableId table) {
            RowShape shape = shapes.get(table);
            if (shape == null) {
                throw new IllegalStateException("no shape of " + table);
            }
            return shape;
        }
    }

    String uri() {
        return uri;
    }

    Input resolve() {
        Input known = resolved;
        if (known != null) {
            return known;
        }

        Location location = Location.toRead(uri);
        ReplicationSpec spec = specFile == null ? null : ReplicationSpec.parse(text(specFile));
        RawLayout layout = spec == null ? RawLayout.detect() : RawLayout.of(spec.settings());
        TableId wanted = table == null ? null : TableId.parse(table);
        RawListing listing = LandingZone.scan(location.store(), location.prefix(), layout);
        if (spec == null && listing.files() == 0) {
            TableId only = wanted != null ? wanted : byPath().orElse(null);
            if (only != null) {
                layout = RawLayout.detect(only);
                listing = LandingZone.scan(location.store(), location.prefix(), layout);
            }
        }
        if (wanted != null) {
            if (!listing.tables().containsKey(wanted)) {
                throw new UsageException("cannot find table " + wanted + " under '" + uri + "': there are "
                        + listing.tables().keySet() + ". Check the name, it is case-sensitive.");
            }
            listing = only(listing, wanted);
        }

        Input input = new Input(location, layout, listing, shapes(listing, spec));
        resolved = input;
        return input;
    }

    private static RawListing only(RawListing listing, TableId table) {
        var tables = new java.util.TreeMap<TableId, List<io.convergence.raw.RawFile>>();
        tables.put(table, listing.files(table));
        return new RawListing(tables, List.of(), listing.controls(), listing.foreign(), listing.findings());
    }

    /** A folder named {@code …/schema/table}, or a file in one: its path names the table. */
    private Optional<TableId> byPath() {
        if (uri.startsWith("s3://")) {
            return Optional.empty();
        }

        Path path = Location.path(uri).toAbsolutePath().normalize();
        Path folder = Files.isDirectory(path) ? path : path.getParent();
        if (folder == null || folder.getNameCount() < 2) {
            return Optional.empty();
        }

        int count = folder.getNameCount();
        return Optional.of(TableId.of(
                folder.getName(count - 2).toString(), folder.getName(count - 1).toString()));
    }

    private Map<TableId, RowShape> shapes(RawListing listing, @Nullable ReplicationSpec spec) {
        SourceSchema source = schemaFile == null ? null : SourceSchema.parse(text(schemaFile));
        Map<TableId, RowShape> shapes = new LinkedHashMap<>();
        for (TableId id : listing.tables().keySet()) {
            shapes.put(id, spec == null ? byOptions(id, source) : bySpec(id, spec, source));
        }

        return shapes;
    }

    private static RowShape bySpec(TableId id, ReplicationSpec spec, @Nullable SourceSchema source) {
        ReplicationSpec complete =
                source == null ? spec : spec.toBuilder().sourceSchema(source).build();
        return complete.rowShape(id).orElseGet(complete::rowShapeWithoutSchema);
    }

    private RowShape byOptions(TableId id, @Nullable SourceSchema source) {
        RowShape shape = RowShape.plain();
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
        if (source == null) {
            return shape;
        }

        SourceTable table = source.table(id)
                .orElseThrow(() -> new UsageException("cannot find table " + id + " in '" + schemaFile + "': it has "
                        + source.tables().stream().map(SourceTable::id).toList()
                        + ". Add the table, or name another with --table."));
        Map<String, NullOnUpdate> unknown = new LinkedHashMap<>();
        NullSuspicion.of(source.engine(), table).unknown().forEach(column -> unknown.put(column, NullOnUpdate.UNKNOWN));
        TableSchema schema = table.toSchema();
        return shape.withSchema(schema).withNullOnUpdate(unknown, NullOnUpdate.NULL);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UsageException("cannot read '" + file + "': " + reason(e) + ". Check the path.");
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException
                ? "there is no such file"
                : String.valueOf(e.getMessage());
    }

    /** A configuration file that is wrong is wrong usage, not broken data. */
    static boolean usage(ConvergenceException e) {
        return e instanceof io.convergence.source.InvalidSourceSchemaException
                || e instanceof io.convergence.mapping.InvalidMappingException
                || e instanceof io.convergence.target.InvalidConfigurationException;
    }
}
