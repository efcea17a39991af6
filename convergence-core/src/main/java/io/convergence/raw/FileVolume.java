package io.convergence.raw;

import static java.util.Objects.requireNonNull;

/**
 * How much a file's columns hold, as the footer of a Parquet file tells; all row groups together, without footer and headers.
 *
 * @param stored bytes of the columns in the file
 * @param plain bytes once uncompressed, which are still encoded (dictionaries, runs)
 * @param codec that of most stored bytes, in parquet-java's name, e.g. {@code GZIP}
 */
public record FileVolume(long stored, long plain, String codec) {
    public FileVolume {
        requireNonNull(codec, "codec");
        if (stored < 0 || plain < 0) {
            throw new IllegalArgumentException(
                    "Cannot describe a file of " + stored + " bytes that unpack to " + plain + ": a size is negative.");
        }
    }
}
