package io.convergence.testkit.dms;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.pipeline.Declarations;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.ObjectStore;
import io.convergence.target.ChangeProcessingDdlHandlingPolicy;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A history of tables told step by step, without a database: it writes the files DMS would write of it, with the same
 * writers as {@link DmsStandIn}, and knows what each table must be afterwards. It does on demand what a live task does not:
 * restarts that write changes again, late files, transactions cut between files, reloads over old files, changed columns.
 *
 * <pre>
 * var script = DmsScript.of(spec)
 *         .row(1L, "new").row(2L, "new")
 *         .load()
 *         .update(1L, "status", "paid").commit()
 *         .restart(ScriptReplay.NEW_SEQUENCE, 1)
 *         .delete(2L).commit();
 * var store = new InMemoryObjectStore(script.clock());
 * script.writeTo(store);
 * </pre>
 *
 * <p>Steps work on the table last named by {@link #on}; at first on the first one the mappings select. Changes belong to a
 * transaction that begins with the first and ends with {@link #commit}. They stay in a buffer until {@link #flush},
 * {@link #restart}, {@link #reload} or {@link #writeTo}, whatever the interval and size of the settings. Time passes by
 * itself: at least a second between transactions.
 *
 * <p>Values are of each type's value class ({@code DataType.Kind.valueClass()}), whole numbers also as Integer, and must be
 * held by it exactly. Keys of several columns are lists. Refused: mappings that filter rows, change types or mask; settings
 * that leave out updates or deletes; types that PostgreSQL's types do not become. Deterministic; not thread-safe.
 */
public final class DmsScript {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final ReplicationSpec spec;
    private final SourceSchema schema;
    private final ScriptFiles files = new ScriptFiles(START);
    private final Map<TableId, ScriptTable> tables = new LinkedHashMap<>();
    private final ScriptTask task;
    private Random random = new Random(0);
    private ScriptTable current;
    private Duration sourceBehind = Duration.ZERO;
    private long transactions;
    private @Nullable Instant open;
    private Phase phase = Phase.BEFORE_LOAD;

    private enum Phase {
        BEFORE_LOAD,
        LOADING,
        LOADED
    }

    private DmsScript(ReplicationSpec spec, SourceSchema schema) {
        this.spec = spec;
        this.schema = schema;
        StandInSettings settings = DmsStandIn.builder()
                .settings(
                        spec,
                        new PgType.Mapping(PgType.BooleanMapping.BOOLEAN, PgType.UnboundedNumericMapping.NUMERIC_28_6));
        if (settings.filter() != StandInSettings.ChangeFilter.ALL) {
            throw new StandInException(
                    "Cannot script a task that leaves out changes: its table is not the source's. Unset CdcInsertsOnly and CdcInsertsAndUpdates.");
        }
        this.task = new ScriptTask(
                files, settings, LayoutKeys.of(spec.settings(), settings.form().format()));
        StandInLog log = new StandInLog(files.clock);
        MappedPlans plans = new MappedPlans(spec.tableMappings(), settings.types(), new Expressions());
        for (TableId id : plans.selected(schema)) {
            SourceTable source = schema.table(id).orElseThrow();
            if (source.primaryKey().isEmpty()) {
                throw new StandInException("Cannot script table " + id + ": it has no primary key. Declare one.");
            }
            ScriptTable table = new ScriptTable(
                    source, plans, settings, log, spec.rowShape(source).sequenceColumn() != null);
            tables.put(id, table);
            task.add(table);
        }
        if (tables.isEmpty()) {
            throw new StandInException("Cannot script anything: the mappings select none of the tables "
                    + schema.tables().stream().map(SourceTable::id).toList() + ".");
        }
        this.current = tables.values().iterator().next();
    }

    /**
     * A script of the tables that the spec's mappings select in its source schema.
     *
     * @throws StandInException if the spec has no source schema, or asks for what scripts do not do
     */
    public static DmsScript of(ReplicationSpec spec) {
        return of(
                spec,
                spec.sourceSchema()
                        .orElseThrow(
                                () -> new StandInException(
                                        "Cannot script: the spec has no source schema. Give it one, or call of(spec, schema).")));
    }

    /**
     * A script of the tables that the spec's mappings select in this schema.
     *
     * @throws StandInException if the spec asks for what scripts do not do
     */
    public static DmsScript of(ReplicationSpec spec, SourceSchema schema) {
        return new DmsScript(requireNonNull(spec, "spec"), requireNonNull(schema, "schema"));
    }

    /** What {@link #play} draws from; 0 by default. */
    public DmsScript seed(long seed) {
        // Neighbouring seeds give neighbouring first numbers.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        return this;
    }

    /** Rows of a LOAD file, 100,000 by default. */
    public DmsScript loadFileRows(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("Cannot write LOAD files of " + rows + " rows: at least 1.");
        }
        task.loadFileRows(rows);
        return this;
    }

    /**
     * The next steps are of this table.
     *
     * @param table {@code schema.table} as in the source
     */
    public DmsScript on(String table) {
        return on(TableId.parse(table));
    }

    /** The next steps are of this table of the source. */
    public DmsScript on(TableId table) {
        ScriptTable found = tables.get(table);
        if (found == null) {
            throw new IllegalArgumentException(
                    "Cannot go on with table " + table + ": the mappings select " + tables.keySet() + ".");
        }
        current = found;
        return this;
    }

    /** DMS's time and the source's go on to this moment, from 2026-03-01 10:00 UTC at the start. */
    public DmsScript at(Instant time) {
        if (time.isBefore(files.now())) {
            throw new IllegalArgumentException("Cannot go back from " + files.now() + " to " + time
                    + ": see stepClockBack for what a source's clock does.");
        }
        files.setTime(time);
        return this;
    }

    /** {@link #at} this much later. */
    public DmsScript pause(Duration time) {
        return at(files.now().plus(time));
    }

    /** A row that is there before the load, in the order of the columns. */
    public DmsScript row(@Nullable Object... values) {
        if (phase != Phase.BEFORE_LOAD) {
            throw new IllegalStateException("Cannot add a row without a change: the load has begun. Use insert.");
        }
        @Nullable Object[] row = current.values(values);
        requireAbsent(current.keyOf(row));
        current.put(row);
        return this;
    }

    /** Loads all tables, and begins to capture. */
    public DmsScript load() {
        return load(script -> {});
    }

    /**
     * Loads all tables.
     *
     * @param meanwhile changes of the time between the start of the capture and the reading of the rows: LOAD rows have them,
     *     and files of changes have them again (DMS guide: changes during a full load are cached)
     */
    public DmsScript load(Consumer<DmsScript> meanwhile) {
        if (phase != Phase.BEFORE_LOAD) {
            throw new IllegalStateException("Cannot load again: use reload.");
        }
        load(List.copyOf(tables.values()), meanwhile);
        return this;
    }

    private void load(List<ScriptTable> loaded, Consumer<DmsScript> meanwhile) {
        files.pass(ScriptTask.BETWEEN_TRANSACTIONS);
        Instant taskStart = files.now();
        phase = Phase.LOADING;
        ScriptTable before = current;
        meanwhile.accept(this);
        current = before;
        requireCommitted("end a load");
        files.pass(ScriptTask.BETWEEN_TRANSACTIONS);
        loaded.forEach(table -> task.writeLoad(table, taskStart));
        phase = Phase.LOADED;
    }

    /** Inserts a row, in the order of the columns. */
    public DmsScript insert(@Nullable Object... values) {
        @Nullable Object[] row = current.values(values);
        List<Object> key = current.keyOf(row);
        requireAbsent(key);
        change(RowOperation.INSERT, current.tuple(row, Set.of()), null, key);
        current.put(row);
        return this;
    }

    /**
     * Updates a row. LOBs it does not name are not in the source's log unless it logs whole rows, and null in the file.
     *
     * @param key value of the key column, or a list of them
     * @param columnsAndValues a name, its new value, a name …; key columns too, which changes the key
     */
    public DmsScript update(Object key, @Nullable Object... columnsAndValues) {
        List<Object> old = current.key(key);
        @Nullable Object[] before = current.row(old);
        @Nullable Object[] after = before.clone();
        Set<String> set = new HashSet<>();
        if (columnsAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("Cannot update with a name without a value: give pairs.");
        }
        for (int i = 0; i < columnsAndValues.length; i += 2) {
            String column = (String) requireNonNull(columnsAndValues[i], "a column's name");
            after[current.place(column)] = current.value(column, columnsAndValues[i + 1]);
            set.add(column);
            noteUntoldNull(column, before, after);
        }
        List<Object> now = current.keyOf(after);
        if (!now.equals(old)) {
            requireAbsent(now);
        }
        update(before, after, set);
        current.remove(old);
        current.put(after);
        return this;
    }

    private void update(@Nullable Object[] before, @Nullable Object[] after, Set<String> set) {
        List<Object> old = current.keyOf(before);
        List<Object> now = current.keyOf(after);
        boolean logged = current.logsWholeRows() || !now.equals(old);
        change(
                RowOperation.UPDATE,
                current.tuple(after, current.unlogged(before, set)),
                logged ? current.old(before) : null,
                now);
        if (!now.equals(old)) {
            current.changed(old, requireNonNull(open));
        }
    }

    /** Two rows exchange their keys in one transaction, as with a deferred constraint: their other columns stay where they were. */
    public DmsScript swapKeys(Object one, Object other) {
        List<Object> first = current.key(one);
        List<Object> second = current.key(other);
        @Nullable Object[] ofFirst = current.row(first);
        @Nullable Object[] ofSecond = current.row(second);
        @Nullable Object[] firstMoved = withKey(ofFirst, second);
        @Nullable Object[] secondMoved = withKey(ofSecond, first);
        update(ofFirst, firstMoved, Set.of());
        update(ofSecond, secondMoved, Set.of());
        current.put(firstMoved);
        current.put(secondMoved);
        return this;
    }

    private @Nullable Object[] withKey(@Nullable Object[] row, List<Object> key) {
        @Nullable Object[] moved = row.clone();
        List<String> columns = current.source().primaryKey();
        for (int i = 0; i < columns.size(); i++) {
            moved[current.place(columns.get(i))] = key.get(i);
        }
        return moved;
    }

    /** Deletes a row. The file has its key alone, unless the source logs whole rows. */
    public DmsScript delete(Object key) {
        List<Object> old = current.key(key);
        change(RowOperation.DELETE, null, current.old(current.row(old)), old);
        current.remove(old);
        return this;
    }

    private void change(
            RowOperation operation, @Nullable Tuple row, PgMessage.@Nullable OldTuple before, List<Object> key) {
        if (phase == Phase.BEFORE_LOAD) {
            throw new IllegalStateException("Cannot change a row: nothing is captured yet. Call row(…) and load().");
        }
        Instant commitTime = open;
        if (commitTime == null) {
            files.pass(ScriptTask.BETWEEN_TRANSACTIONS);
            commitTime = files.now().minus(sourceBehind);
            open = commitTime;
            transactions++;
            task.begin(commitTime);
        }
        ScriptChange change = new ScriptChange(
                current, current.shape(), operation, transactions, commitTime, task.nextSequence(), row, before);
        current.changed(key, commitTime);
        task.capture(change);
    }

    /** Ends the transaction; its time is that of its first change, and all its rows share it. */
    public DmsScript commit() {
        if (open == null) {
            throw new IllegalStateException("Cannot commit: nothing was changed since the last commit.");
        }
        open = null;
        return this;
    }

    /** Writes a file of each table with buffered changes. Within a transaction this cuts it: its rest goes into a later file. */
    public DmsScript flush() {
        if (phase == Phase.LOADING) {
            throw new IllegalStateException(
                    "Cannot write changes: DMS caches them until the load has ended. Flush after it.");
        }
        task.flush();
        return this;
    }

    /** The next file of changes is stored only with {@link #arrive}, after files with later names. */
    public DmsScript lateFile() {
        task.nextFileIsLate();
        return this;
    }

    /** Late files are stored. */
    public DmsScript arrive() {
        files.arrive();
        return this;
    }

    /** How many files are written and not stored yet. */
    public int lateFiles() {
        return files.lateFiles();
    }

    /** The task stops, which writes what is buffered, and resumes: its counter begins low, and it writes nothing again. */
    public DmsScript restart() {
        requireCommitted("restart the task");
        task.restart();
        return this;
    }

    /**
     * The task stops and resumes from a checkpoint before its last changes: it writes them again, under new names.
     *
     * @param changes how many of all tables', at most those since the last restart or reload
     */
    public DmsScript restart(ScriptReplay replay, int changes) {
        requireCommitted("restart the task");
        if (changes < 1) {
            throw new IllegalArgumentException("Cannot write " + changes + " changes again: at least 1.");
        }

        task.restart(replay, changes);
        return this;
    }

    /** {@link #reload(ScriptReload, Consumer)} without changes meanwhile. */
    public DmsScript reload(ScriptReload mode) {
        return reload(mode, script -> {});
    }

    /**
     * Loads this table anew; the task's counter and the changes of other tables go on.
     *
     * @param meanwhile as in {@link #load(Consumer)}
     */
    public DmsScript reload(ScriptReload mode, Consumer<DmsScript> meanwhile) {
        if (phase != Phase.LOADED) {
            throw new IllegalStateException("Cannot reload: there was no load. Call load().");
        }
        requireCommitted("reload");
        flush();
        if (mode == ScriptReload.FOLDER_EMPTIED) {
            task.empty(current);
        }
        current.reloaded();
        task.forget();
        load(List.of(current), meanwhile);
        return this;
    }

    /**
     * Truncates this table. PostgreSQL's and SQL Server's TRUNCATE is not captured and leaves no trace; of other engines it
     * deletes the table's files if the task settings let it.
     */
    public DmsScript truncate() {
        requireCommitted("truncate");
        boolean captured =
                spec.sourceEngine() != SourceEngine.POSTGRESQL && spec.sourceEngine() != SourceEngine.SQL_SERVER;
        boolean handled = spec.taskSettings()
                .map(task -> task.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED))
                .orElse(true);
        flush();
        if (captured && handled) {
            task.empty(current);
            current.obstacle(ExpectedTable.Kind.FOLDER_EMPTIED, "TRUNCATE at " + files.now());
        } else if (!current.rows().isEmpty()) {
            current.obstacle(ExpectedTable.Kind.TRUNCATE_NOT_CAPTURED, "TRUNCATE at " + files.now());
        }
        current.removeAll();
        return this;
    }

    /** Adds a column that is null in the rows there are. Later files have it; nothing else shows it. */
    public DmsScript addColumn(SourceColumn column) {
        return addColumn(column, null);
    }

    /**
     * Adds a column.
     *
     * @param standing what it holds in the rows there are: not null only for a column declared with a default
     */
    public DmsScript addColumn(SourceColumn column, @Nullable Object standing) {
        if (standing != null && !column.hasDefault()) {
            throw new IllegalArgumentException("Cannot add column '" + column.name() + "' with the value " + standing
                    + " in rows that are there: it is declared without a default.");
        }
        requireCommitted("add a column");
        current.addColumn(column, standing);
        return this;
    }

    /** Drops a column that does not belong to the key. Later files lack it. */
    public DmsScript dropColumn(String name) {
        requireCommitted("drop a column");
        current.dropColumn(name);
        return this;
    }

    /**
     * Renames a column that does not belong to the key. Later files have the new name, and nothing else shows it.
     *
     * @throws IllegalArgumentException if its rows already need a declaration: one of a default, or of another name
     */
    public DmsScript renameColumn(String name, String to) {
        requireCommitted("rename a column");
        current.renameColumn(name, to);
        return this;
    }

    /**
     * Changes a column to a wider type, which later files have.
     *
     * @param type one that rule S15 widens the present one to
     */
    public DmsScript widenColumn(String name, DataType type) {
        requireCommitted("widen a column");
        current.widenColumn(name, type);
        return this;
    }

    /** The source's clock goes back, so that later changes have older commit times; DMS's own clock does not. */
    public DmsScript stepClockBack(Duration by) {
        requireCommitted("step the clock back");
        sourceBehind = sourceBehind.plus(by);
        return this;
    }

    /**
     * Tells a random history of this table: this many transactions of inserts, updates and deletes, cut into files at random,
     * in which each of the happenings may come about; while a load goes on, only those within transactions. Ends committed,
     * and after the load flushed and with all late files there.
     */
    public DmsScript play(int count, Set<ScriptHappening> happenings) {
        new ScriptPlay(this, random, Set.copyOf(happenings)).play(count);
        return this;
    }

    ScriptTable table() {
        return current;
    }

    boolean loading() {
        return phase == Phase.LOADING;
    }

    /**
     * Writes all changes still in buffers, and brings a store to the state of now: whatever was not put or deleted by an
     * earlier call. Call it between steps to see a lake follow. Late files are missing until they {@link #arrive}.
     */
    public DmsScript writeTo(ObjectStore store) {
        flush();
        files.playInto(store);
        return this;
    }

    /** Of the store: while {@link #writeTo} runs, the time at which DMS stored the object in hand; else the script's. */
    public InstantSource clock() {
        return files.clock;
    }

    /** Keys of the files there are, late ones included, in order. */
    public List<String> keys() {
        return files.keys();
    }

    /** The source's schema as it is now. */
    public SourceSchema schema() {
        List<SourceTable> now = schema.tables().stream()
                .map(table -> {
                    ScriptTable scripted = tables.get(table.id());
                    return scripted == null ? table : scripted.source();
                })
                .toList();
        return new SourceSchema(schema.engine(), now);
    }

    /**
     * What somebody must declare of this table, so that it can be published: what rows of before hold in added columns, and the
     * new names of renamed ones.
     */
    public Declarations declarations(TableId landed) {
        return landed(landed).declarations();
    }

    /**
     * What must become of a table.
     *
     * @param landed its name in the landing zone
     * @throws IllegalStateException if a transaction is open or files are late: the files are not the history yet
     */
    public ExpectedTable expected(TableId landed) {
        requireCommitted("tell what must be");
        if (files.lateFiles() > 0) {
            throw new IllegalStateException(
                    "Cannot tell what must be: " + files.lateFiles() + " files are late. Call arrive().");
        }
        return landed(landed).expected();
    }

    private ScriptTable landed(TableId landed) {
        return tables.values().stream()
                .filter(table -> table.target().equals(landed))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Cannot find table " + landed + ": the script writes "
                        + tables.values().stream().map(ScriptTable::target).toList() + "."));
    }

    private void noteUntoldNull(String column, @Nullable Object[] before, @Nullable Object[] after) {
        int place = current.place(column);
        if (before[place] != null && after[place] == null && !tellsNull(column)) {
            current.obstacle(ExpectedTable.Kind.NULL_NOT_TOLD, "SET " + column + " = NULL");
        }
    }

    /** Whether readers of the spec take a null in an update of this column for one. */
    boolean tellsNull(String column) {
        RowShape shape = spec.rowShape(current.source());
        return shape.nullOnUpdate(current.landedName(column)) == NullOnUpdate.NULL;
    }

    private void requireAbsent(List<Object> key) {
        if (current.has(key)) {
            throw new IllegalArgumentException("Cannot script a second row with the key " + key + " in "
                    + current.source().id() + ".");
        }
    }

    private void requireCommitted(String what) {
        if (open != null) {
            throw new IllegalStateException("Cannot " + what + ": a transaction is open. Call commit().");
        }
    }

    @Override
    public String toString() {
        return "DmsScript[" + tables.keySet() + ", " + task.changes() + " changes in " + keys() + "]";
    }
}
