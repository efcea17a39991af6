package io.convergence.target;

import io.convergence.TableId;
import io.convergence.mapping.BeforeImageFilter;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.TableEvaluation;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.source.NullSuspicion;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Derives {@link RowShape}s from a spec. */
final class RowShapes {
    private RowShapes() {}

    static RowShape of(ReplicationSpec spec, SourceTable table) {
        List<MappedTable> mapped = spec.mappedTables(SourceSchema.of(spec.sourceEngine(), table));
        if (mapped.isEmpty()) {
            throw new IllegalArgumentException("Cannot describe the files of table " + table.id()
                    + ": the mappings of the spec do not select it. Add a selection rule for it.");
        }

        return of(spec, mapped.get(0));
    }

    static Optional<RowShape> of(ReplicationSpec spec, TableId landed) {
        return spec.sourceSchema()
                .flatMap(schema -> spec.mappedTables(schema).stream()
                        .filter(table -> table.target().equals(landed))
                        .findFirst())
                .map(table -> of(spec, table));
    }

    static RowShape withoutSchema(ReplicationSpec spec) {
        RowShape shape = RowShape.plain().withCsv(csv(spec.settings()));
        if (spec.settings().timestampColumnName().isPresent()) {
            shape = shape.withTimestampColumn(
                    spec.settings().timestampColumnName().get());
        }
        Optional<AddColumn> sequence = only(spec, AddColumn.class).stream()
                .filter(AddColumn::changeSequence)
                .findFirst();
        if (sequence.isPresent()) {
            shape = shape.withSequenceColumn(sequence.get().columnName());
        }
        Optional<AddBeforeImageColumns> before =
                only(spec, AddBeforeImageColumns.class).stream().findFirst();
        return before.isPresent()
                ? shape.withBeforeImage(
                        before.get().columnPrefix(), before.get().columnSuffix())
                : shape;
    }

    private static RowShape of(ReplicationSpec spec, MappedTable table) {
        return new RowShape(
                spec.settings().timestampColumnName().orElse(null),
                table.sequenceColumn(),
                table.beforeImages().map(MappedTable.BeforeImage::prefix).orElse(null),
                table.beforeImages().map(MappedTable.BeforeImage::suffix).orElse(null),
                beforeImages(table),
                asWritten(table.schema(), spec.settings()),
                nullOnUpdate(spec, table),
                NullOnUpdate.NULL,
                csv(spec, table));
    }

    /** Null where a column that the source gets later will have one too, so that no list can be complete. */
    private static @Nullable Map<String, String> beforeImages(MappedTable table) {
        MappedTable.BeforeImage image = table.beforeImage();
        if (image == null || image.filter() != BeforeImageFilter.PK_ONLY) {
            return null;
        }

        Map<String, String> byName = new LinkedHashMap<>();
        table.columnsWithBeforeImage().forEach(column -> byName.put(image.columnFor(column), column));
        return byName;
    }

    private static boolean writesCsv(S3TargetSettings settings) {
        return settings.dataFormat() == DataFormat.CSV || settings.preserveTransactions();
    }

    private static CsvForm csv(S3TargetSettings settings) {
        return writesCsv(settings) ? CsvForm.from(settings) : CsvForm.defaults();
    }

    private static CsvForm csv(ReplicationSpec spec, MappedTable table) {
        CsvForm form = csv(spec.settings());
        return writesCsv(spec.settings())
                ? form.toBuilder().layout(layout(spec, table)).build()
                : form;
    }

    /** Source columns, added columns in the order of their rules, before-images (order seen in real files). */
    private static CsvLayout layout(ReplicationSpec spec, MappedTable table) {
        TableSchema schema = asWritten(table.schema(), spec.settings());
        List<Column> columns =
                new ArrayList<>(schema.columns().subList(0, table.columns().size()));
        SourceSchema source = SourceSchema.of(spec.sourceEngine(), table.source());
        spec.tableMappings().evaluate(source).selected().stream()
                .flatMap(evaluated -> evaluated.added().stream())
                .map(TableEvaluation.Added::name)
                .map(name -> schema.column(name).orElseGet(() -> Column.nullable(name, DataType.string(50))))
                .forEach(columns::add);
        table.beforeImages()
                .ifPresent(image -> table.columnsWithBeforeImage()
                        .forEach(name -> columns.add(Column.nullable(
                                image.columnFor(name),
                                schema.column(name).orElseThrow().type()))));
        return new CsvLayout(columns);
    }

    private static Map<String, NullOnUpdate> nullOnUpdate(ReplicationSpec spec, MappedTable table) {
        Map<String, NullOnUpdate> bySourceName = new LinkedHashMap<>();
        NullSuspicion.of(spec.sourceEngine(), table.source())
                .unknown()
                .forEach(column -> bySourceName.put(column, NullOnUpdate.UNKNOWN));
        bySourceName.putAll(spec.nullOnUpdate().getOrDefault(table.source().id(), Map.of()));

        Map<String, NullOnUpdate> byFileName = new LinkedHashMap<>();
        bySourceName.forEach(
                (column, meaning) -> table.nameOf(column).ifPresent(name -> byFileName.put(name, meaning)));
        return byFileName;
    }

    /**
     * With ParquetTimestampInMillisecond the files hold no finer unit; CSV holds microseconds (DMS API), for times of day, too, as
     * far as is known.
     */
    private static TableSchema asWritten(TableSchema schema, S3TargetSettings settings) {
        if (writesCsv(settings)) {
            return withTypes(schema, RowShapes::inMicroseconds);
        }

        return settings.parquetTimestampInMillisecond() ? withTypes(schema, RowShapes::inMilliseconds) : schema;
    }

    private static TableSchema withTypes(TableSchema schema, UnaryOperator<DataType> change) {
        List<Column> columns = schema.columns().stream()
                .map(column -> new Column(column.name(), change.apply(column.type()), column.nullable()))
                .toList();
        return new TableSchema(schema.table(), columns, schema.primaryKey());
    }

    private static DataType inMicroseconds(DataType type) {
        return type.kind() == DataType.Kind.TIME && type.scale() < 6 ? DataType.time(6) : type;
    }

    private static DataType inMilliseconds(DataType type) {
        return type.kind() == DataType.Kind.DATETIME && type.scale() > 3 ? DataType.datetime(3) : type;
    }

    private static <T> List<T> only(ReplicationSpec spec, Class<T> type) {
        return spec.tableMappings().rules().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
