package io.convergence.pipeline;

import io.convergence.TableId;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.change.RowOrigin;
import java.time.Instant;
import java.util.Optional;

/** A change with other images. */
record DeclaredChange(ChangeRecord change, RowImage image, Optional<RowImage> before) implements ChangeRecord {
    @Override
    public TableId table() {
        return change.table();
    }

    @Override
    public Operation operation() {
        return change.operation();
    }

    @Override
    public Optional<Operation> recordedOperation() {
        return change.recordedOperation();
    }

    @Override
    public ChangePosition position() {
        return change.position();
    }

    @Override
    public RowOrigin origin() {
        return change.origin();
    }

    @Override
    public Optional<Instant> timestamp() {
        return change.timestamp();
    }

    @Override
    public Optional<ChangeSequence> sequence() {
        return change.sequence();
    }
}
