package io.convergence.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommitTimeReaderTest {
    private final CommitTimeReader reader = new CommitTimeReader();

    @ParameterizedTest
    @CsvSource({
        "2024-06-12 10:30:00.123456, 2024-06-12T10:30:00.123456Z",
        "2024-06-12T23:59:59, 2024-06-12T23:59:59Z",
        "2024-02-29 00:00:00.000000001, 2024-02-29T00:00:00.000000001Z",
        "1969-12-31 23:59:59.5, 1969-12-31T23:59:59.500Z",
        "0000-01-01 00:00:00.000000, 0000-01-01T00:00:00Z"
    })
    void timestampsAreReadFromTheirBytes(String text, Instant expected) {
        assertThat(read(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2024-06-12",
                "2023-02-29 10:30:00",
                "2024-13-01 10:30:00",
                "2024-00-01 10:30:00",
                "2024-06-00 10:30:00",
                "2024-06-12 24:00:00",
                "2024-06-12 10:60:00",
                "2024-06-12 10:30:60",
                "2024-06-12 10:30:00.",
                "2024-06-12 10:30:00.12345678901",
                "2024-06-12 10:30:00,123456",
                "2024-06-1x 10:30:00",
                "2024-06-12 10:30:00Z"
            })
    void whatIsNoTimestampIsNotTaken(String text) {
        assertThat(read("2024-06-12 10:30:00")).isPresent();
        assertThat(read(text)).isEmpty();
    }

    @Test
    void anythingTakenIsWhatTheParserMakesOfIt() {
        long seed = Long.getLong("convergence.seed", 20261125L);
        Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("2024-06-12 10:30:00.123456");
            text.setLength(random.nextInt(4) > 0 ? 26 : random.nextInt(27));
            for (int changes = random.nextInt(4); changes > 0 && text.length() > 0; changes--) {
                text.setCharAt(random.nextInt(text.length()), "0123456789 -:.Tx".charAt(random.nextInt(16)));
            }

            Optional<Instant> actual = read(text.toString());

            assertThat(actual).as("seed %d, '%s'", seed, text).isEqualTo(parsed(text.toString()));
            taken += actual.isPresent() ? 1 : 0;
        }

        assertThat(taken).isBetween(2_000, 18_000);
    }

    private static Optional<Instant> parsed(String text) {
        try {
            return Optional.of(CommitTime.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** From the middle of an array, as in a batch. */
    private Optional<Instant> read(String text) {
        byte[] bytes = ("77" + text + "99").getBytes(UTF_8);
        return reader.read(bytes, 2, bytes.length - 4)
                ? Optional.of(Instant.ofEpochSecond(reader.seconds(), reader.nanos()))
                : Optional.empty();
    }
}
