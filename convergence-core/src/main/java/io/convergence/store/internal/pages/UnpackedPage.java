package io.convergence.store.internal.pages;

import org.apache.parquet.column.Encoding;

/**
 * A page whose levels and values still have their encodings, for a reader that takes them piece by piece: a run of a few bytes may stand
 * for any number of values. Good until the next page of its column is unpacked or decoded.
 *
 * @param levelBytes hold definition levels of a flat column from {@code levelsStart} to {@code levelsEnd}; nothing lies there where all
 *     values are present
 * @param packedLevels whether the levels are packed from the highest bit on, without runs
 * @param valueBytes hold the values from {@code valuesStart} to {@code valuesEnd}: ids after a byte with their width; booleans packed, or as
 *     runs after their length in four bytes; others in {@code PLAIN}
 * @param values nulls included; of a dictionary its entries
 * @param encoding PLAIN for values that had another one than ids or runs of booleans
 */
public record UnpackedPage(
        byte[] levelBytes,
        int levelsStart,
        int levelsEnd,
        boolean packedLevels,
        byte[] valueBytes,
        int valuesStart,
        int valuesEnd,
        int values,
        boolean hasIds,
        Encoding encoding) {}
