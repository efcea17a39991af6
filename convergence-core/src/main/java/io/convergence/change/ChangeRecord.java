package io.convergence.change;

import io.convergence.TableId;
import java.time.Instant;
import java.util.Optional;

/** One row of a raw file as a fact. Immutable; thread-safe. Keeps its {@link ChangeBatch} reachable. */
public interface ChangeRecord {
    TableId table();

    /** What happened: a full-load row, and a CDC row of a task that writes inserts only, is an insert. */
    Operation operation();

    /** The {@code Op} letter as the file has it; empty where the file has none. */
    Optional<Operation> recordedOperation();

    ChangePosition position();

    default ChangeId id() {
        return ChangeId.of(position());
    }

    RowOrigin origin();

    /** CDC: the commit time at the source. LOAD: the row's arrival time. Empty without a timestamp column. */
    Optional<Instant> timestamp();

    Optional<ChangeSequence> sequence();

    /** The row after the change; for a delete, what was logged of the row before it. */
    RowImage image();

    /**
     * The key before the change, where before-image columns are filled, which DMS does only when the key really changed.
     * Its columns carry the table's own names; those without a filled before-image are ABSENT.
     */
    Optional<RowImage> before();
}
