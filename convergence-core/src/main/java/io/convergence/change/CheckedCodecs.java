package io.convergence.change;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.BadConfigurationException;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** parquet-java's codecs, which refuse pages that claim too much before they take memory for them. Not thread-safe. */
final class CheckedCodecs implements CompressionCodecFactory {
    /** A codec that the class path does not have. */
    static final class MissingCodecException extends IOException {
        private static final long serialVersionUID = 1L;

        MissingCodecException(CompressionCodecName codec, Throwable cause) {
            super("the codec " + codec + " is not on the class path (" + cause.getMessage() + ")", cause);
        }
    }

    private final CodecFactory codecs = new CodecFactory(new PlainParquetConfiguration(), 0);
    private final ParquetLimits limits;
    private long largestChunk;

    CheckedCodecs(ParquetLimits limits) {
        this.limits = limits;
    }

    /** @param bytes the largest column chunk of the file, uncompressed */
    void limitPages(long bytes) {
        largestChunk = bytes;
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return codecs.getCompressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Checked(codec);
    }

    @Override
    public void release() {
        codecs.release();
    }

    private final class Checked implements BytesInputDecompressor {
        private final CompressionCodecName codec;

        Checked(CompressionCodecName codec) {
            this.codec = codec;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            check(bytes.size(), decompressedSize);
            try {
                return codecs.getDecompressor(codec).decompress(bytes, decompressedSize);
            } catch (BadConfigurationException | LinkageError e) {
                throw new MissingCodecException(codec, e);
            }
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize)
                throws IOException {
            check(compressedSize, decompressedSize);
            try {
                codecs.getDecompressor(codec).decompress(input, compressedSize, output, decompressedSize);
            } catch (BadConfigurationException | LinkageError e) {
                throw new MissingCodecException(codec, e);
            }
        }

        @Override
        public void release() {
            // The factory releases what it made.
        }

        private void check(long stored, int size) throws IOException {
            if (size < 0 || size > largestChunk) {
                throw new IOException(
                        "a page claims to hold " + size + " bytes, the largest column of the file has " + largestChunk);
            }
            if (size > limits.maxPage().bytes()) {
                throw new IOException(
                        "a page has " + size + " bytes uncompressed, more than the limit of " + limits.maxPage());
            }
            if (!limits.allows(stored, size)) {
                throw new IOException("a page claims to unpack " + stored + " bytes to " + size + ", more than "
                        + limits.maxRatio() + " times as many");
            }
        }
    }
}
