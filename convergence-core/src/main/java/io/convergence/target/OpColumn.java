package io.convergence.target;

/** Whether the rows of CSV files begin with DMS's operation letter. */
public enum OpColumn {
    PRESENT,
    ABSENT,
    /**
     * To be found out file by file, from the width and the first fields of its first row; a file that fits both is refused.
     * DMS's guide contradicts itself for {@code CdcInsertsAndUpdates} without {@code IncludeOpForFullLoad}.
     */
    SNIFFED
}
