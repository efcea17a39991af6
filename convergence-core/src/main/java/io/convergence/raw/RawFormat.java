package io.convergence.raw;

/** The format of a raw file by its extension. */
public enum RawFormat {
    PARQUET,
    CSV,
    /** {@code .csv.gz}: the whole object is gzip. GZIP Parquet keeps the plain {@code .parquet} extension. */
    CSV_GZIP
}
