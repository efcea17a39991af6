package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.store.ObjectStore;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One table on its way: its present shape, its buffer and its counters. Used by the worker alone. */
final class TableReplication {
    private final CatalogTable catalog;
    private final TablePlans plans;
    private final StandInSettings settings;
    private final StandInLog log;
    private final ChangeBuffer buffer;
    private final TableId target;
    private final StandInProgress progress;
    private final StandInLog.Counters counters;
    private final LossCounter wholeRows;
    private final RawKeys keys;
    private final ObjectStore store;

    private List<TableShape.SourceColumn> columns;
    private List<String> primaryKey;
    private TableShape shape;

    /** @param common the buffer that all tables fill with {@code PreserveTransactions}; null if each has its own */
    TableReplication(
            CatalogTable catalog,
            TablePlans plans,
            StandInSettings settings,
            StandInLog log,
            ObjectStore store,
            RawKeys keys,
            @Nullable ChangeBuffer common,
            InstantSource clock,
            StandInProgress progress) {
        this.catalog = catalog;
        this.plans = plans;
        this.settings = settings;
        this.log = log;
        this.store = store;
        this.keys = keys;
        this.progress = progress;
        this.columns = catalog.columns();
        this.primaryKey = catalog.primaryKey();
        TablePlan plan = plans.plan(catalog.id(), columns, primaryKey);
        this.target = plan.target();
        this.counters = log.counters(target);
        this.wholeRows = log.losses(target, "");
        this.shape = shape(plan);
        this.buffer = common != null
                ? common
                : new ChangeBuffer(flushed -> keys.cdcKey(target, flushed), store, settings, clock);
        reportUndocumentedTypes(columns);
    }

    private TableShape shape(TablePlan plan) {
        return new TableShape(plan, columns, primaryKey, settings, log);
    }

    private void reportUndocumentedTypes(List<TableShape.SourceColumn> candidates) {
        for (TableShape.SourceColumn column : candidates) {
            if (!column.type().documented()) {
                log.event(
                        StandInReport.EventKind.UNDOCUMENTED_TYPE,
                        target,
                        "column " + column.name() + " of type " + column.type().name());
            }
        }
    }

    TableId source() {
        return catalog.id();
    }

    TableId target() {
        return target;
    }

    CatalogTable catalog() {
        return catalog;
    }

    List<TableShape.SourceColumn> columns() {
        return columns;
    }

    ChangeBuffer buffer() {
        return buffer;
    }

    StandInLog.Counters counters() {
        return counters;
    }

    RawFileSink openLoadFile(long number) {
        return new RawFileSink(store, keys.loadKey(target, number), shape.loadColumns(), settings.form());
    }

    /** Whether the filters of the mappings let a loaded row through. */
    boolean loads(Tuple row) {
        return shape.accepts(row, null);
    }

    @Nullable
    Object[] loadRow(RowHeader header, Tuple row) {
        return shape.loadRow(header, row);
    }

    private boolean hasCommonBuffer() {
        return settings.transactions() == StandInSettings.Transactions.PRESERVED;
    }

    /** Takes over a changed table. What was captured before goes into a file of the columns it has; transaction files hold both. */
    void columnsChanged(List<TableShape.SourceColumn> changed, List<String> changedKey) {
        if (!hasCommonBuffer()) {
            flush();
        }
        List<TableShape.SourceColumn> before = columns;
        columns = changed;
        primaryKey = changedKey;
        TablePlan plan = plans.plan(catalog.id(), columns, primaryKey);
        if (!plan.target().equals(target)) {
            throw new StandInException(
                    "Cannot go on with table " + catalog.id() + ": with its changed columns the mappings name it "
                            + plan.target() + ", before " + target + ". Map tables by name only.");
        }
        shape = shape(plan);
        counters.ddl();
        log.event(StandInReport.EventKind.COLUMNS_CHANGED, target, names(before) + " became " + names(changed));
        reportUndocumentedTypes(
                changed.stream().filter(column -> !before.contains(column)).toList());
    }

    private static List<String> names(List<TableShape.SourceColumn> columns) {
        return columns.stream().map(TableShape.SourceColumn::name).toList();
    }

    /** Whether updates and deletes are replicated; DMS ignores them without a primary key. */
    boolean hasKey() {
        return !primaryKey.isEmpty();
    }

    /** Whether a change of this kind is written; counts it if not. */
    boolean accepts(RowOperation operation) {
        if (operation != RowOperation.INSERT && !hasKey()) {
            wholeRows.count(LossyCase.CHANGE_WITHOUT_KEY_DROPPED);
            return false;
        }
        if (!settings.filter().accepts(operation)) {
            wholeRows.count(LossyCase.CHANGE_FILTERED);
            return false;
        }
        return true;
    }

    void insert(RowHeader header, Tuple row) {
        if (shape.accepts(row, null)) {
            add(header, shape.insert(header, row));
        }
    }

    void update(RowHeader header, Tuple row, PgMessage.@Nullable OldTuple before) {
        if (shape.accepts(row, before)) {
            add(header, shape.update(header, row, before));
        }
    }

    void delete(RowHeader header, PgMessage.OldTuple before) {
        if (shape.accepts(before)) {
            add(header, shape.delete(header, before));
        }
    }

    private void add(RowHeader header, @Nullable Object[] row) {
        buffer.add(shape.changeColumns(), row);
        counters.written(header.operation());
        // A file of transactions ends with a transaction.
        if (buffer.full() && !hasCommonBuffer()) {
            flush();
        }
    }

    void flush() {
        buffer.flush().ifPresent(file -> {
            if (hasCommonBuffer()) {
                progress.transactionsWritten(file.key(), file.rows());
            } else {
                progress.changesWritten(target, file.key(), file.rows());
            }
        });
    }
}
