package io.convergence.testkit.dms;

import io.convergence.target.CompressionType;
import io.convergence.target.S3TargetSettings;
import org.jspecify.annotations.Nullable;

/**
 * How DMS's CSV settings shape a file.
 *
 * @param nullText what stands for null; empty for a field without any text, which is what real files have by default
 * @param notLoggedText what stands for a cell the source did not log; null if it is written like null
 */
record CsvOptions(
        String delimiter,
        String rowDelimiter,
        String nullText,
        @Nullable String notLoggedText,
        Quoting quoting,
        Header header,
        Padding padding,
        Compression compression,
        EmptyText emptyText) {
    /** {@code Rfc4180}. */
    enum Quoting {
        WHERE_NEEDED,
        NEVER
    }

    /** {@code AddColumnName}. */
    enum Header {
        NONE,
        NAMES
    }

    /** {@code AddTrailingPaddingCharacter}: one space after each text. Which character, and how many, is not verified. */
    enum Padding {
        NONE,
        SPACE
    }

    /** {@code CompressionType}. */
    enum Compression {
        NONE,
        GZIP
    }

    static CsvOptions of(S3TargetSettings settings, EmptyText emptyText) {
        String notLogged =
                settings.useCsvNoSupValue() ? settings.csvNoSupValue().orElse(null) : null;
        return new CsvOptions(
                characters(settings.csvDelimiter()),
                characters(settings.csvRowDelimiter()),
                settings.csvNullValue().orElse(""),
                notLogged,
                settings.rfc4180() ? Quoting.WHERE_NEEDED : Quoting.NEVER,
                settings.addColumnName() ? Header.NAMES : Header.NONE,
                settings.addTrailingPaddingCharacter() ? Padding.SPACE : Padding.NONE,
                settings.compressionType() == CompressionType.GZIP ? Compression.GZIP : Compression.NONE,
                emptyText);
    }

    /** The API takes control characters as two characters each. */
    private static String characters(String text) {
        return text.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    }

    /** The text of a cell with its padding, before it is quoted. */
    String text(ParquetColumn column, Object value) {
        String text = CsvText.of(column, value);
        return pads(column) ? text + " " : text;
    }

    /** String data is padded, not the columns that are DMS's own. */
    private boolean pads(ParquetColumn column) {
        return padding == Padding.SPACE && CsvText.isText(column) && !column.ofDms();
    }

    /** Counts what a reader of the file cannot tell apart. */
    void countLosses(ParquetColumn column, Object value, LossCounter losses) {
        String text = text(column, value);
        if (text.isEmpty() && nullText.isEmpty() && !(CsvText.isText(column) && quotesEmptyText())) {
            losses.count(LossyCase.EMPTY_LIKE_NULL);
        }
        if (!text.isEmpty() && (text.equals(nullText) || text.equals(notLoggedText))) {
            losses.count(LossyCase.TEXT_LIKE_MARKER);
        }
        if (quoting == Quoting.NEVER && holdsDelimiter(text)) {
            losses.count(LossyCase.TEXT_BREAKS_ROW);
        }
        if (pads(column) && text.endsWith("  ")) {
            losses.count(LossyCase.BLANKS_LIKE_PADDING);
        }
    }

    boolean quotesEmptyText() {
        return emptyText == EmptyText.QUOTED && quoting == Quoting.WHERE_NEEDED;
    }

    boolean needsQuotes(String text) {
        return text.contains("\"") || text.contains("\n") || text.contains("\r") || holdsDelimiter(text);
    }

    /** Whether a delimiter begins in the text: a text that ends in {@code |} makes one with a delimiter {@code ||} behind it. */
    private boolean holdsDelimiter(String text) {
        return begins(delimiter, text + delimiter, text.length())
                || begins(rowDelimiter, text + delimiter, text.length())
                || begins(delimiter, text + rowDelimiter, text.length())
                || begins(rowDelimiter, text + rowDelimiter, text.length());
    }

    private static boolean begins(String delimiter, String text, int before) {
        int at = text.indexOf(delimiter);
        return at >= 0 && at < before;
    }
}
