package io.convergence.benchmarks.orders;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A file in memory. Of files on disk it spares what parquet-java's {@code LocalInputFile} does in places: asking the system for one
 * byte at a time.
 */
public final class BytesInputFile implements InputFile {
    private final ByteBuffer content;

    public BytesInputFile(ByteBuffer content) {
        this.content = content;
    }

    @Override
    public long getLength() {
        return content.limit();
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream(content.duplicate());
    }

    private static final class Stream extends SeekableInputStream {
        private final ByteBuffer content;

        Stream(ByteBuffer content) {
            this.content = content;
        }

        @Override
        public long getPos() {
            return content.position();
        }

        @Override
        public void seek(long position) {
            content.position(Math.toIntExact(position));
        }

        @Override
        public int read() {
            return content.hasRemaining() ? content.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int start, int length) {
            int count = Math.min(length, content.remaining());
            content.get(target, start, count);
            return count == 0 && length > 0 ? -1 : count;
        }

        @Override
        public void readFully(byte[] target) throws IOException {
            readFully(target, 0, target.length);
        }

        @Override
        public void readFully(byte[] target, int start, int length) throws IOException {
            if (content.remaining() < length) {
                throw new EOFException();
            }

            content.get(target, start, length);
        }

        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(target.remaining(), content.remaining());
            boolean ended = count == 0 && target.hasRemaining();
            target.put(content.slice(content.position(), count));
            content.position(content.position() + count);
            return ended ? -1 : count;
        }

        @Override
        public void readFully(ByteBuffer target) throws IOException {
            if (content.remaining() < target.remaining()) {
                throw new EOFException();
            }

            read(target);
        }
    }
}
