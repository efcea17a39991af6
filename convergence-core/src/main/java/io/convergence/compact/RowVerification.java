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
    private final FileOpener opener;

    RowVerification(ObjectStore store, List<CompactionSource> sources, ColumnUnion columns, FileOpener opener) {
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
        try (OpenFile file = opener.open(source)) {
            long row = 0;
            for (OpenSource part : file.parts()) {
                row += opener.reading(source, () -> verify(key, written, source, part));
            }
            if (row != source.rows()) {
                throw CompactionException.wrong(
                        key, "'" + source.key() + "' has " + row + " rows when it is read again");
            }
        }
    }

    private long verify(String key, FileRows written, CompactionSource source, OpenSource part) {
        long row = 0;
        try (FileRows read = part.cells(columns.feeds(part.schema()))) {
            for (; read.next(); row++) {
                if (!written.next()) {
                    throw CompactionException.wrong(key, "it ends before the rows of '" + source.key() + "' do");
                }

                Optional<String> column = written.difference(read);
                if (column.isPresent()) {
                    throw CompactionException.wrong(
                            key,
                            "column '" + column.get() + "' has another cell than '" + source.key() + "' in row " + row);
                }
            }
        }

        return row;
    }
}
