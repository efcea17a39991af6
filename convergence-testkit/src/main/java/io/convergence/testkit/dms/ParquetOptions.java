package io.convergence.testkit.dms;

/**
 * How DMS's Parquet settings shape a file.
 *
 * @param footerVersion the footer's version number: 2 in the real sample; 1 for {@code parquet-1-0} is inferred
 * @param dictPageSizeLimit bytes of a dictionary above which a column chunk goes on with plain values
 * @param dataPageSize bytes of encoded values after which a page ends
 * @param rowGroupLength rows
 */
record ParquetOptions(
        int footerVersion,
        Values values,
        Codec codec,
        Statistics statistics,
        int dictPageSizeLimit,
        int dataPageSize,
        int rowGroupLength) {
    /** How values are encoded. */
    enum Values {
        PLAIN,
        PLAIN_DICTIONARY,
        RLE_DICTIONARY
    }

    /** The two codecs DMS offers. */
    enum Codec {
        UNCOMPRESSED,
        GZIP
    }

    /** {@code EnableStatistics}. */
    enum Statistics {
        WRITTEN,
        LEFT_OUT
    }

    ParquetOptions {
        if (dictPageSizeLimit < 1 || dataPageSize < 1 || rowGroupLength < 1) {
            throw new IllegalArgumentException("Cannot write Parquet with dictPageSizeLimit " + dictPageSizeLimit
                    + ", dataPageSize " + dataPageSize + " and rowGroupLength " + rowGroupLength
                    + ": each must be at least 1.");
        }
    }
}
