package io.convergence.change;

import org.apache.parquet.column.Encoding;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * An uncompressed page of a flat column.
 *
 * @param levelsStart of definition levels in the hybrid of runs; where it is {@code levelsEnd}, there are none of these
 * @param packedLevels where definition levels in the encoding BIT_PACKED begin, which Parquet gave up; -1 without them
 * @param values nulls included; of a dictionary its entries
 */
record ValuePage(
        byte[] bytes,
        int levelsStart,
        int levelsEnd,
        int packedLevels,
        int valuesStart,
        int valuesEnd,
        int values,
        Encoding encoding) {
    boolean hasIds() {
        return encoding == Encoding.PLAIN_DICTIONARY || encoding == Encoding.RLE_DICTIONARY;
    }

    /** Marks nulls among levels of one bit, the first in the highest. @return how many are none */
    int markPackedNulls(byte[] states, int from, int count, int first, byte mark) {
        int present = 0;
        for (int i = 0; i < count; i++) {
            int place = packedLevels + (first + i) / 8;
            if (place >= valuesEnd) {
                throw new ParquetDecodingException("a page ends inside its levels");
            }
            int level = bytes[place] >>> (7 - (first + i) % 8) & 1;
            present += level;
            states[from + i] = level == 0 ? mark : states[from + i];
        }

        return present;
    }
}
