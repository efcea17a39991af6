package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One column by which the files of a snapshot are parted, and the name of the folders that say so: {@code NAME=VALUE}, as Hive and Athena
 * read them. The column stays in the data files as well, so that the folder has a name of its own: the column's with {@code _partition},
 * {@code _day}, {@code _month} or {@code _year} after it, or another by {@link #named}. Immutable; thread-safe.
 *
 * @param column as it is published
 * @param unit what of its value tells the partition
 * @param folder the part of the folder's name before {@code =}: lower-case letters, digits and {@code _}, no other characters for
 *     {@link #named}; a column's own characters stay, escaped as values are
 */
public record PartitionBy(String column, Unit unit, String folder) {
    private static final Pattern TEXT = Pattern.compile("(?<unit>(?i:day|month|year))\\((?<column>.+)\\)");
    private static final Pattern FOLDER = Pattern.compile("[a-z0-9][a-z0-9_]*");

    /** What of a value tells the partition. */
    public enum Unit {
        /** All of it. */
        VALUE("partition"),
        /** The day of a date or timestamp: {@code 2026-01-31}. */
        DAY("day"),
        /** Its month: {@code 2026-01}. */
        MONTH("month"),
        /** Its year: {@code 2026}. */
        YEAR("year");

        private final String suffix;

        Unit(String suffix) {
            this.suffix = suffix;
        }
    }

    public PartitionBy {
        requireNonNull(unit, "unit");
        requireNonNull(folder, "folder");
        if (requireNonNull(column, "column").isEmpty() || folder.isEmpty()) {
            throw new IllegalArgumentException("Cannot partition by column '" + column + "' into folders '" + folder
                    + "=...': neither name may be empty.");
        }
    }

    /** Rows of the same value stand together. The column is no floating-point number and not binary. */
    public static PartitionBy column(String column) {
        return of(column, Unit.VALUE);
    }

    /** Rows of the same day stand together; the column is a date or a timestamp, whose values DMS writes in UTC or without zone. */
    public static PartitionBy day(String column) {
        return of(column, Unit.DAY);
    }

    /** As {@link #day}, by months. */
    public static PartitionBy month(String column) {
        return of(column, Unit.MONTH);
    }

    /** As {@link #day}, by years. */
    public static PartitionBy year(String column) {
        return of(column, Unit.YEAR);
    }

    private static PartitionBy of(String column, Unit unit) {
        return new PartitionBy(column, unit, folderOf(requireNonNull(column, "column"), unit));
    }

    private static String folderOf(String column, Unit unit) {
        return column + "_" + unit.suffix;
    }

    /**
     * As {@link #toString} writes it: {@code country}, {@code day(ordered)}, {@code month(ordered)} or {@code year(ordered)}.
     *
     * @throws IllegalArgumentException if the text is empty
     */
    public static PartitionBy parse(String text) {
        Matcher form = TEXT.matcher(requireNonNull(text, "text").strip());
        return form.matches()
                ? of(
                        form.group("column").strip(),
                        Unit.valueOf(form.group("unit").toUpperCase(Locale.ROOT)))
                : of(text.strip(), Unit.VALUE);
    }

    /**
     * The same partitions in folders of another name, where the usual one is a column of the table.
     *
     * @throws IllegalArgumentException unless the name is of lower-case letters, digits and {@code _}, and does not begin with {@code _}
     */
    public PartitionBy named(String name) {
        if (!FOLDER.matcher(requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("Cannot name folders of partitions '" + name
                    + "=...': Athena takes lower-case letters, digits and '_'. Give such a name.");
        }
        return new PartitionBy(column, unit, name);
    }

    /** The same by another column; a folder named by the column is named by that one. */
    PartitionBy byColumn(String other) {
        return new PartitionBy(other, unit, folder.equals(folderOf(column, unit)) ? folderOf(other, unit) : folder);
    }

    @Override
    public String toString() {
        String text = unit == Unit.VALUE ? column : unit.suffix + "(" + column + ")";
        return folder.equals(folderOf(column, unit)) ? text : text + " as " + folder;
    }
}
