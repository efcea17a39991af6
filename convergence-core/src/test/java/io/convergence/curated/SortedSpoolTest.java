package io.convergence.curated;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.internal.pages.ByteSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortedSpoolTest {
    @TempDir
    private Path temporary;

    /** A key of one bucket, and the number of the row. */
    private record Row(int bucket, byte[] key, int number) {
        private static final Comparator<Row> ORDER =
                Comparator.comparingInt(Row::bucket).thenComparing(Row::key, Arrays::compareUnsigned);

        ByteSink bytes(ByteSink into) {
            StoredRowBytes.begin(into, bucket, key);
            into.putInt(number);
            into.put(new byte[number % 90], 0, number % 90);
            StoredRowBytes.end(into);
            return into;
        }
    }

    @Test
    void rowsComeByBucketAndKeyAndThoseOfAKeyAsTheyWereAddedHoweverManyFilesHoldThem() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (long memory : new long[] {10_000, 200_000, 10_000_000}) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                byte[] key = new byte[random.nextInt(14)];
                random.nextBytes(key);
                if (key.length > 3 && random.nextInt(3) > 0) {
                    // As most keys are, and many of them come again.
                    Arrays.fill(key, 0, key.length - 1, (byte) key.length);
                }
                rows.add(new Row(random.nextInt(4), key, i));
            }
            try (var folder = new SpillFolder(temporary);
                    var spool = new SortedSpool(memory, folder)) {
                var sink = new ByteSink(64);
                rows.forEach(row -> spool.add(row.bytes(sink).bytes(), sink.size()));

                List<Integer> expected =
                        rows.stream().sorted(Row.ORDER).map(Row::number).toList();
                assertThat(numbers(spool))
                        .as("seed %d, memory %d", seed, memory)
                        .isEqualTo(expected);
                assertThat(numbers(spool)).as("again, seed %d", seed).isEqualTo(expected);
                assertThat(spool.spilled()).isEqualTo(memory < 1_000_000);
            }
        }
    }

    @Test
    void aRowThatWasGivenStaysGoodWhenMoreAreAdded() {
        try (var folder = new SpillFolder(temporary);
                var spool = new SortedSpool(4_000, folder)) {
            var sink = new ByteSink(64);
            var first = new Row(0, new byte[] {1}, 7).bytes(sink);
            byte[] expected = Arrays.copyOf(first.bytes(), first.size());
            spool.add(first.bytes(), first.size());
            byte[] given;
            int at;
            try (SortedSpool.Cursor cursor = spool.open()) {
                assertThat(cursor.next()).isTrue();
                given = cursor.row();
                at = cursor.at();
            }

            for (int i = 0; i < 1_000; i++) {
                var more = new Row(0, new byte[] {2}, i).bytes(sink);
                spool.add(more.bytes(), more.size());
            }

            assertThat(spool.spilled()).isTrue();
            assertThat(Arrays.copyOfRange(given, at, at + expected.length)).isEqualTo(expected);
        }
    }

    private static List<Integer> numbers(SortedSpool spool) {
        List<Integer> numbers = new ArrayList<>();
        try (SortedSpool.Cursor cursor = spool.open()) {
            while (cursor.next()) {
                numbers.add(ByteSink.intAt(cursor.row(), ChangeSpool.head(cursor.row(), cursor.at())));
            }
        }
        return numbers;
    }
}
