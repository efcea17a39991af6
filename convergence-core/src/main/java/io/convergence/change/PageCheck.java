package io.convergence.change;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Walks the run headers of a page: parquet-java allocates for a run what its header claims, so a damaged one could ask
 * for gigabytes. Of plain values it sees that as many lie there as the levels say, because otherwise values would move to other
 * rows. Flat columns only, definition levels 0 or 1.
 */
final class PageCheck {
    /** Some writers pad the last run of a page by whole groups. */
    private static final long PADDING = 1024;

    private static final int MAX_BLOCK = 1 << 20;
    private static final int UNKNOWN = -1;

    private final byte[] bytes;
    private final int values;

    private PageCheck(byte[] bytes, int values) {
        this.bytes = bytes;
        this.values = values;
    }

    /** The page, after its headers were found sound; its bytes may have been copied. */
    static DataPage check(DataPage page, ColumnDescriptor column) {
        try {
            return page instanceof DataPageV1 first ? check(first, column) : check((DataPageV2) page, column);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new ParquetDecodingException("a page ends inside a run", e);
        }
    }

    private static DataPage check(DataPageV1 page, ColumnDescriptor column) throws IOException {
        byte[] bytes = page.getBytes().toByteArray();
        PageCheck check = new PageCheck(bytes, page.getValueCount());
        int start = 0;
        int present = page.getValueCount();
        if (column.getMaxDefinitionLevel() > 0 && page.getDlEncoding() == Encoding.RLE) {
            int length = check.prefix(0);
            start = 4 + length;
            present = check.levels(4, start);
        } else if (column.getMaxDefinitionLevel() > 0) {
            start = (page.getValueCount() + 7) / 8;
            present = UNKNOWN;
        }
        check.values(page.getValueEncoding(), start, present, column.getPrimitiveType());
        return new DataPageV1(
                BytesInput.from(bytes),
                page.getValueCount(),
                page.getUncompressedSize(),
                page.getStatistics(),
                page.getRlEncoding(),
                page.getDlEncoding(),
                page.getValueEncoding());
    }

    private static DataPage check(DataPageV2 page, ColumnDescriptor column) throws IOException {
        byte[] levels = page.getDefinitionLevels().toByteArray();
        byte[] bytes = page.getData().toByteArray();
        int present = page.getValueCount();
        if (column.getMaxDefinitionLevel() > 0) {
            present = new PageCheck(levels, page.getValueCount()).levels(0, levels.length);
        }
        new PageCheck(bytes, page.getValueCount())
                .values(page.getDataEncoding(), 0, present, column.getPrimitiveType());
        return DataPageV2.uncompressed(
                page.getRowCount(),
                page.getNullCount(),
                page.getValueCount(),
                page.getRepetitionLevels(),
                BytesInput.from(levels),
                page.getDataEncoding(),
                BytesInput.from(bytes),
                page.getStatistics());
    }

    /** @param present how many values there are, or {@link #UNKNOWN} */
    private void values(Encoding encoding, int start, int present, PrimitiveType type) {
        if (encoding == Encoding.PLAIN && present != UNKNOWN) {
            plain(start, present, type);
            return;
        }
        if (start >= bytes.length) {
            return;
        }

        switch (encoding) {
            case PLAIN_DICTIONARY, RLE_DICTIONARY -> runs(start + 1, bytes.length, bytes[start]);
            case RLE -> runs(start + 4, start + 4 + prefix(start), 1);
            case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY -> delta(start);
            default -> {
                // The other encodings have no headers of their own.
            }
        }
    }

    private void plain(int start, int present, PrimitiveType type) {
        long end = start;
        switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> end += (present + 7) / 8;
            case INT32, FLOAT -> end += present * 4L;
            case INT64, DOUBLE -> end += present * 8L;
            case INT96 -> end += present * 12L;
            case FIXED_LEN_BYTE_ARRAY -> end += (long) present * type.getTypeLength();
            case BINARY -> {
                for (int i = 0; i < present; i++) {
                    end += 4L + prefix((int) end);
                }
            }
        }
        if (end != bytes.length) {
            throw new ParquetDecodingException(
                    "a page of " + bytes.length + " bytes has " + present + " values that need " + end);
        }
    }

    /** A length in four bytes, of which so many follow. */
    private int prefix(int start) {
        int length = bytes[start] & 0xFF
                | (bytes[start + 1] & 0xFF) << 8
                | (bytes[start + 2] & 0xFF) << 16
                | bytes[start + 3] << 24;
        if (length < 0 || length > bytes.length - start - 4) {
            throw new ParquetDecodingException("a page of " + bytes.length + " bytes claims " + length + " bytes of "
                    + (start == 0 ? "levels" : "a value"));
        }

        return length;
    }

    /** Checks definition levels of 0 and 1. @return how many are 1 */
    private int levels(int start, int end) {
        int ones = 0;
        int seen = 0;
        int at = start;
        while (seen < values && at < end) {
            long header = 0;
            int shift = 0;
            int next;
            do {
                next = bytes[at++];
                header |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0 && shift < 35);

            long count = header >>> 1;
            if ((header & 1) == 1) {
                long packed = Math.min(count * 8, values - seen);
                if (count * 8 > values + PADDING) {
                    throw new ParquetDecodingException("a page of " + values + " values has a run of " + count * 8);
                }
                for (int i = 0; i < packed; i++) {
                    ones += bytes[at + i / 8] >>> i % 8 & 1;
                }
                seen += (int) packed;
                at += (int) count;
            } else {
                if (count == 0 || count > Integer.MAX_VALUE || (bytes[at] & 0xFF) > 1) {
                    throw new ParquetDecodingException("a page of " + values + " values has a run of " + count
                            + " levels of " + (bytes[at] & 0xFF));
                }
                int run = (int) Math.min(count, values - seen);
                ones += bytes[at++] == 1 ? run : 0;
                seen += run;
            }
        }
        if (seen < values) {
            throw new ParquetDecodingException("a page of " + values + " values has levels of " + seen);
        }

        return ones;
    }

    private void runs(int start, int end, int bitWidth) {
        if (bitWidth < 0 || bitWidth > 32) {
            throw new ParquetDecodingException("a page claims values of " + bitWidth + " bits");
        }

        long seen = 0;
        long at = start;
        while (at < end && seen < values) {
            long header = 0;
            int shift = 0;
            int next;
            do {
                next = bytes[(int) at++];
                header |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0 && shift < 35);

            long count = header >>> 1;
            boolean packed = (header & 1) == 1;
            if (packed ? count * 8 > values + PADDING : count > Integer.MAX_VALUE) {
                throw new ParquetDecodingException(
                        "a page of " + values + " values has a run of " + (packed ? count * 8 : count));
            }

            seen += packed ? count * 8 : count;
            at += packed ? count * bitWidth : (bitWidth + 7) / 8;
        }
    }

    private void delta(int start) {
        long[] header = new long[3];
        int at = start;
        for (int i = 0; i < header.length; i++) {
            int shift = 0;
            int next;
            do {
                next = bytes[at++];
                header[i] |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0 && shift < 35);
        }
        if (header[0] > MAX_BLOCK || header[1] > header[0] || header[2] > values) {
            throw new ParquetDecodingException(
                    "a page of " + values + " values claims " + header[2] + " deltas in blocks of " + header[0]);
        }
    }
}
