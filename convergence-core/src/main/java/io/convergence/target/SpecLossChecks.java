package io.convergence.target;

import io.convergence.mapping.MappedColumn;
import io.convergence.mapping.MappedTable;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** What DMS's type mapping gives the lake less than the source has: each known loss is told before it happens (rule S19). */
final class SpecLossChecks {
    /**
     * A loss that depends on a column's type.
     *
     * @param message what happens to {@code %s}, the columns
     * @param keyReason the same of a single key column, as the end of a clause
     */
    private record Loss(String code, Predicate<MappedColumn> affects, String message, String fix, String keyReason) {}

    private final SpecContext spec;
    private final boolean postgres;
    private final boolean parquet;
    private final boolean milliseconds;
    private final List<Loss> losses;

    private SpecLossChecks(SpecContext spec) {
        this.spec = spec;
        this.postgres = spec.engine() == SourceEngine.POSTGRESQL;
        this.parquet = !spec.writesCsv();
        this.milliseconds = parquet && spec.settings().parquetTimestampInMillisecond();
        this.losses = losses();
    }

    static void check(SpecContext spec) {
        SpecLossChecks checks = new SpecLossChecks(spec);
        if (spec.writesCsv()) {
            checks.header();
            checks.emptyTexts();
        }
        for (MappedTable table : spec.mapped()) {
            checks.lobs(table);
            checks.losses(table);
            checks.keys(table);
        }
    }

    private List<Loss> losses() {
        return List.of(
                new Loss(
                        "TIMES_CUT_TO_MILLISECONDS",
                        column -> milliseconds && finer(column, 3),
                        "ParquetTimestampInMillisecond cuts %s to milliseconds.",
                        spec.parts().consumer() == RawConsumer.ATHENA
                                ? "Athena needs it on the files themselves; let it read what this library writes if the source is finer."
                                : "Leave it off if the source is finer.",
                        "is cut to milliseconds by ParquetTimestampInMillisecond"),
                new Loss(
                        "NUMERIC_ROUNDED",
                        column -> postgres && unboundedNumeric(column.source()),
                        "Values of %s have no declared precision and travel as NUMERIC(28,6): further fraction digits are rounded, and larger numbers are lost (rule S19).",
                        "Declare a precision at the source, or set MapUnboundedNumericAsString on the source endpoint.",
                        "is numeric without precision, which DMS rounds to NUMERIC(28,6)"),
                new Loss(
                        "BOOLEAN_AS_TEXT",
                        column -> postgres && booleanAsText(column.source()),
                        "Values of %s travel as the texts 'true' and 'false' (rule S19).",
                        "Set MapBooleanAsBoolean on the source endpoint, or read the texts as booleans.",
                        ""),
                new Loss(
                        "FRACTION_CUT",
                        this::fractionCut,
                        "Fractions of a second of %s are cut to the unit of the files: milliseconds for times of day, microseconds for timestamps (rule S19).",
                        "Keep them in a column of text or numbers if they are needed.",
                        "is cut to the unit of time of the files"),
                new Loss(
                        "TIME_ZONE_DROPPED",
                        column -> postgres && timeWithZone(column.source()),
                        "Times of day of %s are written without their time zone (rule S19).",
                        "Store them in UTC, or as timestamps.",
                        "is written without its time zone"),
                new Loss(
                        "INFINITY_REPLACED",
                        column -> postgres && (is(column, DataType.Kind.DATETIME) || is(column, DataType.Kind.DATE)),
                        "Infinite values of %s are written as 9999-12-31 23:59:59 and 4713-01-01 BC (rule S19).",
                        "Read these two as infinite if the source has such values.",
                        "has infinite values written as 9999-12-31 23:59:59 and 4713-01-01 BC, like those very times"),
                new Loss(
                        "TYPE_NARROWED",
                        column -> narrower(column.source().type(), column.type()),
                        "Values of %s get a smaller type by a change-data-type rule: what does not fit in it is lost (rule S19).",
                        "Choose a type that holds every value of the source.",
                        "gets a smaller type by a change-data-type rule"));
    }

    /** Types of different families, such as numbers as text, are taken to hold each other's values. */
    private static boolean narrower(DataType source, DataType file) {
        if (source.kind().text() && file.kind().text()) {
            return file.length() > 0 && (source.length() == 0 || source.length() > file.length());
        }
        return source.widen(file).filter(both -> !both.equals(file)).isPresent();
    }

    private void losses(MappedTable table) {
        for (Loss loss : losses) {
            List<String> columns = table.columns().stream()
                    .filter(loss.affects())
                    .map(column -> column.source().name())
                    .toList();
            if (!columns.isEmpty()) {
                spec.info(
                        loss.code(),
                        SpecContext.path(table),
                        loss.message().replace("%s", columns.toString()),
                        loss.fix());
            }
        }
    }

    /** Two rows whose keys become equal on the way are one row of the lake. */
    private void keys(MappedTable table) {
        for (MappedColumn column : table.columns()) {
            if (!table.schema().primaryKey().contains(column.name())) {
                continue;
            }

            List<String> reasons = new ArrayList<>();
            losses.stream()
                    .filter(loss -> !loss.keyReason().isEmpty())
                    .filter(loss -> loss.affects().test(column))
                    .forEach(loss -> reasons.add(loss.keyReason()));
            cut(column.source()).ifPresent(reasons::add);
            if (!reasons.isEmpty()) {
                String name = column.source().name();
                spec.warning(
                        "KEY_MAY_COLLAPSE",
                        SpecContext.path(table, name),
                        "Key column '" + name + "' of " + table.source().id() + " " + String.join(" and ", reasons)
                                + ": source rows whose keys differ in nothing else become one row of the lake (rule S19).",
                        "Give the table a key of a type that travels whole, or make sure that no two keys differ only there.");
            }
        }
    }

