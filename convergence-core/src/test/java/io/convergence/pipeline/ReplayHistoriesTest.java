package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionOptions;
import io.convergence.merge.MergeCounts.What;
import io.convergence.pipeline.LandingSite.Row;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random tasks that stop and write changes again: from anywhere, with the sequences they had or with new ones, stopped
 * again in the middle, over several files. Few different rows, so that many are equal. Whatever is read must be the log of
 * the source, each change once, at every point, unless the table is held while changes are being written again (rules S3,
 * S13). Compaction and merges come in between (rule S18). Replay one with {@code -Dconvergence.seed=}.
 */
class ReplayHistoriesTest {
    private static final int HISTORIES = Integer.getInteger("convergence.histories", 60);
    private static final long LOW = -9_000_000;

    /** A change of the source's log. Its place among all tables' changes is what counters go by. */
    private record Logged(Row row, long place) {}

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void s3WhatIsReadIsTheLogEachChangeOnce(boolean sequence) {
        Long given = Long.getLong("convergence.seed");
        LongStream seeds = given == null ? LongStream.range(0, HISTORIES) : LongStream.of(given);
        int[] seen = new int[2];
        seeds.forEach(seed -> {
            Story story = new Story(seed, sequence);
            story.tell();
            seen[0] += story.held;
            seen[1] += story.replayed;
        });
        if (given == null) {
            assertThat(seen).as("times held, rows replayed").doesNotContain(0);
        }
    }

    private static final class Story {
        private final String seed;
        private final Random random;
        private final boolean sequence;
        private final LandingSite site = new LandingSite();
        private final List<Logged> log = new ArrayList<>();
        private final Map<String, List<Row>> files = new HashMap<>();
        private double now = 60;
        /** Changes of the log from here on are not written since the last start. */
        private int next;
        /** Changes of the log before this were written at least once. */
        private int written;

        private long place;
        private long counterShift;
        private int held;
        private int replayed;

        Story(long seed, boolean sequence) {
            this.seed = "-Dconvergence.seed=" + seed + (sequence ? " with" : " without") + " sequence";
            this.random = new Random(seed * 0x9E3779B97F4A7C15L);
            this.sequence = sequence;
            if (!sequence) {
                site.shape(RowShape.plain().withTimestampColumn("ts").withBeforeImage("before_", ""));
            }
        }

        void tell() {
            site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
            for (int step = 0; step < 12; step++) {
                transactions();
                if (written > 0 && random.nextInt(3) == 0) {
                    restart();
                }
                flush(random.nextInt(4) == 0 ? 1 + random.nextInt(Math.max(1, log.size() - next)) : log.size() - next);
                look();
            }
            transactions();
            flush(log.size() - next);
            site.later();
            TableResult result = site.merge();
            assertThat(result.state()).as("%s: %s", seed, result).isIn(TableState.PUBLISHED, TableState.UNCHANGED);
            assertThat(site.rows()).as(seed).isEqualTo(state());
            assertThat(effective()).as(seed).isEqualTo(rows(log.size()));
        }

        private void transactions() {
            int count = random.nextInt(4);
            for (int i = 0; i < count; i++) {
                now += 1 + random.nextInt(20);
                int rows = 1 + random.nextInt(3);
                for (int row = 0; row < rows; row++) {
                    place += 4 * (1 + random.nextInt(3));
                    log.add(new Logged(update(now, 1 + random.nextInt(2), random.nextBoolean() ? "a" : "b"), place));
                }
            }
        }

        /** The task begins again where it is in the log, or before that. */
        private void restart() {
            int from = random.nextInt(next + 1);
            while (from > 0 && from < log.size() && sameTransaction(from - 1, from)) {
                from--;
            }
            next = from;
            now += 5;
            if (random.nextBoolean()) {
                long first = from < log.size() ? log.get(from).place() : place;
                counterShift = LOW + 61 - first;
            }
        }

        private boolean sameTransaction(int one, int other) {
            return log.get(one).row().moment().equals(log.get(other).row().moment());
        }

        private void flush(int count) {
            int end = Math.min(log.size(), next + count);
            if (end == next) {
                return;
            }
            // A restart never cuts what was not written before in the middle of a transaction.
            while (end > written && end < log.size() && sameTransaction(end - 1, end)) {
                end++;
            }
            now += 5;
            List<Row> rows = new ArrayList<>();
            for (Logged change : log.subList(next, end)) {
                rows.add(change.row().counter(sequence ? change.place() + counterShift : 0));
            }
            String key = site.changes(now, rows.toArray(Row[]::new));
            files.put(key, rows);
            next = end;
            written = Math.max(written, end);
        }

        private void look() {
            if (random.nextInt(4) == 0) {
                site.lake()
                        .table(ORDERS)
                        .compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
            }
            if (random.nextInt(3) == 0) {
                TableResult result = site.merge(MergeOptions.defaults().declareComplete());
                assertThat(result.state())
                        .as("%s: %s", seed, result)
                        .isIn(TableState.PUBLISHED, TableState.UNCHANGED, TableState.HELD);
                replayed += result.counts()
                        .map(counts -> (int) counts.of(What.REPLAYED))
                        .orElse(0);
                if (result.state() == TableState.PUBLISHED && next >= written) {
                    assertThat(site.rows()).as(seed).isEqualTo(state());
                }
            }
            TableTimeline timeline = timeline();
            if (timeline.state() == TableTimeline.State.HELD) {
                held++;
                assertThat(next)
                        .as("%s: held only while changes are written again", seed)
                        .isLessThan(written);
            } else {
                assertThat(timeline.state())
                        .as("%s: %s", seed, timeline.findings())
                        .isEqualTo(TableTimeline.State.READY);
                assertThat(effective()).as(seed).isEqualTo(rows(written));
            }
        }

        private TableTimeline timeline() {
            return site.lake().table(ORDERS).survey(ProgressListener.none()).timeline();
        }

        private List<Row> effective() {
            List<Row> rows = new ArrayList<>();
            for (PlacedFile file : timeline().files()) {
                if (file.file() instanceof RawFile.Changes) {
                    List<Row> all = Objects.requireNonNull(files.get(file.key()));
                    int from = (int) Math.min(all.size(), file.replayedRows());
                    all.subList(from, all.size()).forEach(row -> rows.add(withoutCounter(row)));
                }
            }
            return rows;
        }

        private List<Row> rows(int end) {
            return log.subList(0, end).stream()
                    .map(change -> withoutCounter(change.row()))
                    .toList();
        }

        private static Row withoutCounter(Row row) {
            return new Row(row.op(), row.id(), row.name(), row.oldId(), row.moment(), null);
        }

        private Map<Long, @Nullable String> state() {
            Map<Long, @Nullable String> state = new TreeMap<>(Map.of(1L, "one", 2L, "two"));
            log.subList(0, written)
                    .forEach(change -> state.put(change.row().id(), change.row().name()));
            return state;
        }
    }
}
