package io.convergence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ObjectKeysTest {
    @Test
    void theOrderIsThatOfTheUtf8BytesNotOfUtf16() {
        assertThat(ObjectKeys.order().compare("\uFF5E", "\uD83D\uDE00")).isNegative();
        assertThat("\uFF5E".compareTo("\uD83D\uDE00")).isPositive();
    }

    @Test
    void theOrderAgreesWithComparingBytesForRandomKeys() {
        var random = new Random(20261123);
        String alphabet = "a/-0\u00FC\u65E5\uD7FF\uE000\uFF5E";
        Comparator<String> byBytes = (a, b) ->
                Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
        List<String> keys = Stream.generate(() -> {
                    var key = new StringBuilder();
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        int next = random.nextInt(alphabet.length() + 2);
                        key.append(
                                next < alphabet.length()
                                        ? alphabet.substring(next, next + 1)
                                        : Character.toString(0x10000 + next));
                    }

                    return key.toString();
                })
                .limit(300)
                .toList();

        for (String a : keys) {
            for (String b : keys) {
                assertThat(Integer.signum(ObjectKeys.order().compare(a, b)))
                        .as("%s against %s", a, b)
                        .isEqualTo(Integer.signum(byBytes.compare(a, b)));
            }
        }
    }

    @Test
    void aKeyMayHave1024BytesAndNoMore() {
        assertThat(ObjectKeys.check("ü".repeat(512))).hasSize(512);
        assertThatThrownBy(() -> ObjectKeys.check("ü".repeat(512) + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("it has 1025 bytes in UTF-8, S3 allows 1024. Shorten it.");
    }

    @Test
    void halfASurrogatePairIsNoKey() {
        assertThatThrownBy(() -> ObjectKeys.check("a\uDE00"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("half of a surrogate pair");
    }

    @Test
    void theTextAfterAPrefixLiesBetweenItsKeysAndTheNext() {
        String after = ObjectKeys.afterAllUnder("p/a/");

        assertThat(ObjectKeys.order().compare(after, "p/a/\uD83D\uDE00/zzz")).isPositive();
        assertThat(ObjectKeys.order().compare(after, "p/a0")).isNegative();
        assertThat(after.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(ObjectKeys.MAX_BYTES);
    }
}
