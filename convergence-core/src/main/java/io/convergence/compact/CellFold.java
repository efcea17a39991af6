package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PlainValues;

/**
 * Folds one column's cells, in order, into a checksum that does not depend on how they are encoded or cut into pages: one fold takes what
 * is read, another what is written. Pages that are copied are folded by the checksum of their bytes and their first row; those that are
 * encoded are folded once more as they are written, so that none is lost or changes places after its cells were folded. Not thread-safe.
 */
final class CellFold {
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private long rows;
    private long values;
    private long nulls;
    private long ofValues = 1;
    private long ofLevels = 1;
    private long ofPages = 1;
    private long ofMade = 1;
    private boolean spoiled;
    private boolean runPresent;
    private long run;

    long rows() {
        return rows;
    }

    /** This fold of what is encoded, and another of the pages that are copied between, as if they were one. */
    CellFold with(CellFold pages) {
        if (ofPages != 1 || ofMade != 1 || pages.ofValues != 1 || pages.ofLevels != 1 || pages.run != 0) {
            throw new IllegalStateException("Cannot join two folds that both hold values, or both pages.");
        }

        CellFold both = new CellFold();
        both.rows = rows + pages.rows;
        both.values = values + pages.values;
        both.nulls = nulls + pages.nulls;
        both.ofValues = ofValues;
        both.ofLevels = ofLevels;
        both.runPresent = runPresent;
        both.run = run;
        both.ofPages = pages.ofPages;
        both.ofMade = pages.ofMade;
        both.spoiled = spoiled || pages.spoiled;
        return both;
    }

    long values() {
        return values;
    }

    long nulls() {
        return nulls;
    }

    void levels(LevelRuns levels) {
        for (int i = 0; i < levels.count(); i++) {
            run(levels.isPresent(i), levels.length(i));
        }
        rows += levels.size();
        values += levels.present();
        nulls += levels.nulls();
    }

    void nulls(long count) {
        run(false, count);
        rows += count;
        nulls += count;
    }

    /** Runs may come in pieces. */
    private void run(boolean present, long length) {
        if (present != runPresent && run > 0) {
            ofLevels = mix(ofLevels, run << 1 | (runPresent ? 1 : 0));
            run = 0;
        }

        runPresent = present;
        run += length;
    }

    /**
     * A page whose bytes are copied.
     *
     * @param firstRow where it begins in the output
     * @param checksum of its body
     * @param ofOwnLevels of its levels, if they stand outside of the body
     */
    void page(long firstRow, int checksum, long ofOwnLevels, StitchedPage page) {
        ofPages = mix(mix(mix(ofPages, firstRow), checksum), ofOwnLevels);
        rows += page.rows();
        nulls += page.nulls();
        values += page.rows() - page.nulls();
    }

    /**
     * A page or dictionary that was encoded, and whose cells were folded then: it must be written, once and in its place.
     *
     * @param count of rows or entries
     * @param checksum of its body
     */
    void made(int count, int checksum) {
        ofMade = mix(mix(ofMade, count), checksum);
    }

    /** From now on no other fold has the checksum of this one, as what was folded is known to be wrong. */
    void spoil() {
        spoiled = true;
    }

    /** What levels that stand outside of a page's body are folded by. */
    static long hash(LevelRuns levels) {
        long hash = levels.size();
        for (int i = 0; i < levels.count(); i++) {
            hash = mix(hash, (long) levels.length(i) << 1 | (levels.isPresent(i) ? 1 : 0));
        }

        return hash;
    }

    /** Values given by the ids of a dictionary. @param entries the {@link #term} of each of its values */
    void values(int[] ids, int count, long[] entries) {
        long fold = ofValues;
        for (int i = 0; i < count; i++) {
            fold = fold * PRIME + entries[ids[i]];
        }
        ofValues = fold;
    }

    void plain(PlainValues plain) {
        byte[] bytes = plain.bytes();
        int count = plain.count();
        long fold = ofValues;
        if (plain.width() == Long.BYTES) {
            int at = plain.start();
            for (int i = 0; i < count; i++, at += Long.BYTES) {
                fold = fold * PRIME + spread(ByteSink.longAt(bytes, at));
            }
        } else if (plain.width() == Integer.BYTES) {
            int at = plain.start();
            for (int i = 0; i < count; i++, at += Integer.BYTES) {
                fold = fold * PRIME + spread(ByteSink.intAt(bytes, at));
            }
        } else {
            int prefix = plain.width() == 0 ? Integer.BYTES : 0;
            int start = plain.start();
            for (int i = 0; i < count; i++) {
                int end = plain.end(i);
                fold = fold * PRIME + spread(hash(bytes, start + prefix, end));
                start = end;
            }
        }
        ofValues = fold;
    }

    /**
     * Values may come in pieces, so that they are terms of a polynomial, whose steps do not depend on where a piece ends. High bits of a
     * value must reach low ones before, as the polynomial moves none down.
     */
    private static long spread(long hash) {
        long spread = (hash ^ hash >>> 32) * PRIME;
        return spread ^ spread >>> 29;
    }

    /** What a value adds to the fold. */
    static long term(PlainValues plain, int value) {
        return spread(hash(plain, value));
    }

    /** A hash of a value; of a number it is the number. */
    static long hash(PlainValues plain, int value) {
        return switch (plain.width()) {
            case Long.BYTES -> plain.longAt(value);
            case Integer.BYTES -> plain.intAt(value);
            default -> hash(plain.bytes(), plain.start(value), plain.end(value));
        };
    }

    static long hash(byte[] bytes, int start, int end) {
        int length = end - start;
        long hash = length;
        if (length < Long.BYTES) {
            long last = 0;
            if (bytes.length - start >= Long.BYTES) {
                // What comes after the value is masked out.
                last = length == 0 ? 0 : ByteSink.longAt(bytes, start) & -1L >>> Long.SIZE - 8 * length;
            } else {
                for (int i = 0; i < length; i++) {
                    last |= (bytes[start + i] & 0xFFL) << 8 * i;
                }
            }
            return mix(hash, last);
        }

        for (int at = start; end - at > Long.BYTES; at += Long.BYTES) {
            hash = mix(hash, ByteSink.longAt(bytes, at));
        }
        return mix(hash, ByteSink.longAt(bytes, end - Long.BYTES));
    }

    private static long mix(long hash, long more) {
        long mixed = (hash ^ more) * PRIME;
        return mixed ^ mixed >>> 29;
    }

    long checksum() {
        long checksum = mix(mix(mix(ofValues, mix(ofLevels, run << 1 | (runPresent ? 1 : 0))), ofPages), rows);
        return spoiled ? ~mix(checksum, ofMade) : mix(checksum, ofMade);
    }
}
