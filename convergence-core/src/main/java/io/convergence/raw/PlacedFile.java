package io.convergence.raw;

import static java.util.Objects.requireNonNull;

/**
 * A raw file with its place in the table's history.
 *
 * @param replayedRows rows before this number, from 0, repeat earlier changes and are not read (rule S3); 0 for none. In a
 *     transaction file rows of all tables count
 */
public record PlacedFile(RawFile file, FileEvidence evidence, FileContext context, long replayedRows) {
    /** As {@link #replayedRows}: the whole file is a replay. */
    public static final long ALL_ROWS = Long.MAX_VALUE;

    public PlacedFile {
        requireNonNull(file, "file");
        requireNonNull(evidence, "evidence");
        requireNonNull(context, "context");
        if (replayedRows < 0) {
            throw new IllegalArgumentException("Cannot leave out " + replayedRows + " rows of '" + file.key() + "'.");
        }
    }

    /** Without replayed rows. */
    public PlacedFile(RawFile file, FileEvidence evidence, FileContext context) {
        this(file, evidence, context, 0);
    }

    public String key() {
        return file.key();
    }

    /** Whether it has no other rows than replayed ones. */
    public boolean isReplay() {
        return replayedRows == ALL_ROWS;
    }
}
