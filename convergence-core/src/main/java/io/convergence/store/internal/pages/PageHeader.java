package io.convergence.store.internal.pages;

import java.util.Arrays;
import org.apache.parquet.column.Encoding;
import org.jspecify.annotations.Nullable;

/** What the header of a page says. Counts that it does not give are -1. Immutable once read. */
public final class PageHeader {
    /** What a page holds. */
    public enum Kind {
        DICTIONARY,
        /** Levels and values compressed together. */
        DATA_V1,
        /** Levels before the values, never compressed. */
        DATA_V2,
        /** Nothing a reader of values needs. */
        OTHER
    }

    private static final int TYPE = 1;
    private static final int UNPACKED = 2;
    private static final int STORED = 3;
    private static final int CHECKSUM = 4;
    private static final int V1 = 5;
    private static final int DICTIONARY = 7;
    private static final int V2 = 8;
    private static final byte[] NONE = {};

    private static final Encoding[] ENCODINGS = {
        Encoding.PLAIN,
        null,
        Encoding.PLAIN_DICTIONARY,
        Encoding.RLE,
        Encoding.BIT_PACKED,
        Encoding.DELTA_BINARY_PACKED,
        Encoding.DELTA_LENGTH_BYTE_ARRAY,
        Encoding.DELTA_BYTE_ARRAY,
        Encoding.RLE_DICTIONARY,
        Encoding.BYTE_STREAM_SPLIT
    };

    private final byte[] bytes;
    private final CompactThrift thrift;
    private int type = -1;
    private int unpacked = -1;
    private int stored = -1;
    private boolean hasChecksum;
    private int checksum;
    private int described;
    private int values = -1;
    private int nulls = -1;
    private int rows = -1;
    private int encoding = -1;
    private int levelEncoding = 3;
    private int definitionBytes;
    private int repetitionBytes;
    private boolean compressed = true;
    private long countedNulls = -1;
    private int minStart = -1;
    private int minLength;
    private int maxStart = -1;
    private int maxLength;

