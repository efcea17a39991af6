package io.convergence.pipeline;

import io.convergence.curated.ChangeLogReader;
import io.convergence.curated.CuratedReader;
import io.convergence.curated.SnapshotStyle;
import io.convergence.curated.SoftDeleteReader;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.merge.RowCells;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The rows one commit published, without those that are kept as deleted; or all changes of a change log. */
final class PublishedRows implements RowSource {
    private final ObjectStore store;
    private final LedgerEntry.Merge published;
    private final TableSchema schema;

    private PublishedRows(ObjectStore store, LedgerEntry.Merge published, TableSchema schema) {
        this.store = store;
        this.published = published;
        this.schema = schema;
    }

    /** Current rows. @throws PipelineException if nothing was published yet, or a change log */
    static PublishedRows of(TableSetup setup, LedgerSnapshot snapshot) {
        LedgerEntry.Merge published = published(setup, snapshot);
        if (TableStyle.of(published).kind() == SnapshotStyle.APPEND) {
            throw new PipelineException(
                    "Cannot read the rows of table " + setup.table()
                            + ": it is published as a change log, which has a row for each change. Read that"
                            + " (LakeTable.changeLog()).",
                    null);
        }
        return of(setup.lakeStore(), published);
    }

    /** Current rows of one commit. */
    static PublishedRows of(ObjectStore store, LedgerEntry.Merge published) {
        return new PublishedRows(store, published, published.schema());
    }

    /** Changes. @throws PipelineException if no change log was published */
    static PublishedRows ofLog(TableSetup setup, LedgerSnapshot snapshot) {
        LedgerEntry.Merge published = published(setup, snapshot);
        if (TableStyle.of(published).kind() != SnapshotStyle.APPEND) {
            throw new PipelineException(
                    "Cannot read the change log of table " + setup.table() + ": it is published as '"
                            + TableStyle.of(published)
                            + "'. Keep a log of it (MergeOptions.style(TableStyle.append())) under output and control"
                            + " prefixes of its own.",
                    null);
        }
        return new PublishedRows(
                setup.lakeStore(),
                published,
                new TableSchema(setup.table(), ChangeLogReader.columns(published), List.of()));
    }

    private static LedgerEntry.Merge published(TableSetup setup, LedgerSnapshot snapshot) {
        return snapshot.published()
                .orElseThrow(() -> new PipelineException(
                        "Cannot read table " + setup.table() + ": nothing of it was published yet. Merge it first.",
                        null));
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public Stream<List<@Nullable Object>> rows() {
        return switch (TableStyle.of(published).kind()) {
            case CURRENT -> {
                CuratedReader reader = CuratedReader.open(store, published);
                yield rows(reader::next, reader::close);
            }
            case SOFT_DELETE -> {
                SoftDeleteReader reader = SoftDeleteReader.open(store, published);
                yield rows(reader::next, reader::close);
            }
            case APPEND -> {
                ChangeLogReader reader = ChangeLogReader.open(store, published);
                yield rows(reader::next, reader::close);
            }
        };
    }

    private static Stream<List<@Nullable Object>> rows(Supplier<Optional<RowCells>> reader, Runnable close) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new Rows(reader), 0), false)
                .onClose(close);
    }

    private static final class Rows implements Iterator<List<@Nullable Object>> {
        private final Supplier<Optional<RowCells>> reader;
        private Optional<RowCells> next = Optional.empty();
        private boolean ended;

        Rows(Supplier<Optional<RowCells>> reader) {
            this.reader = reader;
        }

        @Override
        public boolean hasNext() {
            if (next.isEmpty() && !ended) {
                next = reader.get();
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
