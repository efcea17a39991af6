package io.convergence.change;

import io.convergence.target.CsvForm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Splits CSV into rows and fields, bytes as they are: no character set is needed for that, and each byte's place stays
 * known. CSV libraries take each carriage return for a row's end; DMS writes rows that hold some, and row delimiters of any
 * length. A row lies whole in a buffer that grows with the longest. Not thread-safe.
 */
final class CsvSplitter implements AutoCloseable {
    private static final int FIRST_BUFFER = 64 << 10;
    private static final byte QUOTE = '"';
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final CsvInput input;
    private final byte[] delimiter;
    private final byte[] rowEnd;
    private final boolean quoting;
    private final boolean refuseCarriageReturn;
    private final boolean refuseUnterminated;
    private final int maxRow;

    private byte[] buffer = new byte[FIRST_BUFFER];
    private long base;
    private int rowStart;
    private int at;
    private int limit;
    private boolean inputEnded;
    private boolean started;
    private boolean broken;
    private boolean marked;

    private int count;
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private boolean[] quoted = new boolean[32];
    private boolean[] escaped = new boolean[32];

    CsvSplitter(CsvInput input, CsvForm form) {
        this.input = input;
        this.delimiter = form.delimiter().getBytes(StandardCharsets.UTF_8);
        this.rowEnd = form.rowDelimiter().getBytes(StandardCharsets.UTF_8);
        this.quoting = form.rfc4180();
        this.refuseCarriageReturn = form.rowDelimiter().equals("\n") && !form.carriageReturnsAreData();
        this.refuseUnterminated = !form.unterminatedLastRow();
        this.maxRow = (int) input.limits().maxRow().bytes();
    }

    /**
     * Moves to the next row.
     *
     * @return whether there is one
     * @throws BadRow if its fields cannot be told; nothing after it can then be either
     */
    boolean next() {
        if (broken) {
            throw new IllegalStateException(
                    "Cannot read on in '" + input.key() + "': a row before could not be split.");
        }

        rowStart = at;
        count = 0;
        if (!started) {
            started = true;
            skipByteOrderMark();
        }
        if (!has(1)) {
            return false;
        }

        broken = true;
        boolean more = true;
        while (more) {
            more = field();
        }
        if (rowBytes() > maxRow) {
            throw tooLong();
        }
        broken = false;
        for (int i = 0; i < count; i++) {
            if (escaped[i]) {
                unescape(i);
            }
        }

        return true;
    }

    private void skipByteOrderMark() {
        if (has(BYTE_ORDER_MARK.length) && matches(at, BYTE_ORDER_MARK)) {
            marked = true;
            at += BYTE_ORDER_MARK.length;
            rowStart = at;
        }
    }

    /** Reads one field and what ends it. @return whether another one follows in the row */
    private boolean field() {
        if (count == input.limits().maxFields()) {
            throw new BadRow(
                    "it has more than " + input.limits().maxFields() + " fields.",
                    "Check the delimiters of the settings, or raise CsvLimits.maxFields.");
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            quoted = Arrays.copyOf(quoted, count * 2);
            escaped = Arrays.copyOf(escaped, count * 2);
        }

        quoted[count] = false;
        escaped[count] = false;
        return (quoting && has(1) && buffer[at] == QUOTE) ? quotedField() : plainField();
    }

    private boolean plainField() {
        starts[count] = at - rowStart;
        byte delimiterByte = delimiter[0];
        byte rowEndByte = rowEnd[0];
        while (true) {
            while (at < limit
                    && buffer[at] != delimiterByte
                    && buffer[at] != rowEndByte
                    && !(quoting && buffer[at] == QUOTE)) {
                at++;
            }
            if (at == limit && !has(1)) {
                return endOfInput(at);
            }
            if (quoting && buffer[at] == QUOTE) {
                throw new BadRow(
                        "field " + (count + 1) + " holds a quote but is not quoted.",
                        "Set Rfc4180=false if the endpoint has it; otherwise the file is damaged: restore it or reload the table.",
                        base + at);
            }
            if (isAt(delimiter)) {
                close(at);
                at += delimiter.length;
                return true;
            }
            if (isAt(rowEnd)) {
                if (refuseCarriageReturn && at - rowStart > starts[count] && buffer[at - 1] == '\r') {
                    throw carriageReturn(at - 1);
                }
                close(at);
                at += rowEnd.length;
                return false;
            }
            at++;
        }
    }

