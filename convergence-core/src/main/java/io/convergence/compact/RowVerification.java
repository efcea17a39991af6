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
                for (CompactionSource source : writer.sources()) {
                    verify(output.key(), written, source);
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

    private void verify(String key, FileRows written, CompactionSource source) {
        try (OpenFile file = opener.open(source)) {
            long[] rows = new long[1];
            opener.reading(source, () -> {
                file.forEachPart(part -> rows[0] += verify(key, written, source, part));
                return source;
            });
            if (rows[0] != source.rows()) {
                throw CompactionException.wrong(
                        key, "'" + source.key() + "' has " + rows[0] + " rows when it is read again");
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
