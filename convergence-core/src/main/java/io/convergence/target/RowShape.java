package io.convergence.target;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.TableSchema;
import io.convergence.source.NullSuspicion;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the columns of one table's files mean: which are DMS's own, which hold before-images, and how a null in an
 * update is to be read. It follows from a {@link ReplicationSpec} and a source table, or is given by hand for files of
 * unknown origin. Immutable and thread-safe.
 *
 * @param timestampColumn DMS's {@code TimestampColumnName}; null if the task writes none
 * @param sequenceColumn the column added with the expression {@code $AR_H_CHANGE_SEQ}; null if there is none
 * @param beforeImagePrefix prefix of before-image columns, may be empty; null if the task writes none
 * @param beforeImageSuffix suffix of before-image columns, may be empty; null if the task writes none
 * @param beforeImages the before-image columns there are, each with its column; null if only prefix and suffix tell them, and
 *     then a column that the schema has is the table's own
 * @param schema the table as the source declares it, types after DMS's mapping; null if not known, then types are the files'
 * @param nullOnUpdate by column name; columns not named take {@code defaultNullOnUpdate}
 * @param csv how CSV files are written; without meaning for Parquet files
 */
public record RowShape(
        @Nullable String timestampColumn,
        @Nullable String sequenceColumn,
        @Nullable String beforeImagePrefix,
        @Nullable String beforeImageSuffix,
        @Nullable Map<String, String> beforeImages,
        @Nullable TableSchema schema,
        Map<String, NullOnUpdate> nullOnUpdate,
        NullOnUpdate defaultNullOnUpdate,
        CsvForm csv) {
    /** DMS's name of the operation column; it cannot be configured. */
    public static final String OP_COLUMN = "Op";

    public RowShape {
        requireNonNull(defaultNullOnUpdate, "defaultNullOnUpdate");
        requireNonNull(csv, "csv");
        nullOnUpdate = Map.copyOf(nullOnUpdate);
        beforeImages = beforeImages == null ? null : Map.copyOf(beforeImages);
        if ((beforeImagePrefix == null) != (beforeImageSuffix == null)) {
            throw new IllegalArgumentException(
                    "Cannot describe before-image columns by a prefix or a suffix alone: give both, one may be empty.");
        }
        if (beforeImagePrefix != null
                && beforeImagePrefix.isEmpty()
                && requireNonNull(beforeImageSuffix).isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot tell before-image columns from others: prefix and suffix are both empty.");
        }
    }

    /**
     * A shape whose before-images only prefix and suffix tell, and whose CSV files, if there are any, are written with DMS's
     * {@linkplain CsvForm#defaults defaults}.
     */
    public RowShape(
            @Nullable String timestampColumn,
            @Nullable String sequenceColumn,
            @Nullable String beforeImagePrefix,
            @Nullable String beforeImageSuffix,
            @Nullable TableSchema schema,
            Map<String, NullOnUpdate> nullOnUpdate,
            NullOnUpdate defaultNullOnUpdate) {
        this(
                timestampColumn,
                sequenceColumn,
                beforeImagePrefix,
                beforeImageSuffix,
                null,
                schema,
                nullOnUpdate,
                defaultNullOnUpdate,
                CsvForm.defaults());
    }

    /** Nothing but {@code Op}: types from the files, nulls in updates taken as null. */
    public static RowShape plain() {
        return new RowShape(null, null, null, null, null, Map.of(), NullOnUpdate.NULL);
    }

    /**
     * The files of a table whose columns DMS neither renames nor removes: its schema, and its nulls in updates read as rule
     * S8 demands of such a source. DMS's own columns are still to be named.
     */
    public static RowShape of(SourceEngine engine, SourceTable table) {
        Map<String, NullOnUpdate> unknown = new LinkedHashMap<>();
        NullSuspicion.of(engine, table).unknown().forEach(column -> unknown.put(column, NullOnUpdate.UNKNOWN));
        return plain().withSchema(table.toSchema()).withNullOnUpdate(unknown, NullOnUpdate.NULL);
    }

    public RowShape withTimestampColumn(String name) {
        return new RowShape(
                name,
                sequenceColumn,
                beforeImagePrefix,
                beforeImageSuffix,
                beforeImages,
                schema,
                nullOnUpdate,
                defaultNullOnUpdate,
                csv);
    }

    public RowShape withSequenceColumn(String name) {
        return new RowShape(
                timestampColumn,
                name,
                beforeImagePrefix,
                beforeImageSuffix,
                beforeImages,
                schema,
                nullOnUpdate,
                defaultNullOnUpdate,
                csv);
    }

    /** Every column of such a name that the schema does not have, beside a column without them, holds before-images. */
    public RowShape withBeforeImage(String prefix, String suffix) {
        return new RowShape(
                timestampColumn, sequenceColumn, prefix, suffix, null, schema, nullOnUpdate, defaultNullOnUpdate, csv);
    }

    public RowShape withSchema(TableSchema table) {
        return new RowShape(
                timestampColumn,
                sequenceColumn,
                beforeImagePrefix,
                beforeImageSuffix,
                beforeImages,
                table,
                nullOnUpdate,
                defaultNullOnUpdate,
                csv);
    }

    public RowShape withNullOnUpdate(Map<String, NullOnUpdate> byColumn, NullOnUpdate others) {
        return new RowShape(
                timestampColumn,
                sequenceColumn,
                beforeImagePrefix,
                beforeImageSuffix,
                beforeImages,
                schema,
                byColumn,
                others,
                csv);
    }

    /**
     * Columns that had other names in older files had their before-images under those.
     *
     * @param renames names now by names before
     */
    public RowShape withBeforeImagesOf(Map<String, String> renames) {
        Map<String, String> named = beforeImages;
        if (named == null || renames.isEmpty()) {
            return this;
        }

        Map<String, String> all = new LinkedHashMap<>(named);
        renames.forEach((before, now) -> {
            if (named.containsValue(now)) {
                all.putIfAbsent(beforeImagePrefix + before + beforeImageSuffix, before);
            }
        });
        return new RowShape(
                timestampColumn,
                sequenceColumn,
                beforeImagePrefix,
                beforeImageSuffix,
                all,
                schema,
                nullOnUpdate,
                defaultNullOnUpdate,
                csv);
    }

    public RowShape withCsv(CsvForm form) {
        return new RowShape(
                timestampColumn,
                sequenceColumn,
                beforeImagePrefix,
                beforeImageSuffix,
                beforeImages,
                schema,
                nullOnUpdate,
                defaultNullOnUpdate,
                form);
    }

    public Optional<String> timestamp() {
        return Optional.ofNullable(timestampColumn);
    }

    public Optional<String> sequence() {
        return Optional.ofNullable(sequenceColumn);
    }

    public Optional<TableSchema> tableSchema() {
        return Optional.ofNullable(schema);
    }

    public NullOnUpdate nullOnUpdate(String column) {
        return nullOnUpdate.getOrDefault(column, defaultNullOnUpdate);
    }

    /** The source column whose before-image this column holds; empty if it is none. {@code columns} are all names in the file. */
    public Optional<String> beforeImageOf(String column, List<String> columns) {
        if (beforeImages != null) {
            return Optional.ofNullable(beforeImages.get(column));
        }

        String prefix = beforeImagePrefix;
        String suffix = beforeImageSuffix;
        if (prefix == null || suffix == null || column.length() <= prefix.length() + suffix.length()) {
            return Optional.empty();
        }
        if (!column.startsWith(prefix) || !column.endsWith(suffix)) {
            return Optional.empty();
        }
        if (schema != null && schema.indexOf(column) >= 0) {
            return Optional.empty();
        }

        String original = column.substring(prefix.length(), column.length() - suffix.length());
        return columns.contains(original) ? Optional.of(original) : Optional.empty();
    }
}