    private boolean quotedField() {
        int opened = at - rowStart;
        at++;
        starts[count] = opened + 1;
        quoted[count] = true;
        while (true) {
            while (at < limit && buffer[at] != QUOTE) {
                at++;
            }
            if (at == limit && !has(1)) {
                throw new BadRow(
                        "the quote that opens field " + (count + 1) + " is never closed.",
                        BadRow.DAMAGED,
                        base + rowStart + opened);
            }
            if (at == limit || buffer[at] != QUOTE) {
                continue;
            }
            if (has(2) && buffer[at + 1] == QUOTE) {
                escaped[count] = true;
                at += 2;
                continue;
            }

            at++;
            if (!has(1)) {
                return endOfInput(at - 1);
            }
            if (isAt(delimiter)) {
                close(at - 1);
                at += delimiter.length;
                return true;
            }
            if (isAt(rowEnd)) {
                close(at - 1);
                at += rowEnd.length;
                return false;
            }
            if (buffer[at] == '\r' && refuseCarriageReturn) {
                throw carriageReturn(at);
            }

            throw new BadRow(
                    "the closing quote of field " + (count + 1) + " is not followed by a delimiter.",
                    "Check the delimiters of the settings; otherwise the file is damaged: restore it or reload the table.",
                    base + at);
        }
    }

    private boolean endOfInput(int end) {
        if (refuseUnterminated) {
            throw new BadRow(
                    "the file ends within it, without the row delimiter that DMS writes after each row.",
                    "The file was cut off: restore it or reload the table. If it is whole, declare CsvForm.unterminatedLastRow.",
                    base + at);
        }

        close(end);
        return false;
    }

    private BadRow carriageReturn(int place) {
        return new BadRow(
                "a carriage return stands before its end, and whether it belongs to the row delimiter cannot be told.",
                "Declare the row delimiter \\r\\n if all rows end so, or CsvForm.carriageReturnsAreData if the source's texts do.",
                base + place);
    }

    private void close(int end) {
        ends[count] = end - rowStart;
        count++;
    }

    private boolean isAt(byte[] text) {
        return buffer[at] == text[0] && has(text.length) && matches(at, text);
    }

    private boolean matches(int place, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (buffer[place + i] != text[i]) {
                return false;
            }
        }

        return true;
    }

    /** Whether so many bytes follow; may move the row within the buffer, which {@code at} and {@code rowStart} follow. */
    private boolean has(int bytes) {
        while (limit - at < bytes) {
            if (!fill()) {
                return false;
            }
        }

        return true;
    }

    private boolean fill() {
        if (inputEnded) {
            return false;
        }
        if (rowStart > 0) {
            System.arraycopy(buffer, rowStart, buffer, 0, limit - rowStart);
            base += rowStart;
            at -= rowStart;
            limit -= rowStart;
            rowStart = 0;
        }
        if (limit > maxRow) {
            throw tooLong();
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(buffer.length * 2L, maxRow + 1L));
        }

        int read = input.read(buffer, limit, buffer.length - limit);
        inputEnded = read < 0;
        limit += Math.max(0, read);
        return !inputEnded;
    }

    private BadRow tooLong() {
        return new BadRow(
                "it has more than " + input.limits().maxRow() + ", which is the limit.",
                "Raise CsvLimits.maxRow if there is memory for it; a quote that is never closed and a wrong row delimiter look the same.");
    }

    private void unescape(int field) {
        int to = rowStart + starts[field];
        int end = rowStart + ends[field];
        for (int from = to; from < end; from++) {
            buffer[to++] = buffer[from];
            if (buffer[from] == QUOTE) {
                from++;
            }
        }
        ends[field] = to - rowStart;
    }

    /** Fields of the row at hand. */
    int fields() {
        return count;
    }

    /** Holds the row at hand until the next one is asked for. */
    byte[] buffer() {
        return buffer;
    }

    int start(int field) {
        return rowStart + starts[field];
    }

    int end(int field) {
        return rowStart + ends[field];
    }

    int length(int field) {
        return ends[field] - starts[field];
    }

    boolean quoted(int field) {
        return quoted[field];
    }

    /** Where the row begins in the uncompressed file. */
    long offset() {
        return base + rowStart;
    }

    /** Where the field's text begins in the uncompressed file. */
    long offset(int field) {
        return base + start(field);
    }

    int rowBytes() {
        return at - rowStart;
    }

    /** Whether the field is this text, not quoted. */
    boolean is(int field, byte[] text) {
        return !quoted[field] && length(field) == text.length && matches(start(field), text);
    }

    /** Malformed bytes come out as replacement characters. */
    String text(int field) {
        return new String(buffer, start(field), length(field), StandardCharsets.UTF_8);
    }

    /** Whether no field of the row has any text or quotes. */
    boolean isEmpty() {
        for (int i = 0; i < count; i++) {
            if (quoted[i] || length(i) > 0) {
                return false;
            }
        }

        return true;
    }

    /** Whether the file began with a byte order mark, which is no part of its first field. */
    boolean byteOrderMark() {
        return marked;
    }

    @Override
    public void close() {
        input.close();
    }
}
