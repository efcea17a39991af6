package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PlainValues;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

/** A checksum that tells whether cells changed, and nothing of how they were cut into pages. */
class CellFoldTest {
    private static final long A = 17;
    private static final long B = -3;

    @Test
    void whereAPageEndsDoesNotMatter() {
        assertThat(checksum(List.of("1", "1", "0"), List.of(A, B)))
                .isEqualTo(checksum(List.of("110"), List.of(A), List.of(B)))
                .isEqualTo(checksum(List.of("11", "0"), List.of(A, B)));
    }

    @Test
    void anotherOrderIsAnotherChecksum() {
        assertThat(checksum(List.of("11"), List.of(A, B))).isNotEqualTo(checksum(List.of("11"), List.of(B, A)));
    }

    @Test
    void aNullInAnotherRowIsAnotherChecksum() {
        assertThat(checksum(List.of("101"), List.of(A, B))).isNotEqualTo(checksum(List.of("110"), List.of(A, B)));
    }

    @Test
    void signsOfTwoValuesDoNotCancelOut() {
        long sign = Long.MIN_VALUE;

        assertThat(checksum(List.of("11"), List.of(A, B)))
                .isNotEqualTo(checksum(List.of("11"), List.of(A ^ sign, B ^ sign)));
    }

    @Test
    void idsFoldAlikeHoweverTheyAreCut() {
        int[] ids = {3, 0, 1, 1, 2, 0, 0, 5, 4};

        assertThat(ofIds(ids, 9))
                .isEqualTo(ofIds(ids, 1, 8))
                .isEqualTo(ofIds(ids, 5, 4))
                .isEqualTo(ofIds(ids, 2, 3, 4));
    }

    @Test
    void idsThatChangeOrChangePlacesAreAnotherChecksum() {
        int[] ids = {3, 0, 1, 1, 2, 0, 0, 5, 4};
        long checksum = ofIds(ids, 9);

        for (int i = 0; i < ids.length; i++) {
            int[] changed = ids.clone();
            changed[i] ^= 1 << i;
            assertThat(ofIds(changed, 9)).isNotEqualTo(checksum);
            for (int k = 0; k < ids.length; k++) {
                int[] swapped = ids.clone();
                swapped[i] = ids[k];
                swapped[k] = ids[i];
                assertThat(ofIds(swapped, 9) == checksum).isEqualTo(ids[i] == ids[k]);
            }
        }
    }

    private static long ofIds(int[] ids, int... pieces) {
        PlainValues entries = numbers(List.of(100L, 101L, 102L, 103L, 104L, 105L));
        long[] terms = new long[1 << 9];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = i < entries.count() ? CellFold.term(entries, i) : CellFold.term(numbers(List.of(100L + i)), 0);
        }
        CellFold fold = new CellFold();
        int from = 0;
        for (int piece : pieces) {
            fold.values(Arrays.copyOfRange(ids, from, from + piece), piece, terms);
            from += piece;
        }

        return fold.checksum();
    }

    @Test
    void idsFoldAsTheValuesTheyMean() {
        List<Long> values = List.of(103L, 100L, 101L, 101L, 102L);
        CellFold plain = new CellFold();
        plain.plain(numbers(values));

        assertThat(ofIds(new int[] {3, 0, 1, 1, 2}, 5)).isEqualTo(plain.checksum());
        assertThat(ofIds(new int[] {3, 0, 1, 1, 4}, 5)).isNotEqualTo(plain.checksum());
    }

    @Test
    void aCopiedPageThatIsLostSwappedTwiceOrAlteredIsAnotherChecksum() {
        StitchedPage a = page(1, 2, 3);
        StitchedPage b = page(4, 5, 6);
        StitchedPage c = page(7, 8, 9);
        long checksum = ofPages(a, b, c);

        assertThat(ofPages(a, b, c)).isEqualTo(checksum);
        assertThat(List.of(
                        ofPages(a, b),
                        ofPages(b, c),
                        ofPages(a, c),
                        ofPages(b, a, c),
                        ofPages(a, c, b),
                        ofPages(a, a, b, c),
                        ofPages(a, b, b),
                        ofPages(a, b, c, c),
                        ofPages(a, page(4, 5, 7), c),
                        ofPages(a, withLevels(b, 0, 1), c)))
                .doesNotContain(checksum);
        assertThat(ofPages(withLevels(a, 0, 1), b)).isNotEqualTo(ofPages(withLevels(a, 1, 0), b));
    }

    @Test
    void anEncodedPageThatIsLostOrSwappedIsAnotherChecksumAlthoughItsCellsWereFolded() {
        long checksum = ofMade(1, 2, 3);

        assertThat(ofMade(1, 2, 3)).isEqualTo(checksum);
        assertThat(List.of(ofMade(1, 2), ofMade(2, 1, 3), ofMade(1, 2, 2, 3), ofMade(1, 2, 4)))
                .doesNotContain(checksum);
    }

    @Test
    void aSpoiledFoldEqualsNoneThatWasFoldedAlike() {
        CellFold fold = new CellFold();
        fold.plain(numbers(List.of(A, B)));
        long before = fold.checksum();

        fold.spoil();

        assertThat(fold.checksum()).isNotEqualTo(before);
        assertThat(fold.with(new CellFold()).checksum()).isEqualTo(fold.checksum());
    }

    private static long ofMade(int... checksums) {
        CellFold fold = new CellFold();
        for (int checksum : checksums) {
            fold.made(10, checksum);
        }

        return fold.checksum();
    }

    private static long ofPages(StitchedPage... pages) {
        CellFold fold = new CellFold();
        for (StitchedPage page : pages) {
            fold.page(fold.rows(), page.checksum(), page.checksumOfLevels(), page);
        }

        return fold.checksum();
    }

    private static StitchedPage page(int... body) {
        byte[] bytes = new byte[body.length];
        for (int i = 0; i < body.length; i++) {
            bytes[i] = (byte) body[i];
        }

        return new StitchedPage(2, 1, Encoding.PLAIN, null, bytes, 0, bytes.length, bytes.length, true, true, null);
    }

    private static StitchedPage withLevels(StitchedPage page, int first, int second) {
        LevelRuns runs = new LevelRuns();
        runs.append(first, 1);
        runs.append(second, 1);
        ByteSink levels = new ByteSink(8);
        runs.write(levels);
        return new StitchedPage(
                2, 1, Encoding.PLAIN, levels.copy(), page.bytes(), 0, page.length(), page.size(), true, true, null);
    }

    private static PlainValues numbers(List<Long> values) {
        ByteSink bytes = new ByteSink(64);
        values.forEach(bytes::putLong);
        PlainValues plain =
                new PlainValues(Types.required(PrimitiveTypeName.INT64).named("number"));
        plain.set(bytes.bytes(), 0, bytes.size(), values.size());
        return plain;
    }

    /** @param levels a digit for each row: 0 for a null. @param values in the pieces they come in */
    @SafeVarargs
    private static long checksum(List<String> levels, List<Long>... values) {
        CellFold fold = new CellFold();
        for (String piece : levels) {
            LevelRuns runs = new LevelRuns();
            piece.chars().forEach(level -> runs.append(level - '0', 1));
            fold.levels(runs);
        }
        for (List<Long> piece : values) {
            fold.plain(numbers(piece));
        }

        return fold.checksum();
    }
}
