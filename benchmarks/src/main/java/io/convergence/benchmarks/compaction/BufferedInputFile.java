package io.convergence.benchmarks.compaction;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A file read whole when it is opened: parquet-java's {@code LocalInputFile} asks the system for one byte at a time in places. */
final class BufferedInputFile implements InputFile {
    private final Path file;

    BufferedInputFile(Path file) {
        this.file = file;
    }

    @Override
    public long getLength() throws IOException {
        return Files.size(file);
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        return new Stream(ByteBuffer.wrap(Files.readAllBytes(file)));
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
