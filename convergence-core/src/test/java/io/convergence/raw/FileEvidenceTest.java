package io.convergence.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileEvidenceTest {
    private static final String LOWEST = "0".repeat(35);
    private static final String HIGHEST = "9".repeat(35);
    private static final Instant TIME = Instant.parse("2026-03-01T09:59:50.000001Z");

    private static Stream<Arguments> ranges() {
        return Stream.of(
                Arguments.of(null, null, null, null),
                Arguments.of(LOWEST, HIGHEST, TIME, TIME.plusSeconds(1)),
                Arguments.of("20260301095950000000000000000000001", HIGHEST, null, null),
                Arguments.of(null, null, Instant.parse("1600-01-01T00:00:00.999999Z"), TIME),
                Arguments.of("no sequence", "", TIME, TIME),
                Arguments.of(LOWEST, HIGHEST, Instant.EPOCH.minusNanos(1), Instant.MAX),
                Arguments.of(LOWEST, "1234567890123456789012345678901234\u0665", TIME, TIME));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void whatWasGivenComesOutInWhateverFormItIsKept(
            @Nullable String first, @Nullable String last, @Nullable Instant smallest, @Nullable Instant largest) {
        var evidence = new FileEvidence(7, first, last, smallest, largest);

        assertThat(evidence.rows()).isEqualTo(7);
        assertThat(evidence.firstSequence()).isEqualTo(first);
        assertThat(evidence.lastSequence()).isEqualTo(last);
        assertThat(evidence.smallestTime()).isEqualTo(smallest);
        assertThat(evidence.largestTime()).isEqualTo(largest);
        assertThat(evidence)
                .isEqualTo(new FileEvidence(7, first, last, smallest, largest))
                .hasSameHashCodeAs(new FileEvidence(7, first, last, smallest, largest))
                .hasToString("FileEvidence[rows=7, firstSequence=" + first + ", lastSequence=" + last
                        + ", smallestTime=" + smallest + ", largestTime=" + largest + "]")
                .isNotEqualTo(new FileEvidence(8, first, last, smallest, largest))
                .isNotEqualTo(new FileEvidence(7, LOWEST, LOWEST, smallest, largest));
    }

    @Test
    void halfARangeIsRefused() {
        assertThatThrownBy(() -> new FileEvidence(1, LOWEST, null, null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FileEvidence(1, null, null, TIME, null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
