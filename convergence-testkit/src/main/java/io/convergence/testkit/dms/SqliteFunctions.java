package io.convergence.testkit.dms;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/** The functions that DMS adds to SQLite's (DMS guide, "Using transformation rule expressions"). */
final class SqliteFunctions {
    private RowOperation operation = RowOperation.INSERT;

    private SqliteFunctions() {}

    static SqliteFunctions create(Connection connection) throws SQLException {
        SqliteFunctions functions = new SqliteFunctions();
        Function.create(connection, "replaceChars", new ReplaceChars(), 3, Function.FLAG_DETERMINISTIC);
        Function.create(connection, "hash_sha256", new HashSha256(), 1, Function.FLAG_DETERMINISTIC);
        // Not deterministic: SQLite would compute it once per statement.
        Function.create(connection, "operation_indicator", functions.new OperationIndicator(), 3, 0);
        return functions;
    }

    /** Of the row whose values are computed next. */
    void operation(RowOperation current) {
        operation = current;
    }

    /**
     * Each character of the second text becomes the character at its place in the third, or nothing if that is shorter. DMS
     * documents the name only; this is what the function of that name does elsewhere (not verified).
     */
    static String replaceChars(String text, String from, String to) {
        StringBuilder replaced = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int place = from.indexOf(text.charAt(i));
            if (place < 0) {
                replaced.append(text.charAt(i));
            } else if (place < to.length()) {
                replaced.append(to.charAt(place));
            }
        }
        return replaced.toString();
    }

    private static final class ReplaceChars extends Function {
        @Override
        protected void xFunc() throws SQLException {
            String text = value_text(0);
            String from = value_text(1);
            String to = value_text(2);
            if (text == null || from == null || to == null) {
                result();
            } else {
                result(replaceChars(text, from, to));
            }
        }
    }

    /** In lower-case hexadecimal digits; the case is not verified. */
    private static final class HashSha256 extends Function {
        @Override
        protected void xFunc() throws SQLException {
            byte @Nullable [] content = value_blob(0);
            if (content == null) {
                result();
            } else {
                result(DataMask.sha256(content));
            }
        }
    }

    /** One of three texts: for deletes, updates and inserts; loaded rows are inserts. */
    private final class OperationIndicator extends Function {
        @Override
        protected void xFunc() throws SQLException {
            String text = value_text(
                    switch (operation) {
                        case DELETE -> 0;
                        case UPDATE -> 1;
                        case INSERT -> 2;
                    });
            if (text == null) {
                result();
            } else {
                result(text);
            }
        }
    }
}
