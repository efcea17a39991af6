package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.LevelRuns;
import io.convergence.store.internal.pages.PlainValues;
import java.util.List;
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
        CellFold fold = new CellFold();
        int from = 0;
        for (int piece : pieces) {
            fold.ids(ids, from, piece);
            from += piece;
        }

        return fold.checksum();
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
            ByteSink bytes = new ByteSink(64);
            piece.forEach(bytes::putLong);
            PlainValues plain =
                    new PlainValues(Types.required(PrimitiveTypeName.INT64).named("number"));
            plain.set(bytes.bytes(), 0, bytes.size(), piece.size());
            fold.plain(plain);
        }

        return fold.checksum();
    }
}
