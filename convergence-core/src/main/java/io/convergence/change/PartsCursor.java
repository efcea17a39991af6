package io.convergence.change;

import io.convergence.schema.Column;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a compacted file in parts, because a column has another type in each (rule S15). One part is open at a time. */
final class PartsCursor implements ChangeCursor {
    private final String key;
    private final Iterator<Supplier<ChangeCursor>> rest;
    private ReadCounts counted = new ReadCounts(0, 0, 0, 0, BadInputReport.NONE);
    private @Nullable ChangeCursor part;
    private List<Column> columns;
    private boolean closed;

    /** @param rest opens the parts after the first, in order */
    PartsCursor(String key, ChangeCursor first, List<Supplier<ChangeCursor>> rest) {
        this.key = key;
        this.rest = rest.iterator();
        this.part = first;
        this.columns = first.columns();
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public ReadCounts counts() {
        ChangeCursor open = part;
        return open == null ? counted : counted.plus(open.counts());
    }

    @Override
    public Optional<ChangeBatch> next() {
        if (closed) {
            throw new IllegalStateException("Cannot read on in '" + key + "': the cursor is closed.");
        }

        while (true) {
            ChangeCursor open = part;
            if (open == null) {
                return Optional.empty();
            }

            Optional<ChangeBatch> batch = open.next();
            if (batch.isPresent()) {
                return batch;
            }

            leave(open);
            if (rest.hasNext()) {
                ChangeCursor following = rest.next().get();
                part = following;
                columns = following.columns();
            }
        }
    }

    private void leave(ChangeCursor open) {
        counted = counted.plus(open.counts());
        part = null;
        open.close();
    }

    @Override
    public void close() {
        closed = true;
        ChangeCursor open = part;
        if (open != null) {
            leave(open);
        }
    }
}
