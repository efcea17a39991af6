package io.convergence.testkit.dms;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes CSV as DMS does: UTF-8 without a mark, a row delimiter after every row, quotes only where a field needs them.
 * Rows may differ in width. Not thread-safe.
 */
final class DmsCsvWriter implements RawFileWriter {
    private final CsvOptions options;
    private final OutputStream out;
    private long bytes;

    DmsCsvWriter(List<ParquetColumn> columns, CsvOptions options, OutputStream out) throws IOException {
        this.options = options;
        this.out = options.compression() == CsvOptions.Compression.GZIP
                ? new GZIPOutputStream(out)
                : new BufferedOutputStream(out);
        if (options.header() == CsvOptions.Header.NAMES) {
            line(columns.stream()
                    .map(column -> quoted(column.name()))
                    .collect(Collectors.joining(options.delimiter())));
        }
    }

    @Override
    public void write(List<ParquetColumn> columns, @Nullable Object[] row) throws IOException {
        if (row.length != columns.size()) {
            throw new IllegalArgumentException(
                    "Cannot write a row of " + row.length + " values: it has " + columns.size() + " columns.");
        }

        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            if (i > 0) {
                line.append(options.delimiter());
            }
            line.append(field(columns.get(i), row[i]));
        }
        line(line.toString());
    }

    private String field(ParquetColumn column, @Nullable Object value) {
        if (value == null) {
            return options.nullText();
        }
        if (value == NotLogged.CELL) {
            String notLogged = options.notLoggedText();
            return notLogged == null ? options.nullText() : notLogged;
        }

        String text = options.text(column, value);
        return text.isEmpty() && CsvText.isText(column) && options.quotesEmptyText() ? "\"\"" : quoted(text);
    }

    private String quoted(String text) {
        boolean plain = options.quoting() == CsvOptions.Quoting.NEVER || !options.needsQuotes(text);
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private void line(String text) throws IOException {
        byte[] content = (text + options.rowDelimiter()).getBytes(StandardCharsets.UTF_8);
        out.write(content);
        bytes += content.length;
    }

    /** Before compression. */
    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void finish() throws IOException {
        if (out instanceof GZIPOutputStream gzip) {
            gzip.finish();
        }
        out.flush();
    }
}
