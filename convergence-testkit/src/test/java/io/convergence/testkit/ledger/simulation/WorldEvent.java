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
    MERGE_SUSPECT(true);

    private final boolean realMerge;

    WorldEvent(boolean realMerge) {
        this.realMerge = realMerge;
    }

    /** Whether it happens to the pipeline's merge alone. */
    boolean isOfRealMerge() {
        return realMerge;
    }
}
