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
