package io.convergence.change;

import io.convergence.schema.DataType.Kind;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * What the statistics of row groups rule out. Used are only those that say what they seem to: of signed whole numbers, dates and
 * timestamps, and of texts where the writer is known to write bounds. Not used are those of unsigned numbers and decimals, which
 * writers order in different ways, of floating-point numbers, where NaN and -0 hide, and of INT96.
 */
final class GroupStatistics {
    /** Smallest and largest value of a column chunk, as bytes or numbers of the file. */
    private record Bounds(Object least, Object greatest) {}

    private final ParquetSource file;
    private final FileColumns columns;
    private final ChangeFilter filter;

    GroupStatistics(ParquetSource file, FileColumns columns, ChangeFilter filter) {
        this.file = file;
        this.columns = columns;
        this.filter = filter;
    }

    /** Whether a row of the group may be one that the filter takes. */
    boolean mayTake(int group) {
        if (filter.takesAll()) {
            return true;
        }

        return mayTakeOperation(group) && mayTakeTime(group) && mayTakeSequence(group) && mayTakeCells(group);
    }

    /** Whether a row of the group may be a delete; empty if the statistics do not tell. */
    Optional<Boolean> mayDelete(int group) {
        FileColumns.Source op = columns.op();
        if (op == null) {
            return Optional.of(false);
        }
        if (isAllNull(group, op)) {
            return Optional.of(false);
        }

        Bounds bounds = texts(group, op);
        return bounds == null ? Optional.empty() : Optional.of(within(Operation.DELETE, bounds));
    }

    private boolean mayTakeOperation(int group) {
        FileColumns.Source op = columns.op();
        if (op == null) {
            return filter.operations().contains(Operation.INSERT);
        }

        // A row of a full load may have no letter, and so may one from a file without the column inside a compacted
        // file.
        Statistics<?> statistics = chunk(group, op).getStatistics();
        boolean mayLack = statistics == null || !statistics.isNumNullsSet() || statistics.getNumNulls() != 0;
        if (mayLack && filter.operations().contains(Operation.INSERT)) {
            return true;
        }

        Bounds bounds = texts(group, op);
        return bounds == null || filter.operations().stream().anyMatch(operation -> within(operation, bounds));
    }

    private static boolean within(Operation operation, Bounds bounds) {
        byte[] letter = {(byte) operation.letter()};
        return compare(letter, bounds.least()) >= 0 && compare(letter, bounds.greatest()) <= 0;
    }

    private boolean mayTakeTime(int group) {
        if (!filter.asksTime()) {
            return true;
        }

        FileColumns.Source column = columns.timestamp();
        if (column == null || isAllNull(group, column)) {
            return false;
        }

        Instant least;
        Instant greatest;
        if (column.column().type().kind().text()) {
            // Texts of one day sort by time only if all are written alike, those of different days always.
            Bounds bounds = texts(group, column);
            least = bounds == null ? null : day(bounds.least(), 0);
            greatest = bounds == null ? null : day(bounds.greatest(), 1);
        } else {
            Bounds bounds = values(group, column);
            least = bounds == null ? null : ((LocalDateTime) bounds.least()).toInstant(ZoneOffset.UTC);
            greatest = bounds == null ? null : ((LocalDateTime) bounds.greatest()).toInstant(ZoneOffset.UTC);
        }
        if (least == null || greatest == null) {
            return true;
        }

        Instant from = filter.committedFrom();
        Instant before = filter.committedBefore();
        return (from == null || !greatest.isBefore(from)) && (before == null || least.isBefore(before));
    }

