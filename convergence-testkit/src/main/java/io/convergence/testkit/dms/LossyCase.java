package io.convergence.testkit.dms;

/** Where what DMS writes says less than the source's row (rule S19). Each occurrence is counted in {@link StandInReport}. */
public enum LossyCase {
    /** A NUMERIC without precision had more than 6 fraction digits: rounded half up to (28,6). */
    NUMERIC_ROUNDED,
    /** A NUMERIC NaN or infinity: Parquet's decimals have none, written as null. What DMS does is not verified. */
    NUMERIC_NOT_FINITE,
    /** A NUMERIC without precision had more than 22 digits before the point: written as null. What DMS does is not verified. */
    NUMERIC_OUT_OF_RANGE,
    /** A boolean written as the text {@code true} or {@code false}, DMS's default for PostgreSQL. */
    BOOLEAN_AS_TEXT,
    /** A LOB longer than {@code LobMaxSize}: cut there. */
    LOB_TRUNCATED,
    /** A time of day with microseconds: cut to milliseconds. */
    TIME_CUT_TO_MILLIS,
    /** A time of day with a zone other than UTC: the zone is lost. */
    TIME_ZONE_DROPPED,
    /** The time {@code 24:00:00}: written as 23:59:59.999. What DMS does is not verified. */
    TIME_OUT_OF_RANGE,
    /** A timestamp with microseconds under {@code ParquetTimestampInMillisecond}: cut to milliseconds. */
    TIMESTAMP_CUT_TO_MILLIS,
    /** A timestamp outside 64 bits of microseconds: written as null. What DMS does is not verified. */
    TIMESTAMP_OUT_OF_RANGE,
    /** An infinite timestamp: written as 9999-12-31 23:59:59 or 4713-01-01 BC. */
    TIMESTAMP_INFINITE,
    /** An infinite date: written as 9999-12-31 or 4713-01-01 BC. */
    DATE_INFINITE,
    /** An update left a value that is stored out of line as it was: written as null, like a real null. */
    UNCHANGED_VALUE_AS_NULL,
    /** CSV without {@code CsvNullValue}: an empty text or empty bytes written like null. */
    EMPTY_LIKE_NULL,
    /** CSV: a text that is the same as {@code CsvNullValue} or {@code CsvNoSupValue}. Whether DMS quotes it is not verified. */
    TEXT_LIKE_MARKER,
    /** CSV with {@code AddTrailingPaddingCharacter}: blanks at a text's end, which a reader takes for padding. */
    BLANKS_LIKE_PADDING,
    /** CSV without {@code Rfc4180}: a text that holds a delimiter, or makes one with what follows it, so that its row falls apart. */
    TEXT_BREAKS_ROW,
    /** A change-data-type, masking or add-column rule gives a type that holds less: characters or fraction digits cut. What DMS does is not verified. */
    CUT_TO_TYPE_OF_RULE,
    /** A change whose row filter needs a value that the source did not log: written. What DMS does is not verified. */
    FILTER_NOT_LOGGED,
    /** An update or delete of a table without a primary key: DMS drops it. Counted only under REPLICA IDENTITY FULL. */
    CHANGE_WITHOUT_KEY_DROPPED,
    /** A change dropped by {@code CdcInsertsOnly} or {@code CdcInsertsAndUpdates}. */
    CHANGE_FILTERED
}
