package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.TableState;
import io.convergence.reconcile.RowSource;
import io.convergence.store.ObjectStat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * L6: whoever holds the published table of a snapshot finds its files, and each row once, until the snapshot expires, while
 * the table is merged, compacted and cleaned up. A failing seed is in the message; {@code -Dconvergence.seed=} runs it alone.
 */
class PinnedReadersTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final long SEEDS = 5;
    private static final int TRANSACTIONS = 14;
    private static final int READS = 2;

    private int merges;
    private int compactions;
    private int readsOfReplaced;
    private int expired;
    private int expiredAndGone;

    @Test
    void l6APinnedTableIsReadWholeUntilItExpires() {
        LongStream seeds = ONE != null ? LongStream.of(ONE) : LongStream.range(0, SEEDS);

        seeds.forEach(seed -> new Schedule(seed).run());

        System.out.printf(
                "%d merges, %d compactions, %d reads of a table that a later merge replaced, %d snapshots expired, %d of them lost files%n",
                merges, compactions, readsOfReplaced, expired, expiredAndGone);
        if (ONE == null) {
            assertThat(merges).isGreaterThan((int) SEEDS * 2);
            assertThat(compactions).isGreaterThanOrEqualTo((int) SEEDS);
            assertThat(readsOfReplaced)
                    .as("reads that clean-up could have broken")
                    .isGreaterThan((int) SEEDS * 5);
            assertThat(expiredAndGone)
                    .as("clean-up deletes what nobody may read")
                    .isGreaterThanOrEqualTo((int) SEEDS);
        }
    }

    /** A reader, and what it must see however late it reads. */
    private record Pinned(
            LedgerSnapshot snapshot,
            LedgerEntry.Merge published,
            RowSource rows,
            SortedMap<Long, SourceHistory.Values> expected) {
        List<ObjectStat> files() {
            return Stream.concat(published.data().stream(), published.state().stream())
                    .map(LedgerFile::stat)
                    .toList();
        }
    }

    private final class Schedule {
        private final long seed;
        private final Random random;
        private final LakeWorld world = new LakeWorld();
        private final SourceHistory history;
        private final List<Pinned> readers = new ArrayList<>();
        private int delivered;

        Schedule(long seed) {
            this.seed = seed;
            // Neighbouring seeds give neighbouring first numbers.
            this.random = new Random(seed * 0x9E3779B97F4A7C15L);
            this.history = new SourceHistory(seed, TRANSACTIONS);
        }

        void run() {
            deliver(3);
            pass(1);
            assertThat(world.merge().state()).as("seed %d", seed).isEqualTo(TableState.PUBLISHED);
            while (delivered < history.files().size()) {
                step();
                read();
            }
            for (int step = 0; step < 8; step++) {
                step();
                read();
            }
        }

        private void step() {
            switch (random.nextInt(7)) {
                case 0 -> deliver(1);
                case 1, 2 -> {
                    deliver(1);
                    merges += world.merge().state() == TableState.PUBLISHED ? 1 : 0;
                }
                case 3 -> compactions += world.compact().outputs().isEmpty() ? 0 : 1;
                case 4 -> cleanUp();
                default -> {
                    pass(4 + random.nextInt(16));
                    cleanUp();
                }
            }
            pin();
        }

        private void deliver(int files) {
            int end = Math.min(delivered + files, history.files().size());
            world.deliver(history.files().subList(delivered, end));
            delivered = end;
        }

        /** Once DMS has been silent for that long, what it wrote last counts as a whole transaction. */
        private void pass(int hours) {
            while (history.isCutAfter(delivered)) {
                deliver(1);
            }
            for (int hour = 0; hour < hours; hour++) {
                world.later();
            }
        }

        private void cleanUp() {
            CleanUp cleanUp = world.process(world.store).cleanUp(CleanUpOptions.defaults());
            cleanUp.execute(cleanUp.plan());
        }

        private void pin() {
            LakeTable table = world.process(world.store);
            LedgerSnapshot snapshot = table.ledger().snapshot();
            snapshot.published()
                    .ifPresent(published -> readers.add(new Pinned(
                            snapshot,
                            published,
                            table.published(),
                            history.rowsBefore(published.complete().orElse(null)))));
        }

        private void read() {
            var now = world.now();
            LedgerEntry.Merge newest = world.ledger().snapshot().published().orElseThrow();
            for (Pinned reader : List.copyOf(readers)) {
                if (now.isAfter(reader.snapshot().expiry())) {
                    readers.remove(reader);
                    expired++;
                    expiredAndGone += reader.files().stream().anyMatch(this::isGone) ? 1 : 0;
                } else {
                    requireFiles(reader);
                }
            }
            // Reading takes longest: some of them, and other ones at each step.
            for (int i = 0; i < READS && !readers.isEmpty(); i++) {
                Pinned reader = readers.get(random.nextInt(readers.size()));
                requireRows(reader);
                readsOfReplaced += reader.published().equals(newest) ? 0 : 1;
            }
        }

        private boolean isGone(ObjectStat file) {
            return world.store.head(file.key()).filter(file::equals).isEmpty();
        }

        private void requireFiles(Pinned reader) {
            assertThat(reader.files())
                    .as("%s: files gone or changed", described(reader))
                    .noneMatch(this::isGone);
        }

        private void requireRows(Pinned reader) {
            assertThat(LakeWorld.rows(reader.rows())).as(described(reader)).isEqualTo(reader.expected());
            assertThat(LakeWorld.rows(world.table(reader.published())))
                    .as("%s: with its bookkeeping", described(reader))
                    .isEqualTo(reader.expected());
        }

        private String described(Pinned reader) {
            return "seed " + seed + ", " + reader.snapshot() + " of "
                    + reader.snapshot().taken() + ", read at " + world.now();
        }
    }
}
