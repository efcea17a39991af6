package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> TIME);
    private final Ledger ledger = Ledger.open(store, "control", TABLE, new Random(1), Ledger.Backoff.none());

    private static RawSource source(String key, String etag, Instant lastModified) {
        return new RawSource(key, new ETag(etag), lastModified, 5, FileEvidence.ofRows(1));
    }

    private static LedgerFile file(String key) {
        return new LedgerFile(key, new ETag("f"), TIME, 10, 1);
    }

    private LedgerEntry.Compaction compaction(LedgerSnapshot base, String output, RawSource... sources) {
        return new LedgerEntry.Compaction(
                ledger.newTransaction(),
                base.slot(),
                List.of(new LedgerEntry.CompactedFile(file(output), List.of(sources))));
    }

    private LedgerEntry.Merge merge(LedgerSnapshot base, String data, RawSource... applied) {
        var schema =
                new TableSchema(TABLE, List.of(Column.required("id", DataType.of(DataType.Kind.INT4))), List.of("id"));
        return new LedgerEntry.Merge(
                ledger.newTransaction(),
                base.slot(),
                schema,
                TIME,
                List.of(applied),
                List.of(file(data)),
                List.of(),
                null);
    }

    private void putSlot(long slot, String text) {
        store.put(
                new LedgerKeys("control", TABLE).slot(slot),
                text.getBytes(StandardCharsets.UTF_8),
                WriteCondition.none());
    }

    @Test
    void aTableWithoutALogHasAnEmptySnapshot() {
        LedgerSnapshot snapshot = ledger.snapshot();

        assertThat(snapshot.slot()).isEqualTo(LedgerSnapshot.NONE);
        assertThat(snapshot.compacted()).isEmpty();
        assertThat(snapshot.published()).isEmpty();
    }

    @Test
    @DisplayName("L1: commits take slots 0, 1, 2 … of one log, one slot each")
    void commitsTakeOneSlotAfterTheOther() {
        LedgerSnapshot first = ledger.commit(compaction(ledger.snapshot(), "out0", source("a", "1", TIME)));
        LedgerSnapshot second = ledger.commit(merge(first, "data0", source("a", "1", TIME)));
        LedgerSnapshot third = ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), second.slot()));

        assertThat(List.of(first.slot(), second.slot(), third.slot())).containsExactly(0L, 1L, 2L);
        assertThat(store.listAll("control/").map(ObjectStat::key))
                .containsExactly(
                        "control/public/orders/log/00000000000000000000.json",
                        "control/public/orders/log/00000000000000000001.json",
                        "control/public/orders/log/00000000000000000002.json");
        assertThat(ledger.entries()).extracting(LedgerEntry::base).containsExactly(-1L, 0L, 1L);
    }

    @Test
    void aSnapshotFoldsAllSlots() {
        RawSource a = source("a", "1", TIME);
        RawSource b = source("b", "2", TIME);
        LedgerSnapshot one = ledger.commit(compaction(ledger.snapshot(), "out0", a));
        LedgerSnapshot two = ledger.commit(merge(one, "old", a));
        LedgerEntry.Merge newest = merge(two, "new", b);
        LedgerSnapshot three = ledger.commit(newest);

        assertThat(three.compacted()).extracting(output -> output.file().key()).containsExactly("out0");
        assertThat(three.compactedSources()).containsExactly(a);
        assertThat(three.appliedSources()).containsExactly(a, b);
        assertThat(three.published()).contains(newest);
        assertThat(two.isApplied(b.stat())).isFalse();
        assertThat(three.isApplied(b.stat())).isTrue();
        assertThat(three.isCompacted(b.stat())).isFalse();
        assertThat(three.known(b.stat())).contains(b);
        assertThat(three)
                .hasToString("table public.orders at slot 2: 1 compacted files of 1 raw files, 2 raw files applied");
    }

    @Test
    @DisplayName("L3: the same key with another ETag or another last-modified second is another object")
    void identityIsKeyETagAndLastModified() {
        LedgerSnapshot snapshot = ledger.commit(compaction(ledger.snapshot(), "out0", source("a", "1", TIME)));

        assertThat(snapshot.isCompacted(ObjectStat.of("a", 5, new ETag("1"), TIME)))
                .isTrue();
        assertThat(snapshot.isCompacted(ObjectStat.of("a", 5, new ETag("1"), TIME.plusMillis(999))))
                .isTrue();
        assertThat(snapshot.isCompacted(ObjectStat.of("a", 5, new ETag("2"), TIME)))
                .isFalse();
        assertThat(snapshot.isCompacted(ObjectStat.of("a", 5, new ETag("1"), TIME.plusSeconds(1))))
                .isFalse();
        assertThat(snapshot.isCompacted(ObjectStat.of("b", 5, new ETag("1"), TIME)))
                .isFalse();
    }

    @Test
    void theSecondCommitOnASlotIsAConflictThatNamesTheWinner() {
        LedgerSnapshot base = ledger.snapshot();
        LedgerEntry.Compaction winner = compaction(base, "out0", source("a", "1", TIME));
        ledger.commit(winner);

        assertThatThrownBy(() -> ledger.commit(compaction(base, "out1", source("a", "1", TIME))))
                .isInstanceOfSatisfying(CommitConflictException.class, e -> {
                    assertThat(e.slot()).isZero();
                    assertThat(e.table()).isEqualTo(TABLE);
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessage(
                        "Cannot commit slot 0 of table public.orders: a compaction (" + winner.transaction()
                                + ") took it first. Nothing of this commit is in the table; take a new snapshot and plan again.");

        assertThat(ledger.entries()).containsExactly(winner);
    }

    @Test
    void theSameEntryCommittedTwiceIsInTheLogOnce() {
        LedgerEntry.Compaction entry = compaction(ledger.snapshot(), "out0", source("a", "1", TIME));
        ledger.commit(entry);

        LedgerSnapshot again = ledger.commit(entry);

        assertThat(again.slot()).isZero();
        assertThat(ledger.entries()).containsExactly(entry);
    }

    @Test
    @DisplayName("L1: writers that race for slots leave one log in which each success is there once and no loss is")
    void racingWritersShareOneHistory() throws Exception {
        int writers = 6;
        int commitsEach = 8;
        var barrier = new CyclicBarrier(writers);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<String> succeeded = new ArrayList<>();
        int conflicts = 0;
        try {
            List<Callable<Outcome>> tasks = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int seed = writer;
                tasks.add(() -> {
                    Ledger own = Ledger.open(store, "control", TABLE, new Random(1000 + seed), Ledger.Backoff.none());
                    List<String> in = new ArrayList<>();
                    int lost = 0;
                    barrier.await();
                    while (in.size() < commitsEach) {
                        var fence = new LedgerEntry.Fence(
                                own.newTransaction(), own.snapshot().slot());
                        try {
                            own.commit(fence);
                            in.add(fence.transaction());
                        } catch (CommitConflictException e) {
                            lost++;
                        }
                    }
                    return new Outcome(in, lost);
                });
            }
            for (Future<Outcome> outcome : threads.invokeAll(tasks)) {
                succeeded.addAll(outcome.get().succeeded());
                conflicts += outcome.get().conflicts();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(conflicts).as("a race without a conflict shows nothing").isPositive();
        assertThat(ledger.entries())
                .extracting(LedgerEntry::transaction)
                .hasSize(writers * commitsEach)
                .containsExactlyInAnyOrderElementsOf(succeeded);
    }

    private record Outcome(List<String> succeeded, int conflicts) {}

    @Test
    void aMissingSlotIsFound() {
        LedgerSnapshot snapshot = ledger.snapshot();
        for (int i = 0; i < 3; i++) {
            snapshot = ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), snapshot.slot()));
        }
        store.delete("control/public/orders/log/00000000000000000001.json");

        assertThatThrownBy(ledger::snapshot)
                .isInstanceOf(LedgerException.class)
                .hasMessage("Cannot read the log of table public.orders: slot 1 is missing before"
                        + " 'control/public/orders/log/00000000000000000002.json'. Slots are never deleted by Convergence;"
                        + " restore 'control/public/orders/log/00000000000000000001.json'.");
    }

    @Test
    void aSlotCopiedToAnotherNumberIsFound() {
        LedgerSnapshot first = ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), -1));
        assertThat(first.slot()).isZero();
        byte[] copy = store.get("control/public/orders/log/00000000000000000000.json")
                .orElseThrow()
                .content();
        store.put("control/public/orders/log/00000000000000000001.json", copy, WriteCondition.ifAbsent());

        assertThatThrownBy(ledger::snapshot)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(
                        "'control/public/orders/log/00000000000000000001.json': it was planned on slot -1, so it belongs to slot 0");
    }

    @Test
    void anUnreadableSlotIsNamed() {
        putSlot(0, "{\"format\": 1,");

        assertThatThrownBy(ledger::snapshot)
                .isInstanceOfSatisfying(
                        LedgerException.class, e -> assertThat(e.retryable()).isFalse())
                .hasMessageContaining("'control/public/orders/log/00000000000000000000.json'");
    }

    @Test
    void aSlotOfANewerFormatStopsReadersAndWriters() {
        putSlot(0, "{\"format\": 2}");

        assertThatThrownBy(ledger::snapshot).isInstanceOf(LedgerException.class).hasMessageContaining("format 2");
        assertThatThrownBy(() -> ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), LedgerSnapshot.NONE)))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("format 2");
    }

    @Test
    void otherObjectsBesideTheSlotsAreNotRead() {
        store.put("control/public/orders/log/notes.txt", new byte[] {1}, WriteCondition.ifAbsent());

        LedgerSnapshot snapshot = ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), LedgerSnapshot.NONE));

        assertThat(snapshot.slot()).isZero();
    }

    @Test
    void aRawFileThatTwoCompactionsClaimIsFound() {
        LedgerSnapshot first = ledger.commit(compaction(ledger.snapshot(), "out0", source("a", "1", TIME)));
        LedgerEntry.Compaction second = compaction(first, "out1", source("a", "1", TIME));

        assertThatThrownBy(() -> ledger.commit(second))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("raw file 'a' was compacted twice");
    }

    @Test
    void tablesDoNotShareALog() {
        Ledger other =
                Ledger.open(store, "control", TableId.of("public", "orders2"), new Random(2), Ledger.Backoff.none());
        ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), LedgerSnapshot.NONE));

        assertThat(other.snapshot().slot()).isEqualTo(LedgerSnapshot.NONE);
    }

    @Test
    void aCommitOnNoSnapshotsSlotIsRefused() {
        assertThatThrownBy(() -> ledger.commit(new LedgerEntry.Fence("t", -2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot commit on slot -2 of table public.orders: plan on a snapshot of its ledger.");
    }
}
