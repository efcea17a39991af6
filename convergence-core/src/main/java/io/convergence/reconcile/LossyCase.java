package io.convergence.reconcile;

/** Where DMS's documented type mapping gives the lake less than the source has (rule S19). */
public enum LossyCase {
    /** PostgreSQL NUMERIC without precision travels as NUMERIC(28,6): further digits are rounded. */
    NUMERIC_ROUNDED("numeric values rounded to the scale DMS gives them"),
    /** A numeric NaN or infinity: Parquet's decimals have none. */
    NUMERIC_NOT_FINITE("numeric NaN and infinities written as null"),
    /** PostgreSQL NUMERIC without precision with more digits before the point than NUMERIC(28,6) has. */
    NUMERIC_OUT_OF_RANGE("numeric values too large for the type DMS gives them written as null"),
    /** PostgreSQL booleans travel as the texts {@code true} and {@code false} unless MapBooleanAsBoolean is set. */
    BOOLEAN_AS_TEXT("booleans written as text"),
    /** LOB values are cut at LobMaxSize in limited LOB mode; text is counted at two bytes a character. */
    LOB_TRUNCATED("large values cut at LobMaxSize"),
    /** Fraction digits of a second beyond the file's unit are cut. */
    FRACTION_CUT("fractions of a second cut to the file's unit"),
    /** PostgreSQL TIMETZ travels as the time of day without its zone. */
    TIME_ZONE_DROPPED("times of day written without their zone"),
    /** Infinite timestamps travel as 9999-12-31 23:59:59 and 4713-01-01 BC, infinite dates likewise. */
    INFINITY_REPLACED("infinite timestamps and dates replaced by finite ones"),
    /** CSV without {@code CsvNullValue}: an empty text or empty bytes are written as null is. What DMS does is UNVERIFIED. */
    EMPTY_LIKE_NULL("empty texts and bytes that CSV without a null marker cannot tell from null"),
    /** CSV: a text equal to {@code CsvNullValue} or {@code CsvNoSupValue}. Whether DMS quotes it is UNVERIFIED. */
    TEXT_LIKE_MARKER("texts that CSV cannot tell from its marker of null or of what was not logged"),
    /** A column whose null in an update is taken as unknown (rule S8) was really set to null: the lake keeps the old value. */
    NULL_NOT_SEEN("values set to NULL that the lake cannot see"),
    /** A timestamp outside 64 bits of microseconds. That it travels as null is not verified. */
    TIMESTAMP_OUT_OF_RANGE("timestamps outside 64 bits of microseconds written as null");

    private final String description;

    LossyCase(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }
}
