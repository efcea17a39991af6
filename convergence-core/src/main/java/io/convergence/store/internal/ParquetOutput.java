package io.convergence.store.internal;

import static java.util.Objects.requireNonNull;

import io.convergence.store.ObjectWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * An object being written as Parquet output. Closing the stream does not make the object visible; its writer's commit
 * does. Not thread-safe.
 */
public final class ParquetOutput extends PositionOutputStream implements OutputFile {
    private final ObjectWriter object;
    private boolean discarding;

    public ParquetOutput(ObjectWriter object) {
        this.object = requireNonNull(object, "object");
    }

    /** Drops what is written from here on. Parquet's buffers are released by closing it, which writes a footer: to nowhere. */
    public void discard() {
        discarding = true;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        return this;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return this;
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    @Override
    public String getPath() {
        return object.key();
    }

    @Override
    public long getPos() {
        return object.position();
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (!discarding) {
            object.write(bytes, offset, length);
        }
    }
}
