package io.convergence.reconcile;

/** Where DMS's documented type mapping gives the lake less than the source has (rule S19). */
public enum LossyCase {
    /** PostgreSQL NUMERIC without precision travels as NUMERIC(28,6): further digits are rounded. */
    NUMERIC_ROUNDED("numeric values rounded to the scale DMS gives them"),
    /** PostgreSQL booleans travel as the texts {@code true} and {@code false} unless MapBooleanAsBoolean is set. */
    BOOLEAN_AS_TEXT("booleans written as text"),
    /** LOB values are cut at LobMaxSize in limited LOB mode. */
    LOB_TRUNCATED("large values cut at LobMaxSize"),
    /** Fraction digits of a second beyond the file's unit are cut. */
    FRACTION_CUT("fractions of a second cut to the file's unit"),
    /** Infinite timestamps travel as 9999-12-31 23:59:59 and 4713-01-01 BC. */
    INFINITY_REPLACED("infinite timestamps replaced by finite ones"),
    /** A column whose null in an update is taken as unknown (rule S8) was really set to null: the lake keeps the old value. */
    NULL_NOT_SEEN("values set to NULL that the lake cannot see");

    private final String description;

    LossyCase(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }
}
