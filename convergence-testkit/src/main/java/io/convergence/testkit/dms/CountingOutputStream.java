package io.convergence.testkit.dms;

import java.io.IOException;
import java.io.OutputStream;

/** Knows how many bytes went through it. Closing it leaves the stream below open. */
final class CountingOutputStream extends OutputStream {
    private final OutputStream out;
    private long position;

    CountingOutputStream(OutputStream out) {
        this.out = out;
    }

    long position() {
        return position;
    }

    @Override
    public void write(int value) throws IOException {
        out.write(value);
        position++;
    }

    @Override
    public void write(byte[] content, int offset, int length) throws IOException {
        out.write(content, offset, length);
        position += length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
