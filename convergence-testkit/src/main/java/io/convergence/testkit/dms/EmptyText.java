package io.convergence.testkit.dms;

/** How CSV files hold an empty text. Which one DMS writes is not verified. */
public enum EmptyText {
    /** As a field without any text, which without {@code CsvNullValue} is also how null is written. */
    NOTHING,
    /** As two quotes. */
    QUOTED
}