    /** The beginning of a text's day, or of the one after; null if the text is no time. */
    private static @Nullable Instant day(Object text, int later) {
        try {
            return CommitTime.parse(new String((byte[]) text, StandardCharsets.UTF_8))
                    .truncatedTo(ChronoUnit.DAYS)
                    .plus(later, ChronoUnit.DAYS);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private boolean mayTakeSequence(int group) {
        if (!filter.asksSequence()) {
            return true;
        }

        FileColumns.Source column = columns.sequence();
        if (column == null || isAllNull(group, column)) {
            return false;
        }

        Bounds bounds = texts(group, column);
        ChangeSequence from = filter.sequenceFrom();
        ChangeSequence to = filter.sequenceTo();
        return bounds == null
                || ((from == null || compare(bytes(from.text()), bounds.greatest()) <= 0)
                        && (to == null || compare(bytes(to.text()), bounds.least()) >= 0));
    }

    private boolean mayTakeCells(int group) {
        for (ColumnRange range : filter.ranges()) {
            FileColumns.Source column = columns.own().stream()
                    .filter(own -> own.column().name().equals(range.column()))
                    .findFirst()
                    .orElse(null);
            if (column == null || isAllNull(group, column)) {
                return false;
            }

            Bounds bounds = values(group, column);
            if (bounds != null && !range.mayReach(bounds.least(), bounds.greatest())) {
                return false;
            }
        }

        return true;
    }

    private boolean isAllNull(int group, FileColumns.Source column) {
        Statistics<?> statistics = chunk(group, column).getStatistics();
        return statistics != null
                && statistics.isNumNullsSet()
                && statistics.getNumNulls() == file.rowsOfGroup(group)
                && column.descriptor().getMaxDefinitionLevel() > 0;
    }

    /** Bounds as values of the column's type, or null. */
    private @Nullable Bounds values(int group, FileColumns.Source column) {
        Kind kind = column.column().type().kind();
        if (kind.text() && column.form() == CellForm.TEXT) {
            Bounds texts = texts(group, column);
            return texts == null ? null : new Bounds(text(texts.least()), text(texts.greatest()));
        }
        boolean signed = switch (column.type().natural().kind()) {
            case INT1, INT2, INT4, INT8, DATE, DATETIME -> true;
            default -> false;
        };
        boolean whole = kind.integer() || kind == Kind.DATE || kind == Kind.DATETIME;
        PrimitiveTypeName physical = column.type().primitive().getPrimitiveTypeName();
        if (!signed || !whole || (physical != PrimitiveTypeName.INT32 && physical != PrimitiveTypeName.INT64)) {
            return null;
        }

        Statistics<?> statistics = chunk(group, column).getStatistics();
        if (statistics == null || !statistics.hasNonNullValue()) {
            return null;
        }

        long least = ((Number) statistics.genericGetMin()).longValue();
        long greatest = ((Number) statistics.genericGetMax()).longValue();
        return least > greatest ? null : new Bounds(value(column, least), value(column, greatest));
    }

    private static Object value(FileColumns.Source column, long number) {
        return switch (column.type().natural().kind()) {
            case DATE -> LocalDate.ofEpochDay(number);
            case DATETIME -> {
                long units = CellRules.powerOfTen(column.type().natural().scale());
                yield LocalDateTime.ofEpochSecond(
                        Math.floorDiv(number, units),
                        (int) (Math.floorMod(number, units) * (1_000_000_000L / units)),
                        ZoneOffset.UTC);
            }
            default -> number;
        };
    }

    /**
     * Bounds of texts, or null. Some writers cut long texts and do not round the largest up; DMS (which names itself AWS) and
     * parquet-java write bounds.
     */
    private @Nullable Bounds texts(int group, FileColumns.Source column) {
        String writer = file.createdBy();
        Statistics<?> statistics = chunk(group, column).getStatistics();
        boolean known = writer.equals("AWS") || writer.startsWith("parquet-mr");
        if (!known
                || statistics == null
                || !statistics.hasNonNullValue()
                || !(statistics.genericGetMin() instanceof Binary least)
                || !(statistics.genericGetMax() instanceof Binary greatest)) {
            return null;
        }

        Bounds bounds = new Bounds(least.getBytes(), greatest.getBytes());
        return compare(least.getBytes(), bounds.greatest()) > 0 ? null : bounds;
    }

    private ColumnChunkMetaData chunk(int group, FileColumns.Source column) {
        return file.chunk(group, column.descriptor());
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int compare(byte[] one, Object other) {
        return Arrays.compareUnsigned(one, (byte[]) other);
    }
}
