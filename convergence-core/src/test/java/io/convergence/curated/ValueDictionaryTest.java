package io.convergence.curated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueDictionaryTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 7, 8, 16})
    void equalValuesHaveOneIdAndIdsCountUp(int width) {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var dictionary = new ValueDictionary(width);
        Map<ByteBuffer, Integer> known = new HashMap<>();

        for (int i = 0; i < 20_000; i++) {
            byte[] source = new byte[40];
            int length = width == 0 ? random.nextInt(20) : width;
            int from = random.nextInt(20);
            // Values that differ in one byte alone, at any place.
            if (length > 0) {
                source[from + random.nextInt(length)] = (byte) random.nextInt(40);
            }
            byte[] value = Arrays.copyOfRange(source, from, from + length);
            random.nextBytes(source);
            System.arraycopy(value, 0, source, from, length);

            int id = dictionary.id(source, from, length);

            assertThat(id)
                    .as("seed %d, value %s", seed, Arrays.toString(value))
                    .isEqualTo(known.computeIfAbsent(ByteBuffer.wrap(value), any -> known.size()));
            assertThat(Arrays.copyOfRange(dictionary.bytes().bytes(), dictionary.start(id), dictionary.end(id)))
                    .isEqualTo(value);
        }
        assertThat(dictionary.size()).isEqualTo(known.size());
    }
}
