package io.convergence.testkit.dms;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.pipeline.Declarations;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceTable;
import io.convergence.testkit.dms.ExpectedTable.Obstacle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A table of the scripted source: its rows as the source has them, and how DMS writes it. */
final class ScriptTable {
    private final MappedPlans plans;
    private final StandInSettings settings;
    private final StandInLog log;
    private final Map<List<Object>, @Nullable Object[]> rows = new LinkedHashMap<>();
    private final Map<List<Object>, Instant> lastChange = new HashMap<>();
    private final List<Obstacle> obstacles = new ArrayList<>();
    private final Set<String> appeared = new HashSet<>();
    private final Set<String> vanished = new HashSet<>();
    private final Map<String, @Nullable Object> standing = new LinkedHashMap<>();
    private final Map<String, String> renamed = new LinkedHashMap<>();
    private final WrittenChanges written;
    private SourceTable source;
    private TablePlan plan;
    private TableShape shape;

    /** @param sequenced whether files have the change sequence */
    ScriptTable(SourceTable source, MappedPlans plans, StandInSettings settings, StandInLog log, boolean sequenced) {
        this.written = new WrittenChanges(sequenced);
        this.source = source;
        this.plans = plans;
        this.settings = settings;
        this.log = log;
        this.plan = plan(source);
        this.shape = newShape();
    }

    private TablePlan plan(SourceTable of) {
        TablePlan planned = plans.plan(of.id(), sourceColumns(of), of.primaryKey());
        boolean changed = planned.columns().values().stream().anyMatch(TablePlan.PlannedColumn::changed);
        if (!planned.filters().isEmpty() || changed) {
            throw new StandInException("Cannot script table " + of.id()
                    + ": its mappings filter rows, change types or mask values, so its rows are not the source's."
                    + " Use DmsStandIn for these.");
        }
        return planned;
    }

    private TableShape newShape() {
        return new TableShape(plan, sourceColumns(source), source.primaryKey(), settings, log);
    }

    private static List<TableShape.SourceColumn> sourceColumns(SourceTable table) {
        return table.columns().stream()
                .map(column ->
                        new TableShape.SourceColumn(column.name(), ScriptValues.type(column.name(), column.type())))
                .toList();
    }

    SourceTable source() {
        return source;
    }

    TableId target() {
        return plan.target();
    }

    TableShape shape() {
        return shape;
    }

    List<List<Object>> keys() {
        return List.copyOf(rows.keySet());
    }

    @Nullable
    Object[] row(List<Object> key) {
        @Nullable Object[] row = rows.get(key);
        if (row == null) {
            throw new IllegalArgumentException(
                    "Cannot change a row of " + source.id() + ": it has none with the key " + key + ".");
        }
        return row;
    }

    boolean has(List<Object> key) {
        return rows.containsKey(key);
    }

