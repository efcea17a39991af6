package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import io.convergence.raw.TimelineOptions;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the columns of a landing zone mean, as far as the user says. */
final class ColumnOptions {
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

    /** Whether anything is said. */
    boolean given() {
        return Stream.of(
                                schemaFile,
                                specFile,
                                timestampColumn,
                                sequenceColumn,
                                beforeImagePrefix,
                                beforeImageSuffix,
                                loadStart)
                        .anyMatch(Objects::nonNull)
                || csv.repeatSpec();
    }

    @Nullable
    SourceSchema source() {
        return schemaFile == null
                ? null
                : SourceSchema.parse(Document.read(schemaFile).requireJson().text());
    }

    Shapes shapes(@Nullable SourceSchema source, @Nullable ReplicationSpec spec) {
        return spec == null ? new ByOptions(source) : new BySpec(spec);
    }

    @Nullable
    ReplicationSpec spec(@Nullable SourceSchema source) {
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

    TimelineOptions timeline(@Nullable ReplicationSpec spec) {
        TimelineOptions options = TimelineOptions.defaults();
        if (spec != null && spec.settings().useTaskStartTimeForFullLoadTimestamp()) {
            options = options.withLoadTimestamps(TimelineOptions.LoadTimestamps.TASK_START);
        }

        return loadStart == null ? options : options.withDeclaredLoadStart(loadStart);
    }

    /** The tables that schema and spec describe, by their names in the landing zone. */
    static Set<TableId> described(@Nullable SourceSchema source, @Nullable ReplicationSpec spec) {
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
            return ColumnOptions.described(null, spec);
        }

        @Override
        public RowShape common() {
            return withCsv(spec.rowShapeWithoutSchema());
        }

        @Override
        public Optional<RowShape> described(TableId id) {
            return spec.sourceSchema().isEmpty()
                    ? Optional.of(common())
                    : spec.rowShape(id).map(ColumnOptions.this::withCsv);
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
            return ColumnOptions.described(source, null);
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
