package io.convergence.change;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip of one or more members (RFC 1952). Unlike the JDK's stream it does not take what follows a member and is none for
 * the end of the file: rows would be lost.
 */
final class GzipStream extends InputStream {
    static final int MAGIC_1 = 0x1F;
    static final int MAGIC_2 = 0x8B;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final InputStream packed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] input = new byte[64 << 10];
    private int at;
    private int limit;
    private boolean inMember;
    private boolean ended;

    GzipStream(InputStream packed) {
        this.packed = packed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                readHeader();
            }

            int count = inflate(target, offset, length);
            if (count > 0) {
                checksum.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                at = limit - inflater.getRemaining();
                readTrailer();
                ended = at == limit && !fill();
            } else if (inflater.needsInput()) {
                demandInput();
                inflater.setInput(input, at, limit - at);
                at = limit;
            } else {
                throw new IOException("it needs a dictionary that no gzip file has");
            }
        }

        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException e) {
            throw new IOException(e.getMessage() == null ? "its data is no deflate stream" : e.getMessage(), e);
        }
    }

    private void readHeader() throws IOException {
        if (next() != MAGIC_1 || next() != MAGIC_2) {
            throw new IOException("bytes that are no gzip follow its end");
        }
        int method = next();
        int flags = next();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new IOException("its header names method " + method + " and flags " + flags + ", which gzip has not");
        }

        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(2);
        }
        inflater.reset();
        checksum.reset();
        inflater.setInput(input, at, limit - at);
        at = limit;
        inMember = true;
    }

    private void readTrailer() throws IOException {
        long sum = nextInt();
        long size = nextInt();
        if (sum != checksum.getValue()) {
            throw new IOException("its checksum is wrong");
        }
        if (size != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new IOException("it unpacks to " + inflater.getBytesWritten() + " bytes, recorded are " + size);
        }

        inMember = false;
    }

    private long nextInt() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int letter = next();
        while (letter != 0) {
            letter = next();
        }
    }

    private int next() throws IOException {
        demandInput();
        return input[at++] & 0xFF;
    }

    private void demandInput() throws IOException {
        if (at == limit && !fill()) {
            throw new EOFException("it ends early");
        }
    }

    private boolean fill() throws IOException {
        int count = packed.read(input, 0, input.length);
        at = 0;
        limit = Math.max(0, count);
        return count > 0;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
