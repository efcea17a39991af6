package io.convergence.testkit.dms;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/** Turns pgoutput messages into rows of the tables' buffers. Not thread-safe. */
final class ChangeCapture {
    /** Prefix of the messages by which a stand-in finds its place in the log. */
    static final String MARKER_PREFIX = "convergence-stand-in";

    private final PgCatalog catalog;
    private final StandInLog log;
    private final Consumer<String> markers;
    private final RecentTransactions recent;
    private final ChangeCounter counter = new ChangeCounter();
    private final PgOutputDecoder decoder = new PgOutputDecoder();
    private final Map<Integer, TableReplication> tables = new LinkedHashMap<>();
    private final Map<Integer, PgMessage.Relation> relations = new HashMap<>();
    private PgMessage.@Nullable Begin transaction;
    private long lastCommit;

    /** @param remembered changes that a restart can write again */
    ChangeCapture(
            PgCatalog catalog,
            Collection<TableReplication> tables,
            StandInLog log,
            Consumer<String> markers,
            int remembered) {
        this.recent = new RecentTransactions(remembered);
        this.catalog = catalog;
        this.log = log;
        this.markers = markers;
        for (TableReplication table : tables) {
            this.tables.put(table.catalog().objectId(), table);
        }
    }

    /** Whether the last message ended a transaction, so that nothing is half done. */
    boolean betweenTransactions() {
        return transaction == null;
    }

    /** The log position behind the last whole transaction; 0 before the first. */
    long lastCommit() {
        return lastCommit;
    }

    /**
     * The counter begins low.
     *
     * @param again how many changes are written again, as many more as make whole transactions
     */
    void restart(int again) throws SQLException {
        counter.restart();
        for (PgMessage message : recent.keepLast(again)) {
            apply(message);
        }
    }

    void accept(ByteBuffer bytes) throws SQLException {
        PgMessage message = decoder.decode(bytes);
        apply(message);
        recent.see(message);
    }

    private void apply(PgMessage message) throws SQLException {
        if (message instanceof PgMessage.Begin begin) {
            transaction = begin;
            counter.begin(begin.commitTime());
        } else if (message instanceof PgMessage.Commit commit) {
            transaction = null;
            lastCommit = Math.max(lastCommit, commit.endLsn());
        } else if (message instanceof PgMessage.Relation relation) {
            relation(relation);
        } else if (message instanceof PgMessage.Insert insert) {
            TableReplication table = table(insert.relation());
            checkWidth(table, insert.row());
            if (table.accepts(RowOperation.INSERT)) {
                table.insert(header(RowOperation.INSERT), insert.row());
            }
        } else if (message instanceof PgMessage.Update update) {
            TableReplication table = table(update.relation());
            checkWidth(table, update.row());
            if (table.accepts(RowOperation.UPDATE)) {
                table.update(header(RowOperation.UPDATE), update.row(), update.before());
            }
        } else if (message instanceof PgMessage.Delete delete) {
            TableReplication table = table(delete.relation());
            checkWidth(table, delete.before().row());
            if (table.accepts(RowOperation.DELETE)) {
                table.delete(header(RowOperation.DELETE), delete.before());
            }
        } else if (message instanceof PgMessage.Truncate truncate) {
            for (int relation : truncate.relations()) {
                TableReplication table = table(relation);
                log.event(
                        StandInReport.EventKind.TRUNCATED,
                        table.target(),
                        "truncated in the transaction of " + committed().commitTime());
            }
        } else if (message instanceof PgMessage.Emitted emitted
                && emitted.prefix().equals(MARKER_PREFIX)) {
            markers.accept(emitted.content());
        }
    }

    private PgMessage.Begin committed() {
        if (transaction == null) {
            throw new StandInException(
                    "Cannot replicate a change: it belongs to no transaction. The stream is damaged.");
        }
        return transaction;
    }

    private RowHeader header(RowOperation operation) {
        PgMessage.Begin begin = committed();
        Instant time = begin.commitTime();
        return new RowHeader(
                operation,
                time,
                counter.next(),
                LogSequenceNumber.valueOf(begin.finalLsn()).asString());
    }

    private TableReplication table(int relation) {
        TableReplication table = tables.get(relation);
        if (table == null || !relations.containsKey(relation)) {
            throw new StandInException("Cannot replicate a change of table " + Integer.toUnsignedString(relation)
                    + ": the stream did not describe it before. The stream is damaged.");
        }
        return table;
    }

    private static void checkWidth(TableReplication table, Tuple row) {
        if (row.size() != table.columns().size()) {
            throw new StandInException("Cannot replicate a change of " + table.source() + ": it has " + row.size()
                    + " cells, the table " + table.columns().size() + " columns. The stream is damaged.");
        }
    }

    private void relation(PgMessage.Relation relation) throws SQLException {
        TableReplication table = tables.get(relation.id());
        if (table == null) {
            throw new StandInException("Cannot replicate table " + relation.qualifiedName()
                    + ": it is not among those the stand-in began with. The stream is damaged.");
        }
        String name = table.source().toString();
        if (!relation.qualifiedName().equals(name)) {
            throw new StandInException(String.format(
                    Locale.ROOT,
                    "Cannot go on with table %s: it is now named %s. Start a new stand-in after renaming.",
                    name,
                    relation.qualifiedName()));
        }

        relations.put(relation.id(), relation);
        List<TableShape.SourceColumn> columns = new ArrayList<>();
        for (PgMessage.RelationColumn column : relation.columns()) {
            columns.add(
                    new TableShape.SourceColumn(column.name(), catalog.type(column.typeId(), column.typeModifier())));
        }
        if (!columns.equals(table.columns())) {
            table.columnsChanged(columns, catalog.primaryKey(relation.id()));
            // What was captured before has other columns.
            recent.keepLast(0);
        }
    }
}
