package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-01T02:00:00Z");
    private static final long MB = 1024 * 1024;

    private final List<TimelineFile> files = new ArrayList<>();
    private final Ledger ledger =
            Ledger.open(new InMemoryObjectStore(() -> NOW), "control", TABLE, new Random(1), Ledger.Backoff.none());

    private CompactionPlanTest load(int number, long bytes) {
        ObjectStat stat = ObjectStat.of(
                "raw/LOAD0000000" + number + ".parquet", bytes, new ETag("l" + number), START.plusSeconds(number));
        return add(new RawFile.Load(TABLE, stat, RawFormat.PARQUET, "", number));
    }

    private CompactionPlanTest cdc(int minute, long bytes) {
        return cdc(minute, bytes, RawFormat.PARQUET);
    }

    private CompactionPlanTest cdc(int minute, long bytes, RawFormat format) {
        Instant instant = START.plus(Duration.ofMinutes(minute));
        return add(new RawFile.Cdc(TABLE, stat(minute, bytes), format, instant));
    }

    private static ObjectStat stat(int minute, long bytes) {
        return ObjectStat.of(
                "raw/change-" + minute,
                bytes,
                new ETag("c" + minute),
                START.plus(Duration.ofMinutes(minute)).plusSeconds(1));
    }

    private CompactionPlanTest add(RawFile file) {
        files.add(new TimelineFile(file, FileEvidence.ofRows(10)));
        return this;
    }

    private CompactionPlan plan(CompactionOptions options) {
        return plan(options, ledger.snapshot());
    }

    private CompactionPlan plan(CompactionOptions options, LedgerSnapshot snapshot) {
        TableTimeline timeline =
                TableTimeline.of(TABLE, files, TimelineOptions.defaults().withDeclaredLoadStart(START));
        return CompactionPlan.of(timeline, snapshot, options, NOW);
    }

    private static List<List<String>> groups(CompactionPlan plan) {
        return plan.groups().stream()
                .map(group -> group.sources().stream()
                        .map(source -> source.key().substring("raw/".length()))
                        .toList())
                .toList();
    }

    private static List<String> keys(List<CompactionPlan.Skipped> skipped) {
        return skipped.stream()
                .map(one -> one.file().key().substring("raw/".length()))
                .toList();
    }

    @Test
    void thePlanPrintsWhatHappensToEveryFile() {
        load(1, 3 * MB).load(2, 2 * MB);
        cdc(5, 100 * MB)
                .cdc(6, 100 * MB)
                .cdc(7, 100 * MB)
                .cdc(8, 200 * MB)
                .cdc(9, 1024)
                .cdc(10, 1024, RawFormat.CSV);
        cdc(20, 1024).cdc(119, 2048);
        LedgerSnapshot snapshot = ledger.commit(new LedgerEntry.Compaction(
                "t",
                LedgerSnapshot.NONE,
                List.of(new LedgerEntry.CompactedFile(
                        new LedgerFile("out", new ETag("o"), NOW, 1, 10),
                        List.of(RawSource.of(stat(20, 1024), FileEvidence.ofRows(10)))))));

        CompactionPlan plan = plan(CompactionOptions.defaults(), snapshot);

        assertThat(plan).hasToString("""
                Compaction of table public.orders on slot 0, files of 256.0 MB
                LOAD: 2 files, 20 rows, 5.0 MB -> about 1 file
                  raw/LOAD00000001.parquet: 10 rows, 3.0 MB
                  raw/LOAD00000002.parquet: 10 rows, 2.0 MB
                CDC: 3 files, 30 rows, 300.0 MB -> about 1 file
                  raw/change-5: 10 rows, 100.0 MB
                  raw/change-6: 10 rows, 100.0 MB
                  raw/change-7: 10 rows, 100.0 MB
                Waiting: 1 file
                  raw/change-119: it was stored 2026-01-01T01:59:01Z and settles at 2026-01-01T02:09:01Z
                Left as they are: 3 files
                  raw/change-8: it has at least 128.0 MB already
                  raw/change-9: it has no neighbour to be joined with
                  raw/change-10: it is CSV, and the types of its columns are not declared
                Compacted already: 1 file
                """);
        assertThat(plan.rows()).isEqualTo(50);
        assertThat(plan.bytes()).isEqualTo(305 * MB);
    }

    @Test
    void anEmptyTableHasNothingToCompact() {
        CompactionPlan plan = plan(CompactionOptions.defaults());

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan).hasToString("""
                Compaction of table public.orders without a ledger yet, files of 256.0 MB
                Nothing to compact
                """);
    }

    @Test
    void fullLoadAndChangesNeverShareAnOutput() {
        load(1, 1).load(2, 1).cdc(5, 1).cdc(6, 1);

        assertThat(groups(plan(CompactionOptions.defaults())))
                .containsExactly(
                        List.of("LOAD00000001.parquet", "LOAD00000002.parquet"), List.of("change-5", "change-6"));
    }

    @Test
    void aFileThatStaysRawEndsAGroupSoThatOutputsStayInOrder() {
        cdc(5, 1).cdc(6, 1).cdc(7, 300 * MB).cdc(8, 1).cdc(9, 1);

        assertThat(groups(plan(CompactionOptions.defaults())))
                .containsExactly(List.of("change-5", "change-6"), List.of("change-8", "change-9"));
    }

    @Test
    void filesAreYoungUntilTheSettleTimeHasPassedUnlessDeclaredSettled() {
        cdc(5, 1).cdc(6, 1).cdc(109, 1).cdc(110, 1).cdc(119, 1);

        CompactionPlan waiting = plan(CompactionOptions.defaults());
        CompactionPlan settled = plan(CompactionOptions.builder().settled().build());

        assertThat(groups(waiting)).containsExactly(List.of("change-5", "change-6", "change-109"));
        assertThat(keys(waiting.waiting())).containsExactly("change-110", "change-119");
        assertThat(groups(settled))
                .containsExactly(List.of("change-5", "change-6", "change-109", "change-110", "change-119"));
        assertThat(settled.waiting()).isEmpty();
    }

    @Test
    void aTailBelowTheBandWaitsOnlyIfAskedTo() {
        var waits =
                CompactionOptions.builder().tail(CompactionOptions.Tail.WAIT).build();
        cdc(5, 100 * MB).cdc(6, 100 * MB).cdc(7, 100 * MB).cdc(8, 10 * MB).cdc(9, 10 * MB);

        assertThat(groups(plan(CompactionOptions.defaults())).get(0)).hasSize(5);
        assertThat(groups(plan(waits))).containsExactly(List.of("change-5", "change-6", "change-7"));
        assertThat(keys(plan(waits).waiting())).containsExactly("change-8", "change-9");
    }

    @Test
    void leftoversAndChangesOlderThanTheLoadAreLeftAlone() {
        ObjectStat old = ObjectStat.of("raw/LOAD00000003.parquet", 1, new ETag("old"), START.minusSeconds(3600));
        load(1, 1).load(2, 1);
        files.add(new TimelineFile(new RawFile.Load(TABLE, old, RawFormat.PARQUET, "", 3), FileEvidence.ofRows(1)));
        cdc(-5, 1).cdc(-4, 1).cdc(5, 1).cdc(6, 1);

        CompactionPlan plan = plan(CompactionOptions.defaults());

        assertThat(groups(plan))
                .containsExactly(
                        List.of("LOAD00000001.parquet", "LOAD00000002.parquet"), List.of("change-5", "change-6"));
        assertThat(plan.untouched())
                .extracting(skipped -> skipped.file().key() + ": " + skipped.reason())
                .containsExactly(
                        "raw/LOAD00000003.parquet: an earlier load left it behind",
                        "raw/change--5: it is older than the load",
                        "raw/change--4: it is older than the load");
    }

    @Test
    void aScaledDownTargetScalesTheBand() {
        var small = CompactionOptions.builder()
                .targetSize(DataSize.ofKilobytes(100))
                .build();

        assertThat(small.smallestOfBand()).isEqualTo(DataSize.ofKilobytes(50));
        assertThat(small.largestOfBand()).isEqualTo(DataSize.ofKilobytes(200));
        assertThat(CompactionOptions.defaults().smallestOfBand()).isEqualTo(DataSize.ofMegabytes(128));
        assertThat(CompactionOptions.defaults().largestOfBand()).isEqualTo(DataSize.ofMegabytes(512));
        assertThat(small.toBuilder().build()).isEqualTo(small);
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> CompactionOptions.builder()
                        .targetSize(DataSize.ofBytes(1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot compact to files of 1 B: give at least 2 bytes.");
        assertThatThrownBy(() -> CompactionOptions.builder()
                        .settleTime(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CompactionOptions.builder().rowGroupRows(0).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimelineOfAnotherTableIsRefused() {
        Ledger other = Ledger.open(
                new InMemoryObjectStore(() -> NOW),
                "control",
                TableId.of("public", "other"),
                new Random(1),
                Ledger.Backoff.none());

        assertThatThrownBy(() -> plan(CompactionOptions.defaults(), other.snapshot()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot plan a compaction of table public.orders on the ledger of table public.other.");
    }
}
