package io.convergence.compact;

import java.io.ByteArrayOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** Parquet output that stays in memory. Not thread-safe. */
final class MemoryOutput extends PositionOutputStream implements OutputFile {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    byte[] content() {
        return bytes.toByteArray();
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
    public long getPos() {
        return bytes.size();
    }

    @Override
    public void write(int b) {
        bytes.write(b);
    }

    @Override
    public void write(byte[] content, int offset, int length) {
        bytes.write(content, offset, length);
    }
}
