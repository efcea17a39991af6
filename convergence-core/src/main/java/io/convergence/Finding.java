package io.convergence;

import static java.util.Objects.requireNonNull;

/**
 * One thing a check found: what, where, and what to do about it. Immutable and thread-safe.
 *
 * @param code stable upper-case identifier such as {@code SEQUENCE_COLUMN_MISSING}; tools may switch on it
 * @param severity how much it matters
 * @param path where: a JSON path, an object key with a row, or a table name
 * @param message what is wrong and what would be lost, with the values involved. Of a table's rows it holds no cell but keys,
 *     where somebody must find the row; the other parts hold none
 * @param fix what to do
 */
public record Finding(String code, Severity severity, String path, String message, String fix) {
    public Finding {
        requireNonNull(code, "code");
        requireNonNull(severity, "severity");
        requireNonNull(path, "path");
        requireNonNull(message, "message");
        requireNonNull(fix, "fix");
    }

    public static Finding error(String code, String path, String message, String fix) {
        return new Finding(code, Severity.ERROR, path, message, fix);
    }

    public static Finding warning(String code, String path, String message, String fix) {
        return new Finding(code, Severity.WARNING, path, message, fix);
    }

    public static Finding info(String code, String path, String message, String fix) {
        return new Finding(code, Severity.INFO, path, message, fix);
    }

    @Override
    public String toString() {
        return severity + " " + code + " at " + path + ": " + message + " " + fix;
    }
}
