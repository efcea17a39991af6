package io.convergence.pipeline;

import io.convergence.curated.CuratedReader;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.merge.RowCells;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The rows one slot of the log published. */
final class PublishedRows implements RowSource {
    private final TableSetup setup;
    private final LedgerEntry.Merge published;

    PublishedRows(TableSetup setup, LedgerSnapshot snapshot) {
        this.setup = setup;
        this.published = snapshot.published()
                .orElseThrow(() -> new PipelineException(
                        "Cannot read table " + setup.table() + ": nothing of it was published yet. Merge it first.",
                        null));
    }

    @Override
    public TableSchema schema() {
        return published.schema();
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
        CuratedReader reader = CuratedReader.open(setup.lakeStore(), published);
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new Rows(reader), 0), false)
                .onClose(reader::close);
    }

    private static final class Rows implements Iterator<List<@Nullable Object>> {
        private final CuratedReader reader;
        private Optional<RowCells> next = Optional.empty();
        private boolean ended;

        Rows(CuratedReader reader) {
            this.reader = reader;
        }

        @Override
        public boolean hasNext() {
            if (next.isEmpty() && !ended) {
                next = reader.next();
                ended = next.isEmpty();
            }

            return !ended;
        }

        @Override
        public List<@Nullable Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }

            RowCells cells = next.orElseThrow();
            next = Optional.empty();
            List<@Nullable Object> row = new ArrayList<>(cells.columns().size());
            for (int i = 0; i < cells.columns().size(); i++) {
                row.add(cells.published(i));
            }
            return Collections.unmodifiableList(row);
        }
    }
}
