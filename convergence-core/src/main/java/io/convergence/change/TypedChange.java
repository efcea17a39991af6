package io.convergence.change;

import java.time.Instant;
import java.util.Optional;

/**
 * A change whose row is read as a record of the caller's, when asked for: the columns DMS adds stay apart from the row.
 * Immutable; thread-safe.
 */
public final class TypedChange<R extends Record> {
    private final ChangeRecord change;
    private final RecordView<R> view;

    TypedChange(ChangeRecord change, RecordView<R> view) {
        this.change = change;
        this.view = view;
    }

    public Operation operation() {
        return change.operation();
    }

    public ChangePosition position() {
        return change.position();
    }

    public RowOrigin origin() {
        return change.origin();
    }

    /** See {@link ChangeRecord#timestamp()}. */
    public Optional<Instant> timestamp() {
        return change.timestamp();
    }

    /**
     * The row after the change; for a delete, what was logged of the row before it. A delete that logged only the key can
     * be read as a record that has only the key's columns, or {@link Cell}s for the others: see {@link #rowAs}.
     *
     * @throws RowMappingException if the row does not fit the record
     */
    public R row() {
        return view.read(change.image());
    }

    /** The row as another record, for example one of the key alone. @throws RowMappingException if it does not fit */
    public <K extends Record> K rowAs(RecordView<K> other) {
        return other.read(change.image());
    }

    /** The key before the change, where it changed: see {@link ChangeRecord#before()}. @throws RowMappingException if it does not fit */
    public <K extends Record> Optional<K> before(RecordView<K> key) {
        return change.before().map(key::read);
    }

    /** The change as it is. */
    public ChangeRecord change() {
        return change;
    }
}
