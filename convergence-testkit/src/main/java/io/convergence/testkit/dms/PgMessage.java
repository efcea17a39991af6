package io.convergence.testkit.dms;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message of PostgreSQL's logical replication protocol, version 1 (PostgreSQL manual, "Logical Replication Message Formats"). */
sealed interface PgMessage {
    record Begin(long finalLsn, Instant commitTime, int transaction) implements PgMessage {}

    record Commit(long commitLsn, long endLsn, Instant commitTime) implements PgMessage {}

    record Origin(long commitLsn, String name) implements PgMessage {}

    /** How a table's columns stand for the row messages that follow. */
    record Relation(int id, String schema, String name, char replicaIdentity, List<RelationColumn> columns)
            implements PgMessage {
        public Relation {
            columns = List.copyOf(columns);
        }

        String qualifiedName() {
            return schema + "." + name;
        }
    }

    /**
     * A column of a relation.
     *
     * @param key whether the column belongs to the replica identity
     */
    record RelationColumn(String name, int typeId, int typeModifier, boolean key) {}

    record TypeName(int id, String schema, String name) implements PgMessage {}

    record Insert(int relation, Tuple row) implements PgMessage {}

    record Update(int relation, @Nullable OldTuple before, Tuple row) implements PgMessage {}

    record Delete(int relation, OldTuple before) implements PgMessage {}

    record Truncate(List<Integer> relations) implements PgMessage {
        public Truncate {
            relations = List.copyOf(relations);
        }
    }

    /** What {@code pg_logical_emit_message} wrote. */
    record Emitted(long lsn, String prefix, String content) implements PgMessage {}

    /** What of the old row a message holds. */
    enum OldImage {
        /** Columns of the replica identity; all others are null and mean nothing. */
        KEY,
        /** Every column: REPLICA IDENTITY FULL. */
        FULL
    }

    /** The old row of an update or delete. */
    record OldTuple(OldImage image, Tuple row) {}
}
