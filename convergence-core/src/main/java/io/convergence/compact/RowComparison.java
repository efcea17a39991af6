package io.convergence.compact;

import java.util.Optional;

/** Reads files again beside the output that holds their rows: every cell must be the same, in the same order. Not thread-safe. */
final class RowComparison {
    private final ColumnUnion columns;
    private final FileOpener opener;

    /** @param columns of the output */
    RowComparison(ColumnUnion columns, FileOpener opener) {
        this.columns = columns;
        this.opener = opener;
    }

    /**
     * Reads as many rows of the output as the file has; after a difference, fewer.
     *
     * @return in what the output differs; empty if in nothing
     */
    Optional<String> difference(FileRows written, CompactionSource source) {
        try (OpenFile file = opener.open(source)) {
            var comparing = new Comparing(written, source);
            opener.reading(source, () -> {
                file.forEachPart(comparing::take);
                return source;
            });
            return comparing.difference();
        }
    }

    private final class Comparing {
        private final FileRows written;
        private final CompactionSource source;
        private long rows;
        private Optional<String> found = Optional.empty();

        Comparing(FileRows written, CompactionSource source) {
            this.written = written;
            this.source = source;
        }

        void take(OpenSource part) {
            if (found.isPresent()) {
                return;
            }

            long row = 0;
            try (FileRows read = part.cells(columns.feeds(part.schema()))) {
                for (; read.next(); row++) {
                    if (!written.next()) {
                        found = Optional.of("it ends before the rows of '" + source.key() + "' do");
                        return;
                    }

                    Optional<String> column = written.difference(read);
                    if (column.isPresent()) {
                        found = Optional.of("column '" + column.get() + "' has another cell than '" + source.key()
                                + "' in row " + (rows + row));
                        return;
                    }
                }
            }
            rows += row;
        }

        Optional<String> difference() {
            return found.isPresent() || rows == source.rows()
                    ? found
                    : Optional.of("'" + source.key() + "' has " + rows + " rows when it is read again");
        }
    }
}
