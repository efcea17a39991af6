package io.convergence.testkit.dms;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of {@code COPY … TO STDOUT} in text form. COPY gives every type in the words of its output function, the
 * same that pgoutput uses, so that full load and changes share one conversion.
 */
final class CopyText {
    private final int columns;

    CopyText(int columns) {
        this.columns = columns;
    }

    /** @param line one row with its line feed */
    Tuple parse(byte[] line) {
        @Nullable String[] values = new @Nullable String[columns];
        int column = 0;
        int start = 0;
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\t' || line[i] == '\n') {
                if (column == columns || (line[i] == '\n' && i != line.length - 1)) {
                    throw malformed("it has more cells than columns, " + columns);
                }
                values[column++] = cell(line, start, i);
                start = i + 1;
            }
        }
        if (column != columns || start != line.length) {
            throw malformed("it has " + column + " whole cells of " + columns);
        }
        return Tuple.of(values);
    }

    private static @Nullable String cell(byte[] line, int from, int to) {
        if (to - from == 2 && line[from] == '\\' && line[from + 1] == 'N') {
            return null;
        }

        byte[] content = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte next = line[i];
            if (next == '\\') {
                if (++i == to) {
                    throw malformed("it ends in a backslash");
                }
                next = unescape(line[i]);
            }
            content[length++] = next;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StandInException(
                    "Cannot read a row of the full load: a text in it is not UTF-8. Use a database in UTF8.", e);
        }
    }

    private static byte unescape(byte escaped) {
        return switch (escaped) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            case '\\' -> '\\';
            default -> throw malformed("it has the escape \\" + (char) escaped + ", which COPY does not write");
        };
    }

    private static StandInException malformed(String why) {
        return new StandInException("Cannot read a row of the full load: " + why + ".");
    }
}
