package io.convergence.testkit.dms;

import io.convergence.store.ObjectWriter;
import java.io.OutputStream;

/** A stream into an object writer. Closing it leaves the writer open. */
final class ObjectOutput extends OutputStream {
    private final ObjectWriter writer;

    ObjectOutput(ObjectWriter writer) {
        this.writer = writer;
    }

    @Override
    public void write(int value) {
        writer.write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] content, int offset, int length) {
        writer.write(content, offset, length);
    }
}
