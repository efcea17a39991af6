package io.convergence.curated;

import java.util.Locale;

/** What the published files keep of the changes of a table. */
public enum SnapshotStyle {
    /** The row of each key as it is now; deleted rows are gone. */
    CURRENT,
    /** As {@link #CURRENT}, but deleted rows stay and say so. */
    SOFT_DELETE,
    /** Each change as a row of its own, in the order of the changes; files are added and never rewritten. */
    APPEND;

    /** As in the note {@code style} of a commit, which {@link #CURRENT} does without. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
