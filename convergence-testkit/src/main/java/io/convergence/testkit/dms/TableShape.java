package io.convergence.testkit.dms;

import io.convergence.mapping.BeforeImageFilter;
import io.convergence.mapping.MappedTable;
import io.convergence.schema.DataType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one table's files while its source columns stay as they are, and the rows made of them:
 * {@code [Op] [timestamp] <source columns> <added columns> <before-image columns>}.
 */
final class TableShape {
    private static final String OP = "Op";
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final TablePlan plan;
    private final StandInSettings settings;
    private final List<SourceCell> cells = new ArrayList<>();
    private final List<BeforeCell> beforeCells = new ArrayList<>();
    private final int[] keyColumns;
    private final List<ParquetColumn> loadColumns;
    private final List<ParquetColumn> changeColumns;
    private final List<ParquetColumn> transactionColumns;

    /** @param place the column's place among the source's */
    private record SourceCell(int place, ParquetColumn column, CellConverter converter, LossCounter losses) {}

    private record BeforeCell(int place, ParquetColumn column, CellConverter converter) {}

    /** A column of the source. */
    record SourceColumn(String name, PgType type) {}

    TableShape(
            TablePlan plan,
            List<SourceColumn> columns,
            List<String> primaryKey,
            StandInSettings settings,
            StandInLog log) {
        this.plan = plan;
        this.settings = settings;
        this.keyColumns =
                primaryKey.stream().mapToInt(key -> indexOf(columns, key)).toArray();
        for (int i = 0; i < columns.size(); i++) {
            SourceColumn source = columns.get(i);
            Optional<String> name = plan.targetName(source.name());
            if (name.isEmpty()) {
                continue;
            }

            DataType type = source.type().toDms(settings.types());
            LossCounter losses = log.losses(plan.target(), name.get());
            ParquetColumn column = ParquetColumn.optional(name.get(), type, settings.timestampUnit());
            cells.add(new SourceCell(i, column, converter(source.type(), type, column, losses), losses));
            MappedTable.BeforeImage before = plan.beforeImage();
            if (before != null && hasBeforeImage(before, type, primaryKey.contains(source.name()))) {
                ParquetColumn image =
                        ParquetColumn.optional(before.columnFor(name.get()), type, settings.timestampUnit());
                // The lossy cases of an old value were counted when it was new.
                beforeCells.add(new BeforeCell(i, image, converter(source.type(), type, image, lossyCase -> {})));
            }
        }
        this.loadColumns = columns(settings.loadOp());
        this.changeColumns = columns(settings.changeOp());
        this.transactionColumns = withTable(
                changeColumns, ParquetColumn.requiredText("table_name"), ParquetColumn.requiredText("schema_name"));
    }

    /** In transaction files the table stands before its schema, both behind {@code Op}. */
    private static <T> List<T> withTable(List<T> row, T table, T schema) {
        List<T> wider = new ArrayList<>(row);
        wider.add(1, table);
        wider.add(2, schema);
        return Collections.unmodifiableList(wider);
    }

    private static int indexOf(List<SourceColumn> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new StandInException("Cannot replicate a table: its key column '" + name + "' is not among the columns "
                + columns.stream().map(SourceColumn::name).toList()
                + ". Change keys only after the stand-in has caught up.");
    }

    private CellConverter converter(PgType source, DataType type, ParquetColumn column, LossCounter losses) {
        return new CellConverter(source, type, column, settings.timestampUnit(), settings.lobMaxBytes(), losses);
    }

    private static boolean hasBeforeImage(MappedTable.BeforeImage before, DataType type, boolean key) {
        return switch (before.filter()) {
            case PK_ONLY -> key;
            case NON_LOB ->
                type.kind() != DataType.Kind.CLOB
                        && type.kind() != DataType.Kind.NCLOB
                        && type.kind() != DataType.Kind.BLOB;
            case ALL -> true;
        };
    }

    List<ParquetColumn> loadColumns() {
        return loadColumns;
    }

    /** Of rows of changes, be it in files of this table or in transaction files. */
    List<ParquetColumn> changeColumns() {
        return settings.transactions() == StandInSettings.Transactions.PRESERVED ? transactionColumns : changeColumns;
    }

    private List<ParquetColumn> columns(StandInSettings.OpColumn op) {
        List<ParquetColumn> columns = new ArrayList<>();
        if (op == StandInSettings.OpColumn.WRITTEN) {
            columns.add(
                    settings.opRepetition() == OpRepetition.REQUIRED
                            ? ParquetColumn.requiredText(OP)
                            : ParquetColumn.optionalText(OP));
        }
        if (settings.timestampColumn() != null) {
            columns.add(ParquetColumn.requiredText(settings.timestampColumn()));
        }
        cells.forEach(cell -> columns.add(cell.column()));
        plan.added().forEach(added -> columns.add(added.column(settings.timestampUnit())));
        beforeCells.forEach(cell -> columns.add(cell.column()));
        // A copy that a writer's own copy is, so that comparing them for each row costs nothing.
        return List.copyOf(columns);
    }

