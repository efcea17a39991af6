package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.DeltaNumbers;
import io.convergence.store.internal.pages.DeltaTexts;
import io.convergence.store.internal.pages.PackedIds;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PlainValues;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and compresses the pages of one column chunk. What the first page of values shows decides for all: whether deltas are smaller than
 * {@code PLAIN}, and whether compressing saves anything. Not thread-safe.
 */
final class PageEncoder {
    /** Texts are read slower from deltas, so that they must save much. */
    private static final double TEXT_DELTAS_WORTH = 0.6;

    /** Ids and deltas of random values do not get smaller; readers spare the work then. */
    private static final double COMPRESSING_WORTH = 0.98;

    /** A dictionary with so many entries takes next to nothing, compressed or not. */
    private static final int FEW_ENTRIES = 256;

    private final PrimitiveType type;
    private final PageCodecs codecs;
    private final boolean codecGiven;
    private final ByteSink body = new ByteSink(1 << 12);
    private final ByteSink packed = new ByteSink(1 << 12);
    private final DeltaNumbers numbers = new DeltaNumbers();
    private final DeltaTexts texts = new DeltaTexts();
    private final PageProof proof;
    private CompressionCodecName codec;
    private @Nullable Encoding encoding;
    private boolean codecDecided;

    /** @param given the codec that pages which are copied have; null to choose */
    PageEncoder(ColumnDescriptor column, PageCodecs codecs, @Nullable CompressionCodecName given, CellFold written) {
        this.type = column.getPrimitiveType();
        this.codecs = codecs;
        this.codecGiven = given != null;
        this.codec = given == null ? CompressionCodecName.ZSTD : given;
        this.codecDecided = codecGiven;
        this.proof = new PageProof(column, codecs, written);
    }

    CompressionCodecName codec() {
        return codec;
    }

    byte[] packDictionary(ColumnDictionary dictionary) {
        packed.clear();
        codecs.pack(codec, dictionary.bytes().bytes(), 0, dictionary.bytes().size(), packed);
        return packed.copy();
    }

    StitchedPage encode(PageInMaking page, ColumnDictionary dictionary) {
        body.clear();
        body.putInt(0);
        page.levels().write(body);
        int levelsEnd = body.size();
        body.setInt(0, levelsEnd - Integer.BYTES);

        Encoding form;
        if (page.hasIds()) {
            form = Encoding.RLE_DICTIONARY;
            PackedIds.write(page.ids(), page.count(), PackedIds.width(dictionary.size()), body);
        } else {
            form = values(page.plain(), levelsEnd);
        }
        // Of many values the dictionary is worth compressing, and so are the values that come after it is full.
        pack(page.hasIds() ? dictionary.size() <= FEW_ENTRIES : page.count() > 0);
        byte[] bytes = packed.copy();
        proof.take(body.bytes(), body.size(), page.rows(), form, dictionary);
        return new StitchedPage(
                page.rows(),
                page.levels().nulls(),
                form,
                null,
                bytes,
                0,
                bytes.length,
                body.size(),
                true,
                false,
                PageBounds.of(type, page, dictionary));
    }

    private Encoding values(PlainValues values, int levelsEnd) {
        if (values.count() == 0) {
            // Says nothing of the pages to come, and deltas of no value are more than some readers expect.
            return Encoding.PLAIN;
        }

        Encoding chosen = encoding;
        if (chosen == null) {
            chosen = choose(values, levelsEnd);
            encoding = chosen;
        }

        write(chosen, values);
        return chosen;
    }

    /** Tries both forms on the first page, whose levels stand in the body. */
    private Encoding choose(PlainValues values, int levelsEnd) {
        Encoding delta = switch (type.getPrimitiveTypeName()) {
            case INT32, INT64 -> Encoding.DELTA_BINARY_PACKED;
            case BINARY -> Encoding.DELTA_BYTE_ARRAY;
            default -> Encoding.PLAIN;
        };
        boolean text = delta == Encoding.DELTA_BYTE_ARRAY;
        if (delta == Encoding.PLAIN) {
            return Encoding.PLAIN;
        }
        if (codecGiven) {
            // A few pages between copied ones: not worth a trial, which may have to deflate.
            return text ? Encoding.PLAIN : delta;
        }

        write(delta, values);
        int deltaBytes = body.size() - levelsEnd;
        int deltaPacked = packedSize(levelsEnd);
        body.cut(levelsEnd);
        if (text && deltaBytes > TEXT_DELTAS_WORTH * (values.end() - values.start())) {
            return Encoding.PLAIN;
        }

        write(Encoding.PLAIN, values);
        int plainPacked = packedSize(levelsEnd);
        body.cut(levelsEnd);
        return deltaPacked <= plainPacked ? delta : Encoding.PLAIN;
    }

    private int packedSize(int from) {
        packed.clear();
        codecs.pack(codec, body.bytes(), from, body.size() - from, packed);
        return packed.size();
    }

    private void write(Encoding form, PlainValues values) {
        switch (form) {
            case DELTA_BINARY_PACKED -> {
                if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT64) {
                    numbers.writeLongs(values.bytes(), values.start(), values.count(), body);
                } else {
                    numbers.writeInts(values.bytes(), values.start(), values.count(), body);
                }
            }
            case DELTA_BYTE_ARRAY -> texts.write(values, body);
            default -> {
                if (type.getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN) {
                    writeBits(values);
                } else {
                    body.put(values.bytes(), values.start(), values.end() - values.start());
                }
            }
        }
    }

    private void writeBits(PlainValues values) {
        int eight = 0;
        for (int i = 0; i < values.count(); i++) {
            eight |= values.bytes()[values.start() + i] << i % 8;
            if (i % 8 == 7 || i == values.count() - 1) {
                body.put(eight);
                eight = 0;
            }
        }
    }

    /** @param telling whether the page tells what others of its chunk are like */
    private void pack(boolean telling) {
        packed.clear();
        codecs.pack(codec, body.bytes(), 0, body.size(), packed);
        if (codecDecided) {
            return;
        }

        // A chunk has one codec. A page that tells nothing leaves all with that which makes them small.
        codecDecided = true;
        if (telling && packed.size() > COMPRESSING_WORTH * body.size()) {
            codec = CompressionCodecName.UNCOMPRESSED;
            packed.clear();
            packed.put(body.bytes(), 0, body.size());
        }
    }
}