    private Optional<String> cut(SourceColumn column) {
        return lob(column) && replicatesLobs() && column.maxBytes() > limit()
                ? Optional.of(
                        "is cut at LobMaxSize, " + spec.parts().lobMaxSize().toKilobytes() + " KB")
                : Optional.empty();
    }

    private void lobs(MappedTable table) {
        List<String> lobs = names(table, SpecLossChecks::lob);
        if (lobs.isEmpty()) {
            return;
        }
        if (!replicatesLobs()) {
            spec.warning(
                    "LOB_COLUMNS_LEFT_OUT",
                    SpecContext.path(table),
                    "SupportLobs is off in the task settings: columns " + lobs + " of "
                            + table.source().id() + " do not reach the lake.",
                    "Set limitedLobs(...) in the task settings, above the longest value.");
            return;
        }

        String kilobytes = spec.parts().lobMaxSize().toKilobytes() + " KB";
        List<String> known = names(
                table,
                column -> lob(column) && column.maxBytes() > limit() && column.maxBytes() != SourceColumn.UNBOUNDED);
        if (!known.isEmpty()) {
            spec.warning(
                    "LOB_WILL_BE_CUT",
                    SpecContext.path(table),
                    "The source lets values of " + known + " be longer than LobMaxSize, " + kilobytes
                            + ": what goes beyond is lost.",
                    "Raise lobMaxSize, here and in the task settings, to their declared size.");
        }
        List<String> unknown = names(table, column -> lob(column) && column.maxBytes() == SourceColumn.UNBOUNDED);
        if (!unknown.isEmpty()) {
            spec.info(
                    "LOB_MAY_BE_CUT",
                    SpecContext.path(table),
                    "Values of " + unknown + " that are longer than LobMaxSize, " + kilobytes + ", are cut.",
                    "Raise lobMaxSize, here and in the task settings, above the longest value.");
        }
    }

    private boolean replicatesLobs() {
        return spec.task().map(task -> task.value(TargetMetadata.SUPPORT_LOBS)).orElse(true);
    }

    private long limit() {
        return spec.parts().lobMaxSize().bytes();
    }

    /** S15. */
    private void header() {
        boolean transactions = spec.settings().preserveTransactions();
        if (transactions || !spec.settings().addColumnName()) {
            spec.warning(
                    "HEADERLESS_CSV",
                    "$.s3Settings.AddColumnName",
                    "CSV without a header: rows tell their columns by their number only, so that after a change which keeps the number values are read as those of other columns (rule S15).",
                    transactions
                            ? "Leave PreserveTransactions off, or reload tables whose columns change."
                            : "Set AddColumnName, or DataFormat to parquet.");
        }
    }

    /** S8. How DMS writes an empty text without a null marker is UNVERIFIED; seen is a field without any text for null. */
    private void emptyTexts() {
        boolean marked =
                spec.settings().csvNullValue().filter(value -> !value.isEmpty()).isPresent();
        if (!marked) {
            spec.warning(
                    "EMPTY_TEXT_LIKE_NULL",
                    "$.s3Settings.CsvNullValue",
                    "CSV without CsvNullValue: an empty text may look like null, so that one is read for the other (rule S8).",
                    "Set CsvNullValue to a text that no column holds, or DataFormat to parquet.");
        }
    }

    private static List<String> names(MappedTable table, Predicate<SourceColumn> wanted) {
        return table.columns().stream()
                .map(MappedColumn::source)
                .filter(wanted)
                .map(SourceColumn::name)
                .toList();
    }

    private static boolean lob(SourceColumn column) {
        return switch (column.type().kind()) {
            case CLOB, NCLOB, BLOB -> true;
            default -> false;
        };
    }

    private static boolean is(MappedColumn column, DataType.Kind kind) {
        return column.source().type().kind() == kind;
    }

    private static boolean finer(MappedColumn column, int digits) {
        return is(column, DataType.Kind.DATETIME) && column.source().type().scale() > digits;
    }

    /** Parquet has times of day in milliseconds, and timestamps in microseconds at best; CSV has microseconds for both. */
    private boolean fractionCut(MappedColumn column) {
        String nativeType = column.source().nativeType();
        boolean time =
                postgres && parquet && is(column, DataType.Kind.TIME) && !nativeType.matches("(?i)time.*\\([0-3]\\).*");
        return time || finer(column, 6);
    }

    private static boolean unboundedNumeric(SourceColumn column) {
        boolean numeric = column.type().kind() == DataType.Kind.NUMERIC;
        return numeric
                && (column.maxBytes() == SourceColumn.UNBOUNDED
                        || column.nativeType().toLowerCase(Locale.ROOT).matches("numeric|decimal"));
    }

    private static boolean booleanAsText(SourceColumn column) {
        return column.type().kind().text()
                && column.nativeType().toLowerCase(Locale.ROOT).matches("bool|boolean");
    }

    private static boolean timeWithZone(SourceColumn column) {
        return column.type().kind() == DataType.Kind.TIME
                && column.nativeType().toLowerCase(Locale.ROOT).matches("timetz.*|.*with time zone");
    }
}
