package io.convergence.store.internal.pages;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.BadConfigurationException;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * Codecs over byte arrays whose contexts are used from page to page, which parquet-java's streams do not. Those DMS does not have go
 * through parquet-java's factory. Not thread-safe.
 */
public final class PageCodecs implements AutoCloseable {
    private static final int ZSTD_LEVEL = 3;

    private @Nullable GzipMembers gzip;
    private @Nullable ZstdCompressCtx zstdPacker;
    private @Nullable ZstdDecompressCtx zstdUnpacker;
    private @Nullable CodecFactory others;

    /**
     * Unpacks a page.
     *
     * @param size what the target gets, from its beginning; taken from a header that was checked against limits
     * @throws DamagedPageException if the bytes do not unpack to exactly that
     * @throws MissingCodecException if the codec is not on the class path
     */
    public void unpack(CompressionCodecName codec, byte[] source, int start, int length, byte[] target, int size) {
        switch (codec) {
            case UNCOMPRESSED -> {
                demand(length == size, codec, length + " bytes are stored for " + size);
                System.arraycopy(source, start, target, 0, size);
            }
            case GZIP -> gzip().unpack(source, start, length, target, size);
            case SNAPPY -> unpackSnappy(source, start, length, target, size);
            case ZSTD -> unpackZstd(source, start, length, target, size);
            default -> unpackOther(codec, source, start, length, target, size);
        }
    }

    /**
     * Unpacks the beginning of a page. Of GZIP no more than that is looked at.
     *
     * @param size of the whole page
     * @param head how much of it the target gets at least; it has room for all
     */
    void unpackHead(
            CompressionCodecName codec, byte[] source, int start, int length, byte[] target, int size, int head) {
        if (codec == CompressionCodecName.GZIP) {
            gzip().unpackHead(source, start, length, target, size, head);
        } else {
            unpack(codec, source, start, length, target, size);
        }
    }

    private static void unpackSnappy(byte[] source, int start, int length, byte[] target, int size) {
        try {
            int claimed = length == 0 ? 0 : Snappy.uncompressedLength(source, start, length);
            demand(claimed == size, CompressionCodecName.SNAPPY, "it holds " + claimed + " bytes instead of " + size);
            int done = length == 0 ? 0 : Snappy.uncompress(source, start, length, target, 0);
            demand(done == size, CompressionCodecName.SNAPPY, "it holds " + done + " bytes instead of " + size);
        } catch (IOException e) {
            throw broken(CompressionCodecName.SNAPPY, e);
        }
    }

    private void unpackZstd(byte[] source, int start, int length, byte[] target, int size) {
        ZstdDecompressCtx context = zstdUnpacker;
        if (context == null) {
            context = new ZstdDecompressCtx();
            zstdUnpacker = context;
        }
        try {
            int done = length == 0 ? 0 : context.decompressByteArray(target, 0, size, source, start, length);
            demand(done == size, CompressionCodecName.ZSTD, "it holds " + done + " bytes instead of " + size);
        } catch (ZstdException e) {
            throw broken(CompressionCodecName.ZSTD, e);
        }
    }

    private void unpackOther(
            CompressionCodecName codec, byte[] source, int start, int length, byte[] target, int size) {
        try {
            byte[] plain = others().getDecompressor(codec)
                    .decompress(BytesInput.from(source, start, length), size)
                    .toByteArray();
            demand(plain.length == size, codec, "it holds " + plain.length + " bytes instead of " + size);
            System.arraycopy(plain, 0, target, 0, size);
        } catch (BadConfigurationException | LinkageError e) {
            throw new MissingCodecException(codec, e);
        } catch (DamagedPageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw broken(codec, e);
        }
    }

    /** Appends the packed bytes. */
    public void pack(CompressionCodecName codec, byte[] source, int start, int length, ByteSink target) {
        switch (codec) {
            case UNCOMPRESSED -> target.put(source, start, length);
            case GZIP -> gzip().pack(source, start, length, target);
            case SNAPPY -> packSnappy(source, start, length, target);
            case ZSTD -> packZstd(source, start, length, target);
            default -> packOther(codec, source, start, length, target);
        }
    }

    private static void packSnappy(byte[] source, int start, int length, ByteSink target) {
        byte[] room = target.reserve(Snappy.maxCompressedLength(length));
        try {
            target.advance(Snappy.compress(source, start, length, room, target.size()));
        } catch (IOException e) {
            throw new IllegalStateException("Cannot compress " + length + " bytes with SNAPPY: " + e.getMessage(), e);
        }
    }

    private void packZstd(byte[] source, int start, int length, ByteSink target) {
        ZstdCompressCtx context = zstdPacker;
        if (context == null) {
            context = new ZstdCompressCtx();
            context.setLevel(ZSTD_LEVEL);
            zstdPacker = context;
        }
        byte[] room = target.reserve((int) Zstd.compressBound(length));
        target.advance(
                context.compressByteArray(room, target.size(), room.length - target.size(), source, start, length));
    }

    private void packOther(CompressionCodecName codec, byte[] source, int start, int length, ByteSink target) {
        try {
            byte[] packed = others().getCompressor(codec)
                    .compress(BytesInput.from(source, start, length))
                    .toByteArray();
            target.put(packed, 0, packed.length);
        } catch (BadConfigurationException | LinkageError e) {
            throw new MissingCodecException(codec, e);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Cannot compress " + length + " bytes with " + codec + ": " + e.getMessage(), e);
        }
    }

    private GzipMembers gzip() {
        GzipMembers open = gzip;
        if (open == null) {
            open = new GzipMembers();
            gzip = open;
        }

        return open;
    }

    private CodecFactory others() {
        CodecFactory open = others;
        if (open == null) {
            open = new CodecFactory(new PlainParquetConfiguration(), 0);
            others = open;
        }

        return open;
    }

    private static void demand(boolean given, CompressionCodecName codec, String otherwise) {
        if (!given) {
            throw new DamagedPageException("a page of " + codec + " cannot be unpacked: " + otherwise);
        }
    }

    private static DamagedPageException broken(CompressionCodecName codec, Exception cause) {
        return new DamagedPageException("a page of " + codec + " cannot be unpacked: " + cause.getMessage(), cause);
    }

    /** Frees memory outside of the heap. */
    @Override
    public void close() {
        GzipMembers openGzip = gzip;
        if (openGzip != null) {
            openGzip.close();
            gzip = null;
        }
        ZstdCompressCtx packer = zstdPacker;
        if (packer != null) {
            packer.close();
            zstdPacker = null;
        }
        ZstdDecompressCtx unpacker = zstdUnpacker;
        if (unpacker != null) {
            unpacker.close();
            zstdUnpacker = null;
        }
        CodecFactory factory = others;
        if (factory != null) {
            factory.release();
            others = null;
        }
    }
}
