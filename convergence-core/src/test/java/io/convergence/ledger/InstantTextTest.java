package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantTextTest {
    @Test
    void anyInstantIsReadAsItWasWritten() {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            long second = random.nextLong(
                    Instant.parse("0000-01-01T00:00:00Z").getEpochSecond(),
                    Instant.parse("9999-12-31T23:59:59Z").getEpochSecond());
            int nano = new int[] {0, 120_000_000, 123_456_000, 1, 999_999_999}[random.nextInt(5)];
            Instant instant = Instant.ofEpochSecond(second, nano);

            assertThat(InstantText.parse(instant.toString())).isEqualTo(instant);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T12:00:00Z",
                "2024-12-31T23:59:59.5Z",
                "2024-06-30T24:00:00Z",
                "+10000-01-01T00:00:00Z",
                "-0001-01-01T00:00:00Z",
                "-1000000000-01-01T00:00:00Z",
                "+1000000000-12-31T23:59:59.999999999Z",
                "2016-12-31T23:59:60Z",
                "2024-01-01T00:00:00.1234Z",
                "2024-01-01T00:00:00.Z"
            })
    void whatIsUnusualIsReadAsJavaReadsIt(String text) {
        assertThat(InstantText.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2024-02-30T12:00:00Z",
                "2023-02-29T12:00:00Z",
                "2024-13-01T12:00:00Z",
                "2024-01-01T25:00:00Z",
                "2024-01-01T00:00:00",
                "2024-01-01T00:00:00.1234567890Z",
                "2024-01-01T00:00:00,5Z",
                "2024-01-01T0a:00:00Z",
                "2024-01-01 00:00:00Z",
                "20240101T000000000Z"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> InstantText.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
