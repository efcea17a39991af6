package io.convergence.change;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** parquet-java's codecs, which refuse pages that claim to be larger than the file's column chunks. Not thread-safe. */
final class CheckedCodecs implements CompressionCodecFactory {
    private final CodecFactory codecs = new CodecFactory(new PlainParquetConfiguration(), 0);
    private long largestPage;

    void limitPages(long bytes) {
        largestPage = bytes;
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return codecs.getCompressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Checked(codecs.getDecompressor(codec));
    }

    @Override
    public void release() {
        codecs.release();
    }

    private final class Checked implements BytesInputDecompressor {
        private final BytesInputDecompressor decompressor;

        Checked(BytesInputDecompressor decompressor) {
            this.decompressor = decompressor;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            check(decompressedSize);
            return decompressor.decompress(bytes, decompressedSize);
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize)
                throws IOException {
            check(decompressedSize);
            decompressor.decompress(input, compressedSize, output, decompressedSize);
        }

        @Override
        public void release() {
            decompressor.release();
        }

        private void check(int size) throws IOException {
            if (size < 0 || size > largestPage) {
                throw new IOException(
                        "a page claims to hold " + size + " bytes, the largest column of the file has " + largestPage);
            }
        }
    }
}
