package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.ledger.LedgerFile;
import io.convergence.pipeline.LandingSite.Row;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sizes of a snapshot's data files, with the target lowered. {@code -Dconvergence.seed=} takes one seed. */
class SnapshotSizesTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int RUNS = 4;
    private static final DataSize TARGET = DataSize.ofKilobytes(32);
    private static final int TEXT = 120;
    private static final MergeOptions OPTIONS = MergeOptions.defaults()
            .declareComplete()
            .snapshot(MergeOptions.defaults().snapshot().withTargetSize(TARGET));

    private int several;

    /** Hardly compressed by any codec, so that the raw files tell how large the table becomes. */
    private static String text(Random random) {
        var text = new StringBuilder(TEXT);
        for (int i = 0; i < TEXT; i++) {
            text.append((char) (33 + random.nextInt(94)));
        }
        return text.toString();
    }

    @Test
    void dataFilesLieBetweenHalfAndTwiceTheTargetWheneverTheDataSuffice() {
        for (long seed = ONE == null ? 1 : ONE; seed <= (ONE == null ? RUNS : ONE); seed++) {
            grow(seed);
        }

        assertThat(several).as("states of several files").isGreaterThan(ONE == null ? 2 * RUNS : -1);
    }

    /** A load, then changes that make the table grow, up to more than double. */
    private void grow(long seed) {
        var random = new Random(seed);
        var site = new LandingSite();
        int count = 100 + random.nextInt(1000);
        Row[] load = new Row[count];
        for (int i = 0; i < count; i++) {
            load[i] = loaded(-1, i, text(random));
        }
        site.load(0, 1, load);
        check(site, seed);
        for (int round = 1; round <= 3; round++) {
            double second = 10_000 * round;
            Row[] changes = new Row[1 + random.nextInt(count)];
            for (int i = 0; i < changes.length; i++) {
                changes[i] = random.nextInt(3) == 0
                        ? update(second, random.nextInt(count), text(random))
                        : insert(second, count++, text(random));
            }
            site.changes(second + 10, changes);
            check(site, seed);
        }
    }

    private void check(LandingSite site, long seed) {
        TableResult result = site.later().merge(OPTIONS);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        List<Long> sizes = site.lake().table(ORDERS).ledger().snapshot().published().orElseThrow().data().stream()
                .map(LedgerFile::size)
                .toList();
        several += sizes.size() > 1 ? 1 : 0;
        if (sizes.stream().mapToLong(Long::longValue).sum() < TARGET.bytes() / 2) {
            assertThat(sizes).as("-Dconvergence.seed=%d", seed).hasSize(1);
        } else {
            assertThat(sizes)
                    .as("-Dconvergence.seed=%d, %d rows", seed, result.rows())
                    .allMatch(size -> size >= TARGET.bytes() / 2 && size <= TARGET.bytes() * 2);
        }
    }
}
