package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PlainValues;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;

/** Equal values get one id, others another, however alike they are. */
class ColumnDictionaryTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_126L);
    private static final PrimitiveType TEXT =
            Types.required(PrimitiveTypeName.BINARY).named("text");
    private static final PrimitiveType NUMBER =
            Types.required(PrimitiveTypeName.INT64).named("number");
    private static final PrimitiveType SHORT_NUMBER =
            Types.required(PrimitiveTypeName.INT32).named("number");

    @Test
    void textsThatDifferInOneByteOnlyAreDifferent() {
        List<String> texts = new ArrayList<>(List.of("", "a", "b", "ab", "ba"));
        for (int place = 0; place < 40; place++) {
            texts.add("x".repeat(place) + "y" + "x".repeat(39 - place));
            texts.add("x".repeat(place) + "z" + "x".repeat(39 - place));
        }

        int[] ids = textIds(new ColumnDictionary(TEXT), twice(texts));

        assertThat(ids)
                .containsExactly(IntStream.range(0, 2 * texts.size())
                        .map(i -> i % texts.size())
                        .toArray());
    }

    @Test
    void manyTextsOfFewBytesGetIdsInTheOrderTheyFirstCome() {
        var random = new Random(SEED);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(20);
            for (int at = 0; at < length; at++) {
                text.append(at == 3 || at == 9 ? (char) ('a' + random.nextInt(9)) : '-');
            }
            texts.add(text.toString());
        }
        Map<String, Integer> expected = new LinkedHashMap<>();
        texts.forEach(text -> expected.putIfAbsent(text, expected.size()));

        ColumnDictionary dictionary = new ColumnDictionary(TEXT);
        int[] ids = textIds(dictionary, texts);

        assertThat(ids)
                .as("-Dconvergence.seed=%d", SEED)
                .containsExactly(texts.stream().mapToInt(expected::get).toArray());
        assertThat(dictionary.size()).isEqualTo(expected.size());
    }

    @Test
    void numbersGetIdsInTheOrderTheyFirstCome() {
        var random = new Random(SEED);
        long[] numbers =
                random.longs(50_000, -7_000, 7_000).map(number -> number << 40).toArray();
        Map<Long, Integer> expected = new LinkedHashMap<>();
        Arrays.stream(numbers).forEach(number -> expected.putIfAbsent(number, expected.size()));
        ByteSink bytes = new ByteSink(1);
        Arrays.stream(numbers).forEach(bytes::putLong);

        int[] ids = ids(new ColumnDictionary(NUMBER), NUMBER, bytes, numbers.length);

        assertThat(ids)
                .as("-Dconvergence.seed=%d", SEED)
                .containsExactly(Arrays.stream(numbers).mapToInt(expected::get).toArray());
    }

    @Test
    void zeroIsANumberLikeAnyOther() {
        ByteSink bytes = new ByteSink(1);
        List.of(5, 0, 5, -1, 0).forEach(bytes::putInt);

        int[] ids = ids(new ColumnDictionary(SHORT_NUMBER), SHORT_NUMBER, bytes, 5);

        assertThat(ids).containsExactly(0, 1, 0, 2, 1);
    }

    @Test
    void aValueBeyondTheLimitIsRefusedAndKnownOnesAreStillFound() {
        ColumnDictionary dictionary = new ColumnDictionary(TEXT);
        String large = "l".repeat(ColumnDictionary.MOST_BYTES - 10);
        int[] first = textIds(dictionary, List.of(large, "a"));

        boolean taken = dictionary.ids(texts(List.of("a", "too much")), new int[2], 0);

        assertThat(first).containsExactly(0, 1);
        assertThat(taken).isFalse();
        assertThat(textIds(dictionary, List.of("a", large))).containsExactly(1, 0);
    }

    private static List<String> twice(List<String> texts) {
        List<String> all = new ArrayList<>(texts);
        all.addAll(texts);
        return all;
    }

    private static int[] textIds(ColumnDictionary dictionary, List<String> texts) {
        int[] ids = new int[texts.size()];
        assertThat(dictionary.ids(texts(texts), ids, 0)).isTrue();
        return ids;
    }

    private static PlainValues texts(List<String> texts) {
        ByteSink bytes = new ByteSink(1);
        for (String text : texts) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            bytes.putInt(encoded.length);
            bytes.put(encoded, 0, encoded.length);
        }
        PlainValues values = new PlainValues(TEXT);
        values.set(bytes.bytes(), 0, bytes.size(), texts.size());
        return values;
    }

    private static int[] ids(ColumnDictionary dictionary, PrimitiveType type, ByteSink bytes, int count) {
        PlainValues values = new PlainValues(type);
        values.set(bytes.bytes(), 0, bytes.size(), count);
        int[] ids = new int[count];
        assertThat(dictionary.ids(values, ids, 0)).isTrue();
        return ids;
    }
}
