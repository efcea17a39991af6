package io.convergence.testkit.dms;

import io.convergence.mapping.BeforeImageFilter;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.MaskingRule;
import io.convergence.schema.DataType;
import io.convergence.testkit.dms.TablePlan.PlannedColumn;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    private final List<AddedCell> addedCells = new ArrayList<>();
    private final List<BeforeCell> beforeCells = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final List<PlainText> plainTexts = new ArrayList<>();
    private final List<String> primaryKey;
    private final RowFilter filter;
    private final LossCounter wholeRows;
    private final int[] keyColumns;
    private final List<ParquetColumn> loadColumns;
    private final List<ParquetColumn> changeColumns;
    private final List<ParquetColumn> transactionColumns;

    /** @param place the column's place among the source's */
    private record SourceCell(
            int place, String name, PlannedColumn plan, ParquetColumn column, CellSource source, LossCounter losses) {}

    private record BeforeCell(int place, ParquetColumn column, SourceCell cell, CellSource source) {}

    private record AddedCell(AddedColumn plan, ParquetColumn column, TypedCell type, LossCounter losses) {}

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
        this.primaryKey = List.copyOf(primaryKey);
        this.keyColumns =
                primaryKey.stream().mapToInt(key -> indexOf(columns, key)).toArray();
        this.filter = RowFilter.of(plan.filters(), columns, settings);
        this.wholeRows = log.losses(plan.target(), "");
        for (int i = 0; i < columns.size(); i++) {
            SourceColumn source = columns.get(i);
            DataType sourceType = source.type().toDms(settings.types());
            places.put(source.name(), i);
            plainTexts.add(plainText(source, sourceType, lossyCase -> {}));
            Optional<PlannedColumn> planned = plan.column(source.name());
            if (planned.isEmpty()) {
                continue;
            }

            String name = planned.get().name();
            DataType type = planned.get().type();
            LossCounter losses = log.losses(plan.target(), name);
            ParquetColumn column = ParquetColumn.optional(name, type, settings.timestampUnit());
            SourceCell cell = new SourceCell(
                    i, source.name(), planned.get(), column, cellSource(source, planned.get(), column, losses), losses);
            cells.add(cell);
            MappedTable.BeforeImage before = plan.beforeImage();
            if (before != null && hasBeforeImage(before, type, primaryKey.contains(source.name()))) {
                ParquetColumn image = ParquetColumn.optional(before.columnFor(name), type, settings.timestampUnit());
                // The lossy cases of an old value were counted when it was new.
                beforeCells.add(
                        new BeforeCell(i, image, cell, cellSource(source, planned.get(), image, lossyCase -> {})));
            }
        }
        for (AddedColumn added : plan.added()) {
            LossCounter losses = log.losses(plan.target(), added.name());
            ParquetColumn column = ParquetColumn.optional(added.name(), added.type(), settings.timestampUnit());
            addedCells.add(new AddedCell(
                    added, column, new TypedCell(added.type(), column, settings.timestampUnit(), losses), losses));
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

    private PlainText plainText(SourceColumn source, DataType type, LossCounter losses) {
        return new PlainText(source.name(), source.type(), type, settings.lobMaxBytes(), losses);
    }

    private CellSource cellSource(
            SourceColumn source, PlannedColumn planned, ParquetColumn column, LossCounter losses) {
        DataType type = source.type().toDms(settings.types());
        if (!planned.changed()) {
            return new CellConverter(
                    source.type(), type, column, settings.timestampUnit(), settings.lobMaxBytes(), losses);
        }

        return new ChangedCell(
                plainText(source, type, losses),
                mask(source, planned),
                new TypedCell(planned.type(), column, settings.timestampUnit(), losses));
    }

    private @Nullable DataMask mask(SourceColumn source, PlannedColumn planned) {
        MaskingRule rule = planned.mask();
        if (rule == null) {
            return null;
        }
        try {
            return DataMask.of(rule, planned.type(), settings.random());
        } catch (IllegalArgumentException e) {
            throw new StandInException(
                    "Cannot mask column '" + source.name() + "' of table " + plan.source() + " by rule '" + rule.id()
                            + "': " + e.getMessage() + ". Change its type to string, or remove the rule.",
                    e);
        }
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
        addedCells.forEach(cell -> columns.add(cell.column()));
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
            int first = row.length - cells.size() - addedCells.size() - beforeCells.size();
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
        int width = cells.size() + addedCells.size() + beforeCells.size();
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
            values[next++] = value(cell, header, row, logged);
        }
        for (AddedCell cell : addedCells) {
            values[next++] = value(cell, header, row, logged);
        }
        for (BeforeCell cell : beforeCells) {
            String text = before == null ? null : before.value(cell.place());
            values[next++] = text == null ? null : converted(cell.source(), cell.cell(), text, header, row);
        }
        return values;
    }

    private @Nullable Object value(SourceCell cell, RowHeader header, Tuple row, PgMessage.@Nullable OldTuple logged) {
        if (!known(cell.place(), row, logged)) {
            cell.losses().count(LossyCase.UNCHANGED_VALUE_AS_NULL);
            return NotLogged.CELL;
        }
        String text = text(cell.place(), row, logged);
        Object value = text == null ? null : converted(cell.source(), cell, text, header, row);
        countLosses(cell.column(), value, cell.losses());
        return value;
    }

    /** With full replica identity the old row has a value that is not in the new one, and unchanged means that it is the same. */
    private static @Nullable String text(int place, Tuple row, PgMessage.@Nullable OldTuple logged) {
        String text = row.value(place);
        return text == null && row.unchanged(place) && logged != null
                ? logged.row().value(place)
                : text;
    }

    private static boolean known(int place, Tuple row, PgMessage.@Nullable OldTuple logged) {
        return !row.unchanged(place) || (logged != null && logged.image() == PgMessage.OldImage.FULL);
    }

    private @Nullable Object value(AddedCell cell, RowHeader header, Tuple row, PgMessage.@Nullable OldTuple logged) {
        AddedColumn added = cell.plan();
        try {
            Object computed = added.value().of(header, column -> {
                int place = Objects.requireNonNull(places.get(column));
                String text = known(place, row, logged) ? text(place, row, logged) : null;
                return text == null ? null : plainTexts.get(place).sql(text);
            });
            boolean empty = added.header()
                    && "".equals(computed)
                    && !added.type().kind().text();
            Object value = computed == null || empty ? null : cell.type().of(computed);
            if (!added.header()) {
                countLosses(cell.column(), value, cell.losses());
            }
            return value;
        } catch (ExpressionException e) {
            throw new StandInException(
                    "Cannot compute column '" + added.name() + "' of " + origin(header, row) + " by rule '"
                            + added.ruleId() + "' with the expression \"" + added.expression() + "\": " + e.reason()
                            + ". Correct the rule or the data.",
                    e);
        }
    }

    private @Nullable Object converted(CellSource source, SourceCell cell, String text, RowHeader header, Tuple row) {
        try {
            return source.convert(text);
        } catch (ExpressionException e) {
            throw new StandInException(
                    "Cannot write column '" + cell.name() + "' of " + origin(header, row) + ": "
                            + cell.plan().rules() + ", and " + e.reason() + ". Correct the rule or the data.",
                    e);
        }
    }

    private void countLosses(ParquetColumn column, @Nullable Object value, LossCounter losses) {
        if (value != null && settings.form() instanceof FileForm.Csv csv) {
            csv.options().countLosses(column, value, losses);
        }
    }

    /** Where a row comes from, for messages. */
    private String origin(RowHeader header, Tuple row) {
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < keyColumns.length; i++) {
            key.append(i == 0 ? " with " : ", ")
                    .append(primaryKey.get(i))
                    .append('=')
                    .append(row.value(keyColumns[i]));
        }
        return (header.sequence().isEmpty()
                        ? "a loaded row"
                        : "the " + header.operation() + " at log position " + header.streamPosition())
                + " of " + plan.source() + key;
    }

    /** Whether the selection rule's filters let a row through. */
    boolean accepts(Tuple row, PgMessage.@Nullable OldTuple logged) {
        RowFilter.Answer answer = filter.test(new RowFilter.Values() {
            @Override
            public boolean known(int place) {
                return TableShape.known(place, row, logged);
            }

            @Override
            public @Nullable String value(int place) {
                return text(place, row, logged);
            }
        });
        return accepted(answer);
    }

    /** The same of a delete, of which the key alone may be logged. */
    boolean accepts(PgMessage.OldTuple before) {
        boolean whole = before.image() == PgMessage.OldImage.FULL;
        RowFilter.Answer answer = filter.test(new RowFilter.Values() {
            @Override
            public boolean known(int place) {
                return whole || before.row().value(place) != null;
            }

            @Override
            public @Nullable String value(int place) {
                return before.row().value(place);
            }
        });
        return accepted(answer);
    }

    private boolean accepted(RowFilter.Answer answer) {
        if (answer == RowFilter.Answer.UNKNOWN) {
            wholeRows.count(LossyCase.FILTER_NOT_LOGGED);
        }
        return answer != RowFilter.Answer.NO;
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
