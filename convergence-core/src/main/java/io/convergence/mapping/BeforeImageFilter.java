package io.convergence.mapping;

import java.util.Locale;

/** Which columns get a before-image column: the {@code column-filter} of a {@code before-image-def}. */
public enum BeforeImageFilter {
    /** Key columns. Observed: filled only in updates that change the key. */
    PK_ONLY,
    /** All columns but LOBs. */
    NON_LOB,
    ALL;

    /** As AWS writes it, e.g. {@code pk-only}. */
    public String wireValue() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
