package io.convergence.testkit.ledger.simulation;

/** What happens around the processes of a schedule, beside faults and crashes; the report counts it. */
enum WorldEvent {
    /** DMS writes a file without a row. */
    EMPTY_FILE(false),
    /** DMS writes a file of the day before, while files of that day or later ones are in compacted ones. */
    LATE_FILE(false),
    /** DMS writes a file with other columns than the one before it. */
    SCHEMA_CHANGED(false),
    /** A compaction or merge holds rows of sources whose columns differ. */
    SCHEMAS_JOINED(false),
    FILE_REWRITTEN(false),
    FILE_DELETED(false),
    FOLDER_EMPTIED(false),
    /** Somebody writes or deletes where another lists, between two pages of that listing. */
    LISTING_INTERLEAVED(false),
    /** The same of a listing of raw files, in which DMS writes. */
    RAW_LISTING_INTERLEAVED(false),
    /** The pipeline's merge published a state. */
    MERGE_PUBLISHED(true),
    /** The pipeline's merge saw that raw files were gone or changed, and published nothing. */
    MERGE_SUSPECT(true),
    /** It was looked at what a compaction or merge holds of the bytes it read (I12). */
    HEAP_MEASURED(true);

    private final boolean realParquet;

    WorldEvent(boolean realParquet) {
        this.realParquet = realParquet;
    }

    /** Whether it happens with real Parquet alone. */
    boolean isOfRealParquet() {
        return realParquet;
    }
}
