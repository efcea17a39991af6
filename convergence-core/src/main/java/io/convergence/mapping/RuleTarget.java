package io.convergence.mapping;

import java.util.Locale;

/** The kind of object a transformation rule changes: its {@code rule-target}. */
public enum RuleTarget {
    SCHEMA,
    TABLE,
    COLUMN,
    TABLE_TABLESPACE,
    INDEX_TABLESPACE;

    /** As AWS writes it, e.g. {@code table-tablespace}. */
    public String wireValue() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
