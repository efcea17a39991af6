package io.convergence.store.internal.pages;

import io.convergence.DataSize;

/**
 * What a page may ask for before memory is taken for it.
 *
 * @param maxPageBytes largest page, uncompressed
 * @param maxRatio how many times its stored size a page may claim to have, where it claims more than 64 MB: smaller ones do no harm,
 *     and constant columns compress very well
 */
public record PageLimits(long maxPageBytes, int maxRatio) {
    private static final long RATIO_CHECKED_FROM = 64L << 20;

    /** 1 GB, ratio 1,000. */
    public static PageLimits defaults() {
        return new PageLimits(1L << 30, 1_000);
    }

    /** Whether so many stored bytes may unpack to so many. */
    public boolean allows(long stored, long unpacked) {
        return unpacked <= RATIO_CHECKED_FROM || (unpacked - 1) / maxRatio < stored;
    }

    void check(long stored, long unpacked, long ofChunk) {
        if (unpacked < 0 || unpacked > ofChunk) {
            throw new DamagedPageException("a page claims to hold " + unpacked + " bytes, its column has " + ofChunk);
        }
        if (unpacked > maxPageBytes) {
            throw new DamagedPageException("a page has " + unpacked + " bytes uncompressed, more than the limit of "
                    + DataSize.ofBytes(maxPageBytes));
        }
        if (!allows(stored, unpacked)) {
            throw new DamagedPageException("a page claims to unpack " + stored + " bytes to " + unpacked
                    + ", more than " + maxRatio + " times as many");
        }
    }
}
