package io.convergence.change;

import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;

/** The uncompressed bytes of one CSV file, within limits. What is wrong with its gzip comes out as {@link RawFileException}. */
final class CsvInput implements AutoCloseable {
    private final String key;
    private final CsvLimits limits;
    private final PinnedStream object;
    private final InputStream content;
    private long taken;

    private CsvInput(String key, CsvLimits limits, PinnedStream object, InputStream content) {
        this.key = key;
        this.limits = limits;
        this.object = object;
        this.content = content;
    }

    /** Gzip is told by its first bytes, which no text begins with. @throws RawFileException if the file is empty, or named gzip and none */
    static CsvInput open(ObjectStore store, RawFile file, CsvLimits limits) {
        if (file.stat().size() == 0) {
            throw RawFileException.ofFile(
                    file.key(),
                    "it has no bytes; DMS writes no file for no rows.",
                    "Restore it, or remove it if nothing was in it.",
                    null);
        }

        PinnedStream object = new PinnedStream(store, file.stat());
        boolean gzip = object.startsWith(GzipStream.MAGIC_1, GzipStream.MAGIC_2);
        if (!gzip && file.format() == RawFormat.CSV_GZIP) {
            throw RawFileException.ofFile(
                    file.key(),
                    "its name says gzip, its first bytes do not.",
                    "If it was unpacked, take '.gz' off its name.",
                    null);
        }

        return new CsvInput(file.key(), limits, object, gzip ? new GzipStream(object) : object);
    }

    String key() {
        return key;
    }

    CsvLimits limits() {
        return limits;
    }

    /** As {@link InputStream#read(byte[], int, int)}. */
    int read(byte[] target, int offset, int length) {
        int count;
        try {
            count = content.read(target, offset, length);
        } catch (IOException e) {
            throw RawFileException.ofFile(
                    key,
                    "its gzip cannot be unpacked after " + taken + " bytes: " + e.getMessage() + ".",
                    "The file is damaged: restore it or reload the table.",
                    e);
        }

        taken += Math.max(0, count);
        if (taken > limits.maxContent().bytes()) {
            throw RawFileException.ofFile(
                    key,
                    "it has more than " + limits.maxContent() + " of text, which is the limit.",
                    "Raise CsvLimits.maxContent if DMS wrote the file.",
                    null);
        }
        if (!limits.allows(object.position(), taken)) {
            throw RawFileException.ofFile(
                    key,
                    "its first " + object.position() + " bytes unpack to " + taken + ", more than " + limits.maxRatio()
                            + " times as many.",
                    "Raise CsvLimits.maxRatio if DMS wrote the file.",
                    null);
        }

        return count;
    }

    @Override
    public void close() {
        if (content instanceof GzipStream gzip) {
            gzip.close();
        }
    }
}
