package io.convergence.change;

import io.convergence.ConvergenceException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A file cannot be read as what it claims to be; says which file, which row where known, and why. Nothing of it was delivered past that row. */
public final class RawFileException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final long row;
    private final long byteOffset;
    private final String reason;
    private final String advice;

    private RawFileException(
            String key, long row, long byteOffset, String reason, String advice, @Nullable Throwable cause) {
        super(
                "Cannot read '" + key + "'" + (row < 0 ? "" : " row " + row)
                        + (byteOffset < 0 ? "" : " (byte " + byteOffset + ")") + ": " + reason + " " + advice,
                cause);
        this.key = key;
        this.row = row;
        this.byteOffset = byteOffset;
        this.reason = reason;
        this.advice = advice;
    }

    public static RawFileException ofFile(String key, String reason, String advice, @Nullable Throwable cause) {
        return new RawFileException(key, -1, -1, reason, advice, cause);
    }

    /**
     * What is wrong with a file, and where.
     *
     * @param byteOffset of the part of the file that is wrong, from 0
     */
    public static RawFileException ofPlace(
            String key, long byteOffset, String reason, String advice, @Nullable Throwable cause) {
        return new RawFileException(key, -1, byteOffset, reason, advice, cause);
    }

    /** One of DMS's own columns, by its kind and declared name, is in none of the columns there are. */
    static RawFileException ofMissingColumn(String key, String kind, String declared, List<String> names) {
        return ofFile(
                key,
                "it has no " + kind + " column '" + declared + "', only " + names + ".",
                "Name the column the task really writes, or none.",
                null);
    }

    public static RawFileException ofRow(
            String key, long row, String reason, String advice, @Nullable Throwable cause) {
        return new RawFileException(key, row, -1, reason, advice, cause);
    }

    /**
     * What is wrong with a row of text.
     *
     * @param byteOffset of the row, or of the byte in it that is wrong; from 0, in the uncompressed file
     */
    public static RawFileException ofRow(
            String key, long row, long byteOffset, String reason, String advice, @Nullable Throwable cause) {
        return new RawFileException(key, row, byteOffset, reason, advice, cause);
    }

    public String key() {
        return key;
    }

    /** From 0; empty if the whole file is meant. */
    public OptionalLong row() {
        return row < 0 ? OptionalLong.empty() : OptionalLong.of(row);
    }

    /** From 0; of CSV in the uncompressed text; empty where it is not known. */
    public OptionalLong byteOffset() {
        return byteOffset < 0 ? OptionalLong.empty() : OptionalLong.of(byteOffset);
    }

    /** What is wrong, without the place. */
    public String reason() {
        return reason;
    }

    /** What to do about it. */
    public String advice() {
        return advice;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
