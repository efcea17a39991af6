package io.convergence.examples.quickstart;

import io.convergence.reconcile.Loss;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Rows of which each is told when it is read. */
record WatchedRows(RowSource source, Runnable read) implements RowSource {
    @Override
    public TableSchema schema() {
        return source.schema();
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
        return source.rows().peek(row -> read.run());
    }

    @Override
    public Map<Loss, Long> losses() {
        return source.losses();
    }
}
