package io.convergence.change;

import io.convergence.schema.Column;
import java.util.List;
import java.util.Optional;

/** Stands for a file that could not be opened and is left out. */
record BrokenCursor(BadInputReport report) implements ChangeCursor {
    @Override
    public List<Column> columns() {
        return List.of();
    }

    @Override
    public Optional<ChangeBatch> next() {
        return Optional.empty();
    }

    @Override
    public ReadCounts counts() {
        return new ReadCounts(0, 0, 0, 0, report);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
