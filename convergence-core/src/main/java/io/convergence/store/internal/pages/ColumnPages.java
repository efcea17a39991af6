package io.convergence.store.internal.pages;

import java.util.zip.CRC32;
import org.apache.parquet.CorruptDeltaByteArrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Walks the pages of one chunk of a flat column. A page is checked when it is reached, and unpacked only when it is decoded; memory is
 * used again from page to page, and from chunk to chunk after {@link #open}. Not thread-safe.
 */
public final class ColumnPages {
    /** Runs of equal values need next to no bytes, but memory for each value. */
    private static final int MOST_VALUES = 1 << 26;

    private static final int ROOM_OF_LEVELS = 64;
    private static final PageHeader NO_PAGE = PageHeader.none();

    private final ColumnDescriptor column;
    private final PrimitiveType type;
    private PageCodecs codecs;
    private final PageLimits limits;
    private final CRC32 checksum = new CRC32();
    private final DecodedPage decoded;
    private final PlainValues dictionary;
    private final ByteSink dictionaryBytes = new ByteSink(0);
    private final ByteSink unpacked = new ByteSink(0);
    private final ByteSink rewritten = new ByteSink(0);
    private ForeignValues foreign;
    private String writer = "";
    private byte[] bytes = {};
    private int at;
    private int end;
    private long left;
    private long mostBytes;
    private CompressionCodecName codec = CompressionCodecName.UNCOMPRESSED;
    private PageHeader page = NO_PAGE;
    private PageHeader dictionaryPage = NO_PAGE;
    private boolean dictionaryRead;

    /** @param column flat: with definition levels up to 1 and no repetition */
    public ColumnPages(ColumnDescriptor column, PageCodecs codecs, PageLimits limits) {
        if (column.getMaxDefinitionLevel() > 1 || column.getMaxRepetitionLevel() > 0) {
            throw new IllegalArgumentException("Cannot read pages of column " + String.join(".", column.getPath())
                    + ": it is nested or repeated. Read it with parquet-java.");
        }

        this.column = column;
        this.type = column.getPrimitiveType();
        this.codecs = codecs;
        this.limits = limits;
        this.decoded = new DecodedPage(type);
        this.dictionary = new PlainValues(type);
        this.foreign = new ForeignValues(column, "");
    }

    /** From here on pages are unpacked by these: codecs belong to a thread, and another may go on with a column. */
    public void use(PageCodecs ofThread) {
        codecs = ofThread;
    }

    /**
     * Begins with a chunk.
     *
     * @param source holds the chunk
     * @param start where the chunk begins in it; the bytes up to the chunk's size must be there
     * @param createdBy who wrote the file, as its footer says
     */
    public void open(byte[] source, int start, ColumnChunkMetaData chunk, String createdBy) {
        if (chunk.getTotalSize() < 0 || chunk.getTotalSize() > source.length - start) {
            throw new DamagedPageException(
                    "a column claims " + chunk.getTotalSize() + " bytes, " + (source.length - start) + " are there");
        }

        bytes = source;
        at = start;
        end = start + (int) chunk.getTotalSize();
        left = chunk.getValueCount();
        mostBytes = chunk.getTotalUncompressedSize();
        codec = chunk.getCodec();
        page = NO_PAGE;
        dictionaryPage = NO_PAGE;
        dictionaryRead = false;
        if (!writer.equals(createdBy)) {
            writer = createdBy;
            foreign = new ForeignValues(column, createdBy);
        }
        foreign.begin();
    }

    /**
     * Moves to the next data page; false after the last value of the chunk.
     *
     * @throws DamagedPageException if a page lies outside of the chunk, has more values than the chunk, or another checksum than its header
     */
    public boolean next() {
        while (left > 0) {
            if (at >= end) {
                throw new DamagedPageException(left + " values are missing at the end of a column");
            }

            PageHeader header = PageHeader.read(bytes, at, end);
            at = header.bodyStart() + header.stored();
            if (header.kind() == PageHeader.Kind.OTHER) {
                continue;
            }

            limits.check(header.stored(), header.unpacked(), mostBytes);
            checkSum(header);
            if (header.kind() == PageHeader.Kind.DICTIONARY) {
                takeDictionary(header);
                continue;
            }
            if (header.values() > left) {
                throw new DamagedPageException(
                        "a page claims " + header.values() + " values, " + left + " are left in its column");
            }

            if (header.values() > MOST_VALUES) {
                throw new DamagedPageException(
                        "a page claims " + header.values() + " values, more than the limit of " + MOST_VALUES);
            }

            left -= header.values();
            page = header;
            return true;
        }

        return false;
    }

    private void checkSum(PageHeader header) {
        if (!header.hasChecksum()) {
            return;
        }

        checksum.reset();
        checksum.update(bytes, header.bodyStart(), header.stored());
        if ((int) checksum.getValue() != header.checksum()) {
            throw new DamagedPageException("a page has the checksum " + Long.toHexString(checksum.getValue())
                    + ", its header says " + Integer.toHexString(header.checksum()));
        }
    }

    private void takeDictionary(PageHeader header) {
        if (dictionaryPage != NO_PAGE || page != NO_PAGE) {
            throw new DamagedPageException("a column has a dictionary that is not its first page");
        }
        if (header.encoding() != Encoding.PLAIN && header.encoding() != Encoding.PLAIN_DICTIONARY) {
            throw new DamagedPageException("a dictionary has the encoding " + header.encoding());
        }
        if (PlainValues.leastBytes(type, header.values()) > header.unpacked()) {
            throw new DamagedPageException(
                    "a dictionary of " + header.unpacked() + " bytes claims " + header.values() + " values");
        }

        dictionaryPage = header;
    }

    /** The page at hand; its bytes are in {@link #bytes}. */
    public PageHeader page() {
        return page;
    }

    /**
     * Whether the page at hand means the same in any chunk of its codec, and readers of outputs take it: its values are no ids, its levels
     * have the usual form, and it does not go on from the page before.
     */
    public boolean isSelfContained() {
        boolean values = switch (page.encoding()) {
            case PLAIN, DELTA_BINARY_PACKED -> true;
            // DELTA_LENGTH_BYTE_ARRAY is none: Spark 3.5.6 reads it wrong by vectors (SPARK-52240), DuckDB no decimals.
            case DELTA_BYTE_ARRAY -> !CorruptDeltaByteArrays.requiresSequentialReads(writer, page.encoding());
            default -> false;
        };
        boolean levels = !hasLevels() || page.kind() == PageHeader.Kind.DATA_V2 || page.hasRunLevels();
        return values && levels;
    }

    /** Whether the column may have nulls, so that its pages have levels. */
    public boolean hasLevels() {
        return column.getMaxDefinitionLevel() > 0;
    }

    /** What holds the chunk. */
    public byte[] bytes() {
        return bytes;
    }

    public CompressionCodecName codec() {
        return codec;
    }

    /** Values of the chunk that come after the page at hand. */
    public long left() {
        return left;
    }

    /** Whether the chunk has a dictionary; known after the first {@link #next}. */
    public boolean hasDictionary() {
        return dictionaryPage != NO_PAGE;
    }

    /** The header of the dictionary, if there is one. */
    public PageHeader dictionaryPage() {
        return dictionaryPage;
    }

    /** The entries of the chunk's dictionary; good until the next chunk is opened. */
    public PlainValues dictionary() {
        if (!dictionaryRead) {
            if (dictionaryPage == NO_PAGE) {
                throw new DamagedPageException("a page has ids, its column has no dictionary");
            }

            unpack(
                    dictionaryPage.bodyStart(),
                    dictionaryPage.stored(),
                    dictionaryPage.unpacked(),
                    true,
                    dictionaryBytes);
            plain(dictionaryBytes.bytes(), 0, dictionaryPage.unpacked(), dictionaryPage.values(), dictionary);
            dictionaryRead = true;
        }

        return dictionary;
    }

    private void unpack(int start, int stored, int size, boolean compressed, ByteSink target) {
        byte[] room = target.clearFor(size);
        if (size == 0) {
            // Some writers store nothing for nothing, whatever the codec.
            return;
        }

        codecs.unpack(compressed ? codec : CompressionCodecName.UNCOMPRESSED, bytes, start, stored, room, size);
        target.advance(size);
    }

    /** Decodes the page at hand; what comes out is good until the next page is decoded. */
    public DecodedPage decode() {
        DecodedPage target = decoded;
        target.levels.clear();
        if (page.kind() == PageHeader.Kind.DATA_V1) {
            unpack(page.bodyStart(), page.stored(), page.unpacked(), true, unpacked);
            int start = levelsV1(unpacked.bytes(), page.unpacked(), target.levels);
            values(unpacked.bytes(), start, page.unpacked(), target);
        } else {
            int levels = page.definitionBytes() + page.repetitionBytes();
            levelsV2(target.levels);
            int size = page.unpacked() - levels;
            unpack(page.bodyStart() + levels, page.stored() - levels, size, page.compressed(), unpacked);
            values(unpacked.bytes(), 0, size, target);
        }

        return target;
    }

    /** Unpacks the page at hand, but leaves ids and levels as they are. */
    public UnpackedPage unpacked() {
        boolean first = page.kind() == PageHeader.Kind.DATA_V1;
        int levels = first ? 0 : page.definitionBytes() + page.repetitionBytes();
        int size = page.unpacked() - levels;
        unpack(page.bodyStart() + levels, page.stored() - levels, size, first || page.compressed(), unpacked);
        byte[] plain = unpacked.bytes();
        boolean optional = column.getMaxDefinitionLevel() > 0;
        boolean packed = optional && first && page.hasPackedLevels();
        int levelsStart = first ? (packed ? 0 : Integer.BYTES) : page.bodyStart() + page.repetitionBytes();
        int start = first && optional ? levelsEndV1(plain, size) : 0;
        int levelsEnd = !optional ? levelsStart : first ? start : levelsStart + page.definitionBytes();
        byte[] values = plain;
        int end = size;
        Encoding encoding = page.encoding();
        boolean booleans = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BOOLEAN;
        if (!page.hasIds() && encoding != Encoding.PLAIN && !(encoding == Encoding.RLE && booleans)) {
            rewrite(first, start, size);
            values = rewritten.bytes();
            start = 0;
            end = rewritten.size();
        }

        return new UnpackedPage(
                first ? plain : bytes,
                levelsStart,
                levelsEnd,
                packed,
                values,
                start,
                end,
                page.values(),
                page.hasIds(),
                encoding == Encoding.RLE ? encoding : Encoding.PLAIN);
    }

    private void rewrite(boolean first, int start, int size) {
        LevelRuns levels = decoded.levels;
        levels.clear();
        if (first) {
            levelsV1(unpacked.bytes(), size, levels);
        } else {
            levelsV2(levels);
        }
        rewritten.clear();
        foreign.read(page.encoding(), unpacked.bytes(), start, size, page.values(), levels.present(), rewritten);
    }

    /** Of version 2 they are not packed. */
    private void levelsV2(LevelRuns target) {
        if (column.getMaxDefinitionLevel() == 0) {
            target.append(1, page.values());
            return;
        }

        int start = page.bodyStart() + page.repetitionBytes();
        target.read(bytes, start, start + page.definitionBytes(), page.values());
    }

    /** Appends the levels of the page at hand; of its values no more is unpacked than need be. */
    public void levels(LevelRuns target) {
        if (!hasLevels() || page.kind() == PageHeader.Kind.DATA_V2) {
            levelsV2(target);
            return;
        }

        // Packed levels take an eighth of a byte each, and runs are written where they take less.
        int size = unpackHead(ROOM_OF_LEVELS + page.values() / 8);
        if (page.hasRunLevels()
                && size >= Integer.BYTES
                && ByteSink.intAt(unpacked.bytes(), 0) > size - Integer.BYTES) {
            size = unpackHead(page.unpacked());
        }
        levelsV1(unpacked.bytes(), size, target);
    }

    private int unpackHead(int wanted) {
        int head = Math.min(page.unpacked(), wanted);
        unpacked.clear();
        byte[] room = unpacked.reserve(page.unpacked());
        codecs.unpackHead(codec, bytes, page.bodyStart(), page.stored(), room, page.unpacked(), head);
        return head;
    }

    /**
     * Values of the page at hand from its beginning on, for a sample; of a page in {@code PLAIN} no more is unpacked than that.
     *
     * @param most how many bytes are unpacked besides the levels
     */
    public PlainValues sample(int most) {
        boolean simple = page.kind() == PageHeader.Kind.DATA_V1
                && page.encoding() == Encoding.PLAIN
                && type.getPrimitiveTypeName() != PrimitiveType.PrimitiveTypeName.BOOLEAN;
        int head = ROOM_OF_LEVELS + page.values() / 8 + most;
        if (!simple || head >= page.unpacked()) {
            return decode().plain();
        }

        int size = unpackHead(head);
        LevelRuns levels = decoded.levels;
        levels.clear();
        boolean beyond =
                hasLevels() && page.hasRunLevels() && ByteSink.intAt(unpacked.bytes(), 0) > size - Integer.BYTES;
        if (beyond) {
            return decode().plain();
        }

        int start = levelsV1(unpacked.bytes(), size, levels);
        decoded.plain.setSome(unpacked.bytes(), start, size, levels.present());
        return decoded.plain;
    }

    private int levelsV1(byte[] plain, int size, LevelRuns target) {
        if (column.getMaxDefinitionLevel() == 0) {
            target.append(1, page.values());
            return 0;
        }

        int levelsEnd = levelsEndV1(plain, size);
        if (page.hasPackedLevels()) {
            target.readPackedFromHighest(plain, 0, size, page.values());
        } else {
            target.read(plain, Integer.BYTES, levelsEnd, page.values());
        }
        return levelsEnd;
    }

    private int levelsEndV1(byte[] plain, int size) {
        if (page.hasPackedLevels()) {
            return Math.min(size, (int) ((page.values() + 7L) / 8));
        }
        if (!page.hasRunLevels() || size < Integer.BYTES) {
            throw new DamagedPageException("the levels of a page of " + size + " bytes have an unknown form");
        }

        int length = ByteSink.intAt(plain, 0);
        if (length < 0 || length > size - Integer.BYTES) {
            throw new DamagedPageException("a page of " + size + " bytes claims " + length + " bytes of levels");
        }

        return Integer.BYTES + length;
    }

    private void values(byte[] plain, int start, int valuesEnd, DecodedPage target) {
        int present = target.levels.present();
        target.hasIds = page.hasIds();
        if (target.hasIds) {
            if (target.ids.length < present + 8) {
                target.ids = new int[present + 8];
            }
            PackedIds.read(plain, start, valuesEnd, present, present == 0 ? 0 : dictionaryEntries(), target.ids);
            return;
        }
        if (page.encoding() == Encoding.PLAIN) {
            plain(plain, start, valuesEnd, present, target.plain);
            return;
        }

        rewritten.clear();
        foreign.read(page.encoding(), plain, start, valuesEnd, page.values(), present, rewritten);
        target.plain.set(rewritten.bytes(), 0, rewritten.size(), present);
    }

    private int dictionaryEntries() {
        if (dictionaryPage == NO_PAGE) {
            throw new DamagedPageException("a page has ids, its column has no dictionary");
        }

        return dictionaryPage.values();
    }

    private void plain(byte[] source, int start, int valuesEnd, int count, PlainValues target) {
        if (type.getPrimitiveTypeName() != PrimitiveType.PrimitiveTypeName.BOOLEAN) {
            target.set(source, start, valuesEnd, count);
            return;
        }

        if ((count + 7L) / 8 != valuesEnd - start) {
            throw new DamagedPageException(
                    "a page has " + (valuesEnd - start) + " bytes of booleans for " + count + " values");
        }
        rewritten.clear();
        byte[] room = rewritten.reserve(count);
        for (int i = 0; i < count; i++) {
            room[i] = (byte) (source[start + i / 8] >>> i % 8 & 1);
        }
        target.set(room, 0, count, count);
    }
}
