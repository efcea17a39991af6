package io.convergence.schema;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One difference between two versions of a table. Columns are matched by name: a rename cannot be told from a drop and
 * an add, hence {@link RenameSuspected} (rule S14). Immutable and thread-safe.
 */
public sealed interface SchemaChange {
    /** A column that was not there before. Whether its old rows hold null or a default cannot be seen in files (rule S14). */
    record ColumnAdded(Column column) implements SchemaChange {
        public ColumnAdded {
            requireNonNull(column, "column");
        }
    }

    /** A column that is no longer there, while none appeared. */
    record ColumnDropped(Column column) implements SchemaChange {
        public ColumnDropped {
            requireNonNull(column, "column");
        }
    }

    /** Columns vanished and others appeared at the same time: somebody has to say which became which. */
    record RenameSuspected(List<Column> vanished, List<Column> appeared) implements SchemaChange {
        public RenameSuspected {
            vanished = List.copyOf(vanished);
            appeared = List.copyOf(appeared);
        }
    }

    /** A column's type changed; {@code widened} holds both, if one of DMS's types does. */
    record TypeChanged(String column, DataType before, DataType after) implements SchemaChange {
        public TypeChanged {
            requireNonNull(column, "column");
            requireNonNull(before, "before");
            requireNonNull(after, "after");
        }

        /** The type that holds the values of both, see {@link DataType#widen}. */
        public Optional<DataType> widened() {
            return before.widen(after);
        }
    }

    /** A column came to allow null, or ceased to. */
    record NullabilityChanged(Column after) implements SchemaChange {
        public NullabilityChanged {
            requireNonNull(after, "after");
        }
    }

    /** The key has other columns, or another order of them: rows are no longer matched as before. */
    record KeyChanged(List<String> before, List<String> after) implements SchemaChange {
        public KeyChanged {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    /** What leads from one version to the other, in the order of the newer version's columns; empty if they are equal. */
    static List<SchemaChange> between(TableSchema before, TableSchema after) {
        List<SchemaChange> changes = new ArrayList<>();
        List<Column> appeared = new ArrayList<>();
        for (Column column : after.columns()) {
            Optional<Column> old = before.column(column.name());
            if (old.isEmpty()) {
                appeared.add(column);
                continue;
            }
            if (!old.get().type().equals(column.type())) {
                changes.add(new TypeChanged(column.name(), old.get().type(), column.type()));
            }
            if (old.get().nullable() != column.nullable()) {
                changes.add(new NullabilityChanged(column));
            }
        }

        List<Column> vanished = before.columns().stream()
                .filter(column -> after.column(column.name()).isEmpty())
                .toList();
        if (!vanished.isEmpty() && !appeared.isEmpty()) {
            changes.add(new RenameSuspected(vanished, appeared));
        } else {
            appeared.forEach(column -> changes.add(new ColumnAdded(column)));
            vanished.forEach(column -> changes.add(new ColumnDropped(column)));
        }
        if (!before.primaryKey().equals(after.primaryKey())) {
            changes.add(new KeyChanged(before.primaryKey(), after.primaryKey()));
        }
        return List.copyOf(changes);
    }
}
