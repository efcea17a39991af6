package io.convergence.compact;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.List;
import java.util.Optional;

/** Reads an output and its files again, side by side: every cell must be the same, in the same order. */
final class RowVerification {
    private final ObjectStore store;
    private final List<CompactionSource> sources;
    private final ColumnUnion columns;
    private final SourceOpener opener;

    /** Opens a file that was copied once more. */
    interface SourceOpener {
        OpenSource open(CompactionSource source);
    }

    RowVerification(ObjectStore store, List<CompactionSource> sources, ColumnUnion columns, SourceOpener opener) {
        this.store = store;
        this.sources = sources;
        this.columns = columns;
        this.opener = opener;
    }

    /** @throws CompactionException if a cell differs */
    void verify(ObjectStat output) {
        try (OpenSource file = OpenSource.open(store, output);
                FileRows written = file.cells(columns.feeds(file.schema()))) {
            for (CompactionSource source : sources) {
                verify(output.key(), written, source);
            }
            if (written.next()) {
                throw CompactionException.wrong(output.key(), "it has more rows than its files");
            }
        }
    }

    private void verify(String key, FileRows written, CompactionSource source) {
        try (OpenSource file = opener.open(source);
                FileRows read = file.cells(columns.feeds(file.schema()))) {
            for (long row = 0; read.next(); row++) {
                if (!written.next()) {
                    throw CompactionException.wrong(key, "it ends before row " + row + " of '" + source.key() + "'");
                }

                Optional<String> column = written.difference(read);
                if (column.isPresent()) {
                    throw CompactionException.wrong(
                            key,
                            "column '" + column.get() + "' has another cell than '" + source.key() + "' in its row "
                                    + row);
                }
            }
        }
    }
}
