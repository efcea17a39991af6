package io.convergence.change;

import static java.util.Objects.requireNonNull;

/** What is wrong with one row. Whoever reads the row catches it before the row is part of a batch, and adds file, row and place. */
final class BadRow extends RuntimeException {
    static final String DAMAGED = "The file is damaged or not DMS's: restore it or reload the table.";

    private static final long serialVersionUID = 1L;

    private final String advice;
    private final long offset;

    /** @param reason a sentence with its full stop */
    BadRow(String reason, String advice) {
        this(reason, advice, -1);
    }

    /** @param offset of the byte that is wrong in the uncompressed file; -1 for that of the row */
    BadRow(String reason, String advice, long offset) {
        super(reason, null, false, false);
        this.advice = advice;
        this.offset = offset;
    }

    RawFileException in(String key, long row) {
        return RawFileException.ofRow(key, row, requireNonNull(getMessage()), advice, null);
    }

    RawFileException in(String key, long row, long rowOffset) {
        return RawFileException.ofRow(
                key, row, offset < 0 ? rowOffset : offset, requireNonNull(getMessage()), advice, null);
    }
}
