package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the mappings make of one source table. Immutable and thread-safe.
 *
 * @param source the table as the source declares it
 * @param target its name in the landing zone
 * @param columns the source columns that are written, in order, with their names in the files
 * @param addedColumns columns that add-column rules append, in the order of the rules, without the sequence column
 * @param sequenceColumn the column that holds {@code $AR_H_CHANGE_SEQ}; null if there is none
 * @param beforeImage how before-image columns are named; null if there are none
 * @param primaryKey the source columns that tell rows apart, in order; see {@link EvaluationOptions.DefinedKeys}
 */
public record MappedTable(
        SourceTable source,
        TableId target,
        List<MappedColumn> columns,
        List<Column> addedColumns,
        @Nullable String sequenceColumn,
        @Nullable BeforeImage beforeImage,
        List<String> primaryKey) {
    public MappedTable {
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        columns = List.copyOf(columns);
        addedColumns = List.copyOf(addedColumns);
        primaryKey = List.copyOf(primaryKey);
    }

    /** A table with the key of its source. */
    public MappedTable(
            SourceTable source,
            TableId target,
            List<MappedColumn> columns,
            List<Column> addedColumns,
            @Nullable String sequenceColumn,
            @Nullable BeforeImage beforeImage) {
        this(source, target, columns, addedColumns, sequenceColumn, beforeImage, source.primaryKey());
    }

    /** The names of before-image columns: prefix, source column, suffix. One of the two may be empty. */
    public record BeforeImage(String prefix, String suffix, BeforeImageFilter filter) {
        public BeforeImage {
            requireNonNull(prefix, "prefix");
            requireNonNull(suffix, "suffix");
            requireNonNull(filter, "filter");
        }

        public String columnFor(String column) {
            return prefix + column + suffix;
        }
    }

    public Optional<String> sequence() {
        return Optional.ofNullable(sequenceColumn);
    }

    public Optional<BeforeImage> beforeImages() {
        return Optional.ofNullable(beforeImage);
    }

    /** The name in the files of a source column; empty if it is removed. */
    public Optional<String> nameOf(String sourceColumn) {
        return columns.stream()
                .filter(column -> column.source().name().equals(sourceColumn))
                .map(MappedColumn::name)
                .findFirst();
    }

    /**
     * Columns that are written under another name than the source's, where neither name is that of another column: names in the
     * files by names at the source.
     */
    public Map<String, String> renames() {
        Set<String> written = new HashSet<>(schema().columnNames());
        Map<String, String> renames = new LinkedHashMap<>();
        columns.stream()
                .filter(column -> !written.contains(column.source().name())
                        && source.columns().stream()
                                .noneMatch(other -> other.name().equals(column.name())))
                .forEach(column -> renames.put(column.source().name(), column.name()));
        return renames;
    }

    /** The table in the landing zone: source columns, then added ones; without the sequence and before-image columns. */
    public TableSchema schema() {
        List<Column> all = new ArrayList<>();
        columns.forEach(column -> all.add(column.toColumn()));
        all.addAll(addedColumns);
        return new TableSchema(
                target,
                all,
                primaryKey.stream().map(key -> nameOf(key).orElseThrow()).toList());
    }

    /** The columns that have a before-image column, by their names in the files. */
    public List<String> columnsWithBeforeImage() {
        BeforeImage image = beforeImage;
        if (image == null) {
            return List.of();
        }

        return columns.stream()
                .filter(column -> switch (image.filter()) {
                    case PK_ONLY -> primaryKey.contains(column.source().name());
                    case NON_LOB -> !lob(column);
                    case ALL -> true;
                })
                .map(MappedColumn::name)
                .toList();
    }

    private static boolean lob(MappedColumn column) {
        return switch (column.type().kind()) {
            case CLOB, NCLOB, BLOB -> true;
            default -> false;
        };
    }
}