    private PageHeader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.thrift = new CompactThrift(bytes, start, end);
    }

    /**
     * Reads a header.
     *
     * @param end of the column chunk; header and page must lie before
     * @throws DamagedPageException if they do not, or it is no header
     */
    static PageHeader read(byte[] bytes, int start, int end) {
        PageHeader header = new PageHeader(bytes, start, end);
        try {
            header.thrift.struct(0, header::field);
            header.check(end);
        } catch (CompactThrift.MalformedException e) {
            throw new DamagedPageException("the header of a page cannot be decoded: " + e.why(), e);
        }

        return header;
    }

    /** Stands for a page that was not read. */
    static PageHeader none() {
        return new PageHeader(NONE, 0, 0);
    }

    private boolean field(int id, int thriftType) {
        if (thriftType == CompactThrift.I32 && id >= TYPE && id <= CHECKSUM) {
            int value = (int) thrift.zigzag();
            switch (id) {
                case TYPE -> type = value;
                case UNPACKED -> unpacked = value;
                case STORED -> stored = value;
                default -> {
                    hasChecksum = true;
                    checksum = value;
                }
            }
            return true;
        }
        if (thriftType != CompactThrift.STRUCT || (id != V1 && id != DICTIONARY && id != V2)) {
            return false;
        }

        described = id;
        thrift.struct(1, id == V1 ? this::v1 : id == V2 ? this::v2 : this::dictionary);
        return true;
    }

    private boolean dictionary(int id, int thriftType) {
        if (thriftType != CompactThrift.I32 || id > 2) {
            return false;
        }

        int value = (int) thrift.zigzag();
        if (id == 1) {
            values = value;
        } else {
            encoding = value;
        }
        return true;
    }

    private boolean v1(int id, int thriftType) {
        if (id == 5 && thriftType == CompactThrift.STRUCT) {
            thrift.struct(2, this::statistics);
            return true;
        }
        if (thriftType != CompactThrift.I32 || id > 4) {
            return false;
        }

        int value = (int) thrift.zigzag();
        switch (id) {
            case 1 -> values = value;
            case 2 -> encoding = value;
            case 3 -> levelEncoding = value;
            default -> {
                // Flat columns have no repetition levels.
            }
        }
        return true;
    }

    private boolean v2(int id, int thriftType) {
        if (id == 8 && thriftType == CompactThrift.STRUCT) {
            thrift.struct(2, this::statistics);
            return true;
        }
        if (id == 7 && (thriftType == CompactThrift.TRUE || thriftType == CompactThrift.FALSE)) {
            compressed = thriftType == CompactThrift.TRUE;
            return true;
        }
        if (thriftType != CompactThrift.I32 || id > 6) {
            return false;
        }

        int value = (int) thrift.zigzag();
        switch (id) {
            case 1 -> values = value;
            case 2 -> nulls = value;
            case 3 -> rows = value;
            case 4 -> encoding = value;
            case 5 -> definitionBytes = value;
            default -> repetitionBytes = value;
        }
        return true;
    }

    private boolean statistics(int id, int thriftType) {
        if (id == 3 && thriftType == CompactThrift.I64) {
            countedNulls = thrift.zigzag();
            return true;
        }
        if ((id != 5 && id != 6) || thriftType != CompactThrift.BINARY) {
            return false;
        }

        int length = thrift.binary();
        if (id == 5) {
            maxStart = thrift.position() - length;
            maxLength = length;
        } else {
            minStart = thrift.position() - length;
            minLength = length;
        }
        return true;
    }

    private void check(int end) {
        String wrong = wrong(end - thrift.position());
        if (wrong != null) {
            throw new CompactThrift.MalformedException(wrong);
        }
    }

    /** @param left bytes in the column after the header */
    private @Nullable String wrong(int left) {
        if (stored < 0 || stored > left) {
            return "a page claims " + stored + " bytes, " + left + " are left in its column";
        }
        if (unpacked < 0) {
            return "a page claims " + unpacked + " bytes uncompressed";
        }
        Kind kind = kind();
        if (kind == Kind.OTHER) {
            return null;
        }

        int expected = kind == Kind.DATA_V1 ? V1 : kind == Kind.DATA_V2 ? V2 : DICTIONARY;
        if (described != expected) {
            return "the header of a page of type " + type + " does not describe it";
        }
        if (values < 0) {
            return "a page claims " + values + " values";
        }
        if (encoding < 0 || encoding >= ENCODINGS.length || ENCODINGS[encoding] == null) {
            return "a page has the unknown encoding " + encoding;
        }
        if (definitionBytes < 0
                || repetitionBytes < 0
                || definitionBytes > Math.min(stored, unpacked) - repetitionBytes) {
            return "a page of " + stored + " bytes claims " + definitionBytes + " and " + repetitionBytes
                    + " bytes of levels";
        }
        return nulls <= values ? null : "a page of " + values + " values claims " + nulls + " nulls";
    }

    public Kind kind() {
        return switch (type) {
            case 0 -> Kind.DATA_V1;
            case 2 -> Kind.DICTIONARY;
            case 3 -> Kind.DATA_V2;
            default -> Kind.OTHER;
        };
    }

    /** Where the page's bytes begin in the array it was read from. */
    public int bodyStart() {
        return thrift.position();
    }

    /** Bytes of the page without its header, as they are stored. */
    public int stored() {
        return stored;
    }

    /** Bytes of the page without its header, uncompressed. */
    public int unpacked() {
        return unpacked;
    }

    boolean hasChecksum() {
        return hasChecksum;
    }

    int checksum() {
        return checksum;
    }

    /** Values, nulls included; of a dictionary its entries. */
    public int values() {
        return values;
    }

    /** Nulls, if the header counts them. */
    public long nulls() {
        return nulls >= 0 ? nulls : countedNulls;
    }

    public int rows() {
        return rows;
    }

    public Encoding encoding() {
        return ENCODINGS[encoding];
    }

    /** Whether the values are ids of the chunk's dictionary. */
    public boolean hasIds() {
        return encoding == 2 || encoding == 8;
    }

    public boolean hasPackedLevels() {
        return levelEncoding == 4;
    }

    public boolean hasRunLevels() {
        return levelEncoding == 3;
    }

    public int definitionBytes() {
        return definitionBytes;
    }

    public int repetitionBytes() {
        return repetitionBytes;
    }

    /** Of a page of version 2: whether its values are compressed. */
    public boolean compressed() {
        return compressed;
    }

    /** Whether the header gives the bounds of the values. */
    public boolean hasBounds() {
        return minStart >= 0 && maxStart >= 0;
    }

    public byte[] min() {
        return hasBounds() ? Arrays.copyOfRange(bytes, minStart, minStart + minLength) : NONE;
    }

    public byte[] max() {
        return hasBounds() ? Arrays.copyOfRange(bytes, maxStart, maxStart + maxLength) : NONE;
    }
}
