package io.convergence.store.internal.pages;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** GZIP over byte arrays with contexts that are used again: any header, one member after the other, checksums compared. Not thread-safe. */
final class GzipMembers implements AutoCloseable {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;

    /** Four times as fast as the default level for some 7 % more bytes; only single pages between copied ones are packed. */
    private static final int LEVEL = 1;

    private final Inflater inflater = new Inflater(true);
    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 checksum = new CRC32();

    /** Unpacks all members, which together must have exactly the size. */
    void unpack(byte[] source, int start, int length, byte[] target, int size) {
        int at = start;
        int end = start + length;
        int done = 0;
        do {
            at = header(source, at, end);
            inflater.reset();
            inflater.setInput(source, at, end - at);
            int from = done;
            done = inflate(target, done, size);
            at = end - inflater.getRemaining();
            demand(end - at >= TRAILER, "its end is missing");
            checksum.reset();
            checksum.update(target, from, done - from);
            demand(
                    ByteSink.intAt(source, at) == (int) checksum.getValue()
                            && ByteSink.intAt(source, at + 4) == done - from,
                    "its checksum or its size is another");
            at += TRAILER;
        } while (at < end && done < size);
        demand(done == size, "it holds " + done + " bytes instead of " + size);
    }

    private int inflate(byte[] target, int from, int size) {
        int done = from;
        try {
            while (!inflater.finished()) {
                int read = inflater.inflate(target, done, size - done);
                done += read;
                if (read == 0 && !inflater.finished()) {
                    demand(done < size || !overflows(), "it holds more than " + size + " bytes");
                    demand(
                            inflater.finished() || (!inflater.needsInput() && !inflater.needsDictionary()),
                            "it ends within");
                }
            }
        } catch (DataFormatException e) {
            throw new DamagedPageException("a page of GZIP cannot be unpacked: " + e.getMessage(), e);
        }

        return done;
    }

    private boolean overflows() throws DataFormatException {
        return inflater.inflate(new byte[1]) > 0;
    }

    /** Unpacks the first bytes only if the first member has them, else all. @param size of all that is packed */
    void unpackHead(byte[] source, int start, int length, byte[] target, int size, int head) {
        int at = header(source, start, start + length);
        inflater.reset();
        inflater.setInput(source, at, start + length - at);
        try {
            int done = 0;
            while (done < head) {
                int read = inflater.inflate(target, done, head - done);
                if (read == 0 && inflater.finished()) {
                    unpack(source, start, length, target, size);
                    return;
                }
                demand(read > 0, "it ends within");
                done += read;
            }
        } catch (DataFormatException e) {
            throw new DamagedPageException("a page of GZIP cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private static int header(byte[] source, int start, int end) {
        demand(
                end - start >= HEADER + TRAILER
                        && source[start] == 0x1F
                        && source[start + 1] == (byte) 0x8B
                        && source[start + 2] == 8,
                "it does not begin like GZIP");
        int flags = source[start + 3];
        int at = start + HEADER;
        if ((flags & EXTRA) != 0) {
            demand(end - at >= 2, "its header is broken");
            at += 2 + (source[at] & 0xFF) + ((source[at + 1] & 0xFF) << 8);
        }
        for (int text = NAME; text <= COMMENT; text <<= 1) {
            if ((flags & text) != 0) {
                do {
                    demand(at < end, "its header is broken");
                } while (source[at++] != 0);
            }
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            at += 2;
        }
        demand(at <= end, "its header is broken");
        return at;
    }

    private static void demand(boolean given, String otherwise) {
        if (!given) {
            throw new DamagedPageException("a page of GZIP cannot be unpacked: " + otherwise);
        }
    }

    void pack(byte[] source, int start, int length, ByteSink target) {
        byte[] bytes = target.reserve(HEADER + TRAILER + length + length / 512 + 64);
        int at = target.size();
        bytes[at] = 0x1F;
        bytes[at + 1] = (byte) 0x8B;
        bytes[at + 2] = 8;
        for (int i = 3; i < HEADER; i++) {
            bytes[at + i] = 0;
        }
        target.advance(HEADER);
        deflater.reset();
        deflater.setInput(source, start, length);
        deflater.finish();
        while (!deflater.finished()) {
            byte[] room = target.reserve(256);
            target.advance(deflater.deflate(room, target.size(), room.length - target.size()));
        }
        checksum.reset();
        checksum.update(source, start, length);
        target.putInt((int) checksum.getValue());
        target.putInt(length);
    }

    @Override
    public void close() {
        inflater.end();
        deflater.end();
    }
}
