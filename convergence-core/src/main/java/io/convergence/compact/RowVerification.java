package io.convergence.compact;

import io.convergence.change.Provenance;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an output and its files again, side by side: every cell must be the same, in the same order. */
final class RowVerification {
    private final ObjectStore store;
    private final CompactedWriter writer;
    private final ColumnUnion columns;
    private final FileOpener opener;

    RowVerification(ObjectStore store, CompactedWriter writer, FileOpener opener) {
        this.store = store;
        this.writer = writer;
        this.columns = writer.columns();
        this.opener = opener;
    }

    /** @throws CompactionException if a cell differs, or the footer is not what it must be */
    void verify(ObjectStat output) {
        try (OpenSource file = OpenSource.open(store, output)) {
            checkFooter(file);
            try (FileRows written = file.checkedCells(columns.feeds(file.schema()))) {
                var comparison = new RowComparison(columns, opener);
                for (CompactionSource source : writer.sources()) {
                    Optional<String> difference = comparison.difference(written, source);
                    if (difference.isPresent()) {
                        throw CompactionException.wrong(output.key(), difference.get());
                    }
                }
                if (written.next()) {
                    throw CompactionException.wrong(output.key(), "it has more rows than its files");
                }
            }
        }
    }

    private void checkFooter(OpenSource file) {
        if (!file.schema().equals(columns.schema())) {
            throw CompactionException.wrong(
                    file.key(), "its columns are " + file.schema() + " instead of " + columns.schema());
        }

        Map<String, @Nullable String> entries = file.footer().entries();
        String origins = entries.get(Provenance.FOOTER_KEY);
        if (origins == null || !Provenance.parse(origins).equals(new Provenance(writer.spans()))) {
            throw CompactionException.wrong(file.key(), "its footer does not name the raw files its rows come from");
        }

        Optional<OutputFooter> footer = OutputFooter.parse(entries.get(OutputFooter.KEY));
        if (footer.isEmpty() || footer.get().rows() != writer.rows()) {
            throw CompactionException.wrong(file.key(), "its footer does not tell how it was written");
        }
    }
}