    @Nullable
    Object[] loadRow(RowHeader header, Tuple row) {
        return row(settings.loadOp(), header, row, null, null);
    }

    @Nullable
    Object[] insert(RowHeader header, Tuple row) {
        return change(row(settings.changeOp(), header, row, null, null));
    }

    /** @param before what the source logged of the old row; null if nothing */
    @Nullable
    Object[] update(RowHeader header, Tuple row, PgMessage.@Nullable OldTuple before) {
        Tuple image = before == null ? null : beforeImage(before, row);
        return change(row(settings.changeOp(), header, row, before, image));
    }

    /** Key columns alone, or the whole old row where the source logged it. */
    @Nullable
    Object[] delete(RowHeader header, PgMessage.OldTuple before) {
        @Nullable Object[] row = row(settings.changeOp(), header, before.row(), null, null);
        if (before.image() == PgMessage.OldImage.KEY) {
            int first = row.length - cells.size() - plan.added().size() - beforeCells.size();
            for (int i = 0; i < cells.size(); i++) {
                row[first + i] = row[first + i] == null ? NotLogged.CELL : row[first + i];
            }
        }
        return change(row);
    }

    private @Nullable Object[] change(@Nullable Object[] row) {
        if (settings.transactions() == StandInSettings.Transactions.SPLIT_BY_TABLE) {
            return row;
        }

        byte[] table = CellConverter.utf8(plan.target().name());
        byte[] schema = CellConverter.utf8(plan.target().schema());
        return withTable(Arrays.<@Nullable Object>asList(row), table, schema).toArray();
    }

    /** Seen with pk-only: filled when the key really changed, then all key columns; empty in other updates. */
    private @Nullable Tuple beforeImage(PgMessage.OldTuple before, Tuple row) {
        MappedTable.BeforeImage rule = plan.beforeImage();
        if (rule != null && rule.filter() == BeforeImageFilter.PK_ONLY && !keyChanged(before.row(), row)) {
            return null;
        }
        return before.row();
    }

    private boolean keyChanged(Tuple before, Tuple after) {
        for (int key : keyColumns) {
            if (!after.unchanged(key) && !Objects.equals(before.value(key), after.value(key))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Object[] row(
            StandInSettings.OpColumn op,
            RowHeader header,
            Tuple row,
            PgMessage.@Nullable OldTuple logged,
            @Nullable Tuple before) {
        int width = cells.size() + plan.added().size() + beforeCells.size();
        width += op == StandInSettings.OpColumn.WRITTEN ? 1 : 0;
        width += settings.timestampColumn() != null ? 1 : 0;
        @Nullable Object[] values = new @Nullable Object[width];
        int next = 0;
        if (op == StandInSettings.OpColumn.WRITTEN) {
            values[next++] = new byte[] {(byte) header.operation().letter()};
        }
        if (settings.timestampColumn() != null) {
            values[next++] = CellConverter.utf8(timestampText(header.time()));
        }
        for (SourceCell cell : cells) {
            values[next++] = value(cell, row, logged);
        }
        for (AddedColumn added : plan.added()) {
            values[next++] = added.value(header, plan.source(), settings.timestampUnit());
        }
        for (BeforeCell cell : beforeCells) {
            String text = before == null ? null : before.value(cell.place());
            values[next++] = text == null ? null : cell.converter().convert(text);
        }
        return values;
    }

    private @Nullable Object value(SourceCell cell, Tuple row, PgMessage.@Nullable OldTuple logged) {
        String text = row.value(cell.place());
        if (text == null && row.unchanged(cell.place())) {
            // With full replica identity the old row has the value, and unchanged means that it is the new one.
            if (logged == null || logged.image() != PgMessage.OldImage.FULL) {
                cell.losses().count(LossyCase.UNCHANGED_VALUE_AS_NULL);
                return NotLogged.CELL;
            }
            text = logged.row().value(cell.place());
        }
        if (text == null) {
            return null;
        }

        Object value = cell.converter().convert(text);
        if (value != null && settings.form() instanceof FileForm.Csv csv) {
            csv.options().countLosses(cell.column(), value, cell.losses());
        }
        return value;
    }

    static String timestampText(Instant time) {
        return TIMESTAMP.format(time);
    }

    /** What a row takes in memory, before encoding: the measure of {@code CdcMinFileSize}. */
    static long memoryBytes(@Nullable Object[] row) {
        long bytes = 0;
        for (Object value : row) {
            bytes += value instanceof byte[] content ? content.length + Long.BYTES : Long.BYTES;
        }
        return bytes;
    }
}