    /** The key of the script's words: one value, or a list of them. */
    List<Object> key(Object given) {
        List<?> parts = given instanceof List<?> list ? list : List.of(given);
        if (parts.size() != source.primaryKey().size()) {
            throw new IllegalArgumentException("Cannot find a row of " + source.id() + " by " + parts.size()
                    + " values: its key is " + source.primaryKey() + ".");
        }

        List<Object> key = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            key.add(requireNonNull(value(source.primaryKey().get(i), parts.get(i))));
        }
        return key;
    }

    List<Object> keyOf(@Nullable Object[] row) {
        return source.primaryKey().stream()
                .map(name -> requireNonNull(row[place(name)], "a key is null"))
                .toList();
    }

    int place(String column) {
        List<SourceColumn> columns = source.columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("Cannot find column '" + column + "' of " + source.id() + ": it has "
                + source.toSchema().columnNames() + ".");
    }

    @Nullable
    Object value(String column, @Nullable Object value) {
        SourceColumn declared = source.columns().get(place(column));
        Object exact = ScriptValues.of(column, declared.type(), value);
        if (exact == null && (!declared.nullable() || source.primaryKey().contains(column))) {
            throw new IllegalArgumentException(
                    "Cannot script null in column '" + column + "' of " + source.id() + ": it is NOT NULL.");
        }
        return exact;
    }

    @Nullable
    Object[] values(@Nullable Object... given) {
        if (given.length != source.columns().size()) {
            throw new IllegalArgumentException("Cannot script a row of " + given.length + " values for " + source.id()
                    + ": its columns are " + source.toSchema().columnNames() + ".");
        }

        @Nullable Object[] row = new @Nullable Object[given.length];
        for (int i = 0; i < given.length; i++) {
            row[i] = value(source.columns().get(i).name(), given[i]);
        }
        return row;
    }

    void put(@Nullable Object[] row) {
        rows.put(keyOf(row), row);
    }

    void remove(List<Object> key) {
        rows.remove(key);
    }

    void removeAll() {
        rows.clear();
    }

    List<@Nullable Object[]> rows() {
        return List.copyOf(rows.values());
    }

    /** @param unlogged columns whose value the source's log does not hold */
    Tuple tuple(@Nullable Object[] row, Set<String> unlogged) {
        @Nullable String[] texts = new @Nullable String[row.length];
        boolean[] unchanged = new boolean[row.length];
        for (int i = 0; i < row.length; i++) {
            unchanged[i] = unlogged.contains(source.columns().get(i).name());
            texts[i] = unchanged[i] ? null : ScriptValues.text(row[i]);
        }
        return new Tuple(texts, unchanged);
    }

    /** What the source logs of an old row, by its row images. */
    PgMessage.OldTuple old(@Nullable Object[] row) {
        if (source.rowImages() == RowImages.FULL) {
            return new PgMessage.OldTuple(PgMessage.OldImage.FULL, tuple(row, Set.of()));
        }

        @Nullable Object[] key = new @Nullable Object[row.length];
        source.primaryKey().forEach(name -> key[place(name)] = row[place(name)]);
        return new PgMessage.OldTuple(PgMessage.OldImage.KEY, tuple(key, Set.of()));
    }

    boolean logsWholeRows() {
        return source.rowImages() == RowImages.FULL;
    }

    /** LOBs that an update leaves out of the log, since it does not set them. */
    Set<String> unlogged(@Nullable Object[] before, Set<String> set) {
        Set<String> unlogged = new HashSet<>();
        for (int i = 0; i < before.length; i++) {
            SourceColumn column = source.columns().get(i);
            if (before[i] != null && !set.contains(column.name()) && ScriptValues.isLob(column.type())) {
                unlogged.add(column.name());
            }
        }
        return unlogged;
    }

    /** Tells of a change; rule S2 disputes an older time on the same key. */
    void changed(List<Object> key, Instant commitTime) {
        Instant before = lastChange.get(key);
        if (before != null && commitTime.isBefore(before)) {
            obstacle(
                    ExpectedTable.Kind.CLOCK_STEPPED_BACK, "a row changed at " + before + " and then at " + commitTime);
        }
        lastChange.put(key, commitTime);
    }

    WrittenChanges writtenChanges() {
        return written;
    }

    /** Positions of another generation are compared with nothing before it. */
    void reloaded() {
        written.forget();
        lastChange.clear();
        obstacles.clear();
        standing.clear();
        renamed.clear();
        appeared.clear();
        vanished.clear();
    }

    void obstacle(ExpectedTable.Kind kind, String detail) {
        obstacles.add(new Obstacle(kind, detail));
    }

    /** A file of changes with the present columns was written. */
    void fileWritten() {
        appeared.clear();
        vanished.clear();
    }

    void addColumn(SourceColumn column, @Nullable Object standingValue) {
        List<SourceColumn> columns = new ArrayList<>(source.columns());
        columns.add(column);
        Object value = ScriptValues.of(column.name(), column.type(), standingValue);
        rows.replaceAll((key, row) -> {
            @Nullable Object[] wider = Arrays.copyOf(row, row.length + 1);
            wider[row.length] = value;
            return wider;
        });
        become(columns);
        if (column.hasDefault() || !column.nullable()) {
            obstacle(ExpectedTable.Kind.COLUMN_DEFAULT_UNKNOWN, "column " + column.name());
            standing.put(column.name(), value);
        }
        appeared.add(column.name());
        suspectRename();
    }

    void dropColumn(String name) {
        if (source.primaryKey().contains(name)) {
            throw new IllegalArgumentException(
                    "Cannot drop column '" + name + "' of " + source.id() + ": it belongs to the key.");
        }

        int place = place(name);
        List<SourceColumn> columns = new ArrayList<>(source.columns());
        columns.remove(place);
        rows.replaceAll((key, row) -> {
            List<@Nullable Object> narrower = new ArrayList<>(Arrays.asList(row));
            narrower.remove(place);
            return narrower.toArray();
        });
        become(columns);
        if (!appeared.remove(name)) {
            vanished.add(name);
        }
        suspectRename();
    }

    private void suspectRename() {
        if (!appeared.isEmpty() && !vanished.isEmpty()) {
            obstacle(ExpectedTable.Kind.RENAME_SUSPECTED, vanished + " went as " + appeared + " came");
            appeared.stream()
                    .filter(name -> !renamed.containsValue(landedName(name)))
                    .forEach(name -> standing.putIfAbsent(name, null));
        }
    }

    /** A column declared with another name or a default cannot be declared again. */
    boolean mayBeRenamed(SourceColumn column) {
        return !standing.containsKey(column.name()) && !renamed.containsValue(landedName(column.name()));
    }

    void renameColumn(String name, String to) {
        int place = place(name);
        boolean declared = !mayBeRenamed(source.columns().get(place));
        boolean taken =
                source.columns().stream().anyMatch(column -> column.name().equals(to));
        if (source.primaryKey().contains(name) || declared || taken) {
            throw new IllegalArgumentException("Cannot rename column '" + name + "' of " + source.id() + " to '" + to
                    + "': "
                    + (taken
                            ? "it has a column of that name."
                            : declared
                                    ? "it was added or renamed before, and what rows of then hold could not be declared. Reload first."
                                    : "it belongs to the key."));
        }

        SourceColumn before = source.columns().get(place);
        String landed = landedName(name);
        List<SourceColumn> columns = new ArrayList<>(source.columns());
        columns.set(
                place,
                new SourceColumn(
                        to,
                        before.type(),
                        before.nullable(),
                        "",
                        before.maxBytes(),
                        before.fixedWidth(),
                        before.hasDefault()));
        become(columns);
        renamed.put(landed, landedName(to));
        vanished.add(name);
        appeared.add(to);
        suspectRename();
    }

    void widenColumn(String name, DataType type) {
        int place = place(name);
        SourceColumn before = source.columns().get(place);
        if (!before.type().widen(type).filter(type::equals).isPresent()) {
            throw new IllegalArgumentException("Cannot widen column '" + name + "' of " + source.id() + " from "
                    + before.type() + " to " + type + ": rule S15 knows no such widening.");
        }

        SourceColumn bare = before.nullable() ? SourceColumn.nullable(name, type) : SourceColumn.required(name, type);
        List<SourceColumn> columns = new ArrayList<>(source.columns());
        columns.set(
                place,
                new SourceColumn(
                        name, type, bare.nullable(), "", bare.maxBytes(), bare.fixedWidth(), before.hasDefault()));
        UnaryOperator<@Nullable Object> wider = value -> ScriptValues.of(name, type, value);
        List<@Nullable Object[]> all = new ArrayList<>(rows.values());
        rows.clear();
        become(columns);
        for (@Nullable Object[] row : all) {
            row[place] = wider.apply(row[place]);
            put(row);
        }
    }

    private void become(List<SourceColumn> columns) {
        source = SourceTable.of(source.id(), columns, source.primaryKey(), source.rowImages());
        TablePlan now = plan(source);
        if (!now.target().equals(plan.target())) {
            throw new StandInException("Cannot change the columns of " + source.id() + ": the mappings then name it "
                    + now.target() + ". Map tables by name only.");
        }
        plan = now;
        shape = newShape();
    }

    /** The column's name in the landing zone; its own if it is not written. */
    String landedName(String column) {
        return plan.column(column).map(TablePlan.PlannedColumn::name).orElse(column);
    }

    Declarations declarations() {
        Declarations declared = Declarations.of(target());
        for (Map.Entry<String, @Nullable Object> column : standing.entrySet()) {
            // A dropped column's too: the files that have it are still there.
            declared = declared.columnDefault(landedName(column.getKey()), column.getValue());
        }
        for (Map.Entry<String, String> column : renamed.entrySet()) {
            declared = declared.renamed(column.getKey(), column.getValue());
        }
        return declared;
    }

    ExpectedTable expected() {
        List<Integer> places = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < source.columns().size(); i++) {
            SourceColumn column = source.columns().get(i);
            var planned = plan.column(column.name());
            if (planned.isPresent()) {
                places.add(i);
                columns.add(new Column(planned.get().name(), column.type(), column.nullable()));
            }
        }
        List<String> key = source.primaryKey().stream()
                .map(name -> plan.column(name).orElseThrow().name())
                .toList();
        List<List<@Nullable Object>> all = new ArrayList<>();
        for (@Nullable Object[] row : rows.values()) {
            List<@Nullable Object> seen = new ArrayList<>();
            places.forEach(place -> seen.add(row[place]));
            all.add(seen);
        }
        List<Obstacle> standing = new ArrayList<>(obstacles);
        written.repetition()
                .ifPresent(detail -> standing.add(new Obstacle(ExpectedTable.Kind.REPLAY_NOT_EXCLUDED, detail)));
        return new ExpectedTable(new TableSchema(target(), columns, key), all, standing);
    }
}
