package io.convergence.ledger;

import static io.convergence.ledger.Entries.ORDERS;
import static io.convergence.ledger.Entries.compaction;
import static io.convergence.ledger.Entries.merge;
import static io.convergence.ledger.Entries.raw;
import static io.convergence.ledger.Entries.replacing;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerTest {
    private static final String LOG = "control/public/orders/log/";

    private final InMemoryObjectStore store =
            new InMemoryObjectStore(InstantSource.fixed(Instant.parse("2024-06-12T11:00:00Z")));
    private final Ledger ledger = open(ORDERS);

    @Test
    void tableWithoutALogIsEmptyAndItsFirstCommitTakesSlotZero() {
        LedgerSnapshot empty = ledger.snapshot();

        LedgerSnapshot after = ledger.commit(compaction("t0", empty.slot(), raw("a")));

        assertThat(empty.slot()).isEqualTo(LedgerSnapshot.NONE);
        assertThat(empty.published()).isEmpty();
        assertThat(after.slot()).isZero();
        assertThat(store.listAll(LOG).map(ObjectStat::key)).containsExactly(LOG + "00000000000000000000.json");
    }

    @Test
    void aSnapshotFoldsAllSlots() {
        LedgerEntry.Merge second = merge("t2", 1, raw("b"), raw("c"));
        ledger.commit(merge("t0", -1, raw("a")));
        ledger.commit(compaction("t1", 0, raw("a"), raw("b")));
        LedgerSnapshot committed = ledger.commit(second);

        LedgerSnapshot read = open(ORDERS).snapshot();

        assertThat(read.slot()).isEqualTo(2);
        assertThat(read.published()).contains(second);
        assertThat(read.compacted()).extracting(output -> output.file().key()).containsExactly("compacted/t1.parquet");
        assertThat(read.compactedSources()).containsExactly(Entries.source(raw("a")), Entries.source(raw("b")));
        assertThat(read.appliedSources())
                .containsExactly(Entries.source(raw("a")), Entries.source(raw("b")), Entries.source(raw("c")));
        assertThat(read.isCompacted(raw("c"))).isFalse();
        assertThat(read.isApplied(raw("c"))).isTrue();
        assertThat(committed).hasToString(read.toString());
    }

    @Test
    void aSnapshotStaysWhatItWasWhenTheLogGrows() {
        LedgerSnapshot before = ledger.commit(compaction("t0", -1, raw("a")));

        ledger.commit(compaction("t1", 0, raw("b")));

        assertThat(before.slot()).isZero();
        assertThat(before.compacted()).hasSize(1);
        assertThat(before.isCompacted(raw("b"))).isFalse();
    }

    @Test
    void whatAnotherProcessCommittedIsSeen() {
        Ledger other = open(ORDERS);
        ledger.snapshot();
        other.commit(compaction("t0", -1, raw("a")));
        ledger.commit(compaction("t1", 0, raw("b")));
        other.commit(compaction("t2", 1, raw("c")));

        assertThat(ledger.snapshot().compacted()).hasSize(3);
        assertThat(other.entries()).isEqualTo(ledger.entries()).hasSize(3);
    }

    @Test
    void planOnAnOldSnapshotLosesItsSlotAndChangesNothing() {
        ledger.commit(compaction("winner", -1, raw("a")));

        assertThatThrownBy(() -> open(ORDERS).commit(merge("loser", -1, raw("b"))))
                .isInstanceOfSatisfying(CommitConflictException.class, e -> {
                    assertThat(e.slot()).isZero();
                    assertThat(e.table()).isEqualTo(ORDERS);
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessage("Cannot commit slot 0 of table public.orders: a compaction (winner) took it first."
                        + " Nothing of this commit is in the table; take a new snapshot and plan again.");
        assertThat(ledger.snapshot().published()).isEmpty();
        assertThat(ledger.entries()).hasSize(1);
    }

    @Test
    void theSameCommitAgainIsTheSameCommit() {
        LedgerEntry.Compaction entry = compaction("t0", -1, raw("a"));
        ledger.commit(entry);
        ledger.commit(compaction("t1", 0, raw("b")));

        LedgerSnapshot again = open(ORDERS).commit(entry);

        assertThat(again.slot()).isZero();
        assertThat(ledger.entries()).hasSize(2);
    }

    @Test
    void anotherCommitUnderTheSameTransactionIsAConflict() {
        ledger.commit(compaction("t0", -1, raw("a")));

        assertThatThrownBy(() -> ledger.commit(compaction("t0", -1, raw("b"))))
                .isInstanceOf(CommitConflictException.class);
    }

    @Test
    void fenceTakesTheSlotOfEveryCommitPlannedBeforeIt() {
        LedgerSnapshot planned = ledger.snapshot();
        ledger.commit(new LedgerEntry.Fence("fence", planned.slot()));

        assertThatThrownBy(() -> ledger.commit(compaction("late", planned.slot(), raw("a"))))
                .isInstanceOf(CommitConflictException.class)
                .hasMessageContaining("a clean-up (fence)");
    }

    @Test
    void commitBeyondTheLogsEndIsRefusedSoThatNoGapArises() {
        assertThatThrownBy(() -> ledger.commit(compaction("t", 3, raw("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("after slot 3: the log has 0 slots");
        assertThatThrownBy(() -> ledger.commit(compaction("t", -2, raw("a"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.listAll("")).isEmpty();
    }

    @Test
    void aRawFileIsCompactedAtMostOnce() {
        ledger.commit(compaction("t0", -1, raw("a"), raw("b")));

        assertThatThrownBy(() -> ledger.commit(compaction("t1", 0, raw("b"), raw("c"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("raw file 'raw/public/orders/b' was compacted twice");
        assertThatThrownBy(() -> ledger.commit(compaction("t1", 0, raw("c"), raw("c"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ledger.commit(compaction("t0", 0, raw("c"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("compacted file 'compacted/t0.parquet' was committed twice");
        assertThat(ledger.entries()).hasSize(1);
    }

    @Test
    void aLogThatCompactsARawFileTwiceIsNotRead() {
        put(0, LedgerJson.write(compaction("t0", -1, raw("a"))));
        put(1, LedgerJson.write(compaction("t1", 0, raw("a"))));

        assertThatThrownBy(ledger::snapshot)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("'raw/public/orders/a' was compacted twice, the second time by t1");
    }

    /** I2: an append-only log would have its changes twice. */
    @Test
    void aRawFileIsAppliedToALoadAtMostOnce() {
        ledger.commit(merge("t0", -1, raw("a")));

        assertRefused(
                merge("t1", 0, raw("a"), raw("b")),
                "raw file 'raw/public/orders/a' was applied twice to the load of 2024-06-12T10:00:00Z, the second time by t1");
        assertRefused(merge("t1", 0, raw("b"), raw("b")), "raw file 'raw/public/orders/b' was applied twice");
        put(1, LedgerJson.write(merge("t1", 0, raw("a"))));
        assertThatThrownBy(open(ORDERS)::snapshot)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("'raw/public/orders/a' was applied twice");
    }

    /** L2, L7: where a listing may be resumed. */
    @Test
    void l7TheGreatestKnownKeyOfEachFolderIsTold() {
        ledger.commit(compaction("t0", -1, raw("20240612/a"), raw("20240612/b"), raw("20240613/a")));
        LedgerSnapshot after = ledger.commit(merge("t1", 0, raw("20240613/c")));

        assertThat(after.highWaterMarks())
                .isEqualTo(Map.of(
                        "raw/public/orders/20240612/", raw("20240612/b").key(),
                        "raw/public/orders/20240613/", raw("20240613/c").key()));
    }

    @Test
    void theTablesWithALogAreFound() {
        open(TableId.of("Sales & more", "50% off")).commit(compaction("t0", -1, raw("a")));
        ledger.commit(compaction("t0", -1, raw("a")));
        store.put("control/strange/folder/x", new byte[1], WriteCondition.none());
        store.put("control/strange/a%2/log/x", new byte[1], WriteCondition.none());

        assertThat(Ledger.tables(store, "control")).containsExactly(TableId.of("Sales & more", "50% off"), ORDERS);
    }

    @Test
    void compactionGoesOnByReplacingCompactedFiles() {
        LedgerSnapshot first = ledger.commit(compaction("t0", -1, raw("a"), raw("b")));
        ledger.commit(compaction("t1", 0, raw("c")));
        LedgerFile replaced = first.compacted().get(0).file();

        LedgerSnapshot after = ledger.commit(replacing("t2", 1, List.of(replaced), raw("a"), raw("b"), raw("d")));

        assertThat(after.compacted())
                .extracting(output -> output.file().key())
                .containsExactly("compacted/t1.parquet", "compacted/t2.parquet");
        assertThat(after.compactedSources())
                .extracting(RawSource::key)
                .containsExactlyInAnyOrder(raw("a").key(), raw("b").key(), raw("c").key(), raw("d").key());
        assertThat(open(ORDERS).snapshot()).hasToString(after.toString());
        assertThat(first.compacted()).hasSize(1);
    }

    /** I2: a raw source is in exactly one live compacted file, at every slot. */
    @Test
    void aReplacementThatWouldLoseOrDoubleARawFileIsRefused() {
        LedgerFile live = ledger.commit(compaction("t0", -1, raw("a"), raw("b")))
                .compacted()
                .get(0)
                .file();
        LedgerFile another = Entries.file("compacted/another.parquet", 1);
        var sameKey = new LedgerFile(live.key(), new ETag("other"), live.lastModified(), live.size(), live.rows());

        assertRefused(
                replacing("t1", 0, List.of(live), raw("a"), raw("c")),
                "raw file 'raw/public/orders/b' of compacted file 'compacted/t0.parquet', which t1 replaces, is in none of its outputs");
        assertRefused(
                replacing("t1", 0, List.of(live), raw("a"), raw("b"), raw("b")),
                "raw file 'raw/public/orders/b' was compacted twice");
        assertRefused(
                replacing("t1", 0, List.of(another), raw("c")),
                "compacted file 'compacted/another.parquet' is replaced by t1 but is not live");
        assertRefused(
                replacing("t1", 0, List.of(sameKey), raw("a"), raw("b")),
                "compacted file 'compacted/t0.parquet' is replaced by t1 but is not live");
        assertRefused(
                replacing("t1", 0, List.of(live, live), raw("a"), raw("b")),
                "compacted file 'compacted/t0.parquet' is replaced by t1 but is not live");
        assertRefused(
                replacing("t0", 0, List.of(live), raw("a"), raw("b")),
                "compacted file 'compacted/t0.parquet' was committed twice");
        assertThat(ledger.entries()).hasSize(1);
    }

    private void assertRefused(LedgerEntry entry, String why) {
        assertThatThrownBy(() -> ledger.commit(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    /** L1: one log per table, and one slot for all of its files. */
    @Test
    void l1TablesHaveLogsOfTheirOwn() {
        Ledger lines = open(TableId.of("public", "order_lines"));
        ledger.commit(compaction("t0", -1, raw("a")));

        LedgerSnapshot other = lines.commit(merge("t0", -1, raw("x")));

        assertThat(other.slot()).isZero();
        assertThat(other.compacted()).isEmpty();
        assertThat(ledger.snapshot().published()).isEmpty();
        assertThat(lines.logPrefix()).isEqualTo("control/public/order_lines/log/");
    }

    /** L1: however many files a commit names, all appear at once or none. */
    @Test
    void l1ACommitOfManyFilesIsOneSlot() {
        ObjectStat[] sources = IntStream.range(0, 500)
                .mapToObj(i -> raw("2024/06/" + i + ".parquet"))
                .toArray(ObjectStat[]::new);

        LedgerSnapshot after = ledger.commit(compaction("t0", -1, sources));

        assertThat(after.compactedSources()).hasSize(500);
        assertThat(store.listAll(LOG)).hasSize(1);
    }

    /** L3: key, ETag and last-modified time together are a raw object's identity. */
    @ParameterizedTest
    @CsvSource({
        "a, e-a, 2024-06-12T10:31:25Z, true",
        "a, e-a, 2024-06-12T10:31:25.900Z, true",
        "a, e-a, 2024-06-12T10:31:26Z, false",
        "a, other, 2024-06-12T10:31:25Z, false",
        "b, e-a, 2024-06-12T10:31:25Z, false"
    })
    void l3ARawObjectIsKnownByKeyEtagAndSecond(String name, String etag, Instant lastModified, boolean same) {
        LedgerSnapshot snapshot = ledger.commit(compaction("t0", -1, raw("a")));

        ObjectStat listed = ObjectStat.of("raw/public/orders/" + name, 1000, new ETag(etag), lastModified);

        assertThat(snapshot.isCompacted(listed)).isEqualTo(same);
        assertThat(snapshot.known(listed).isPresent()).isEqualTo(same);
        assertThat(Entries.source(raw("a")).same(listed)).isEqualTo(same);
    }

    /** L3: a reload writes other rows under the same key. */
    @Test
    void l3ARewrittenRawFileIsAnotherObjectAndSaidToBeRewritten() {
        ObjectStat first = raw("LOAD00000001.parquet");
        ObjectStat reloaded = ObjectStat.of(
                first.key(), first.size(), first.etag(), first.lastModified().plusSeconds(3600));
        LedgerSnapshot snapshot = ledger.commit(merge("t0", -1, first));

        LedgerSnapshot after = ledger.commit(compaction("t1", 0, reloaded));

        assertThat(snapshot.isApplied(reloaded)).isFalse();
        assertThat(snapshot.rewritten(reloaded)).contains(Entries.source(first));
        assertThat(snapshot.rewritten(first)).isEmpty();
        assertThat(snapshot.rewritten(raw("new"))).isEmpty();
        assertThat(after.isCompacted(reloaded)).isTrue();
        assertThat(after.isApplied(reloaded)).isFalse();
        assertThat(after.isCompacted(first)).isFalse();
        assertThat(after.rewritten(reloaded)).isEmpty();
    }

    @Test
    void aMissingSlotIsNamed() {
        for (int i = 0; i < 3; i++) {
            ledger.commit(compaction("t" + i, i - 1, raw("r" + i)));
        }
        store.delete(LOG + "00000000000000000001.json");

        assertThatThrownBy(() -> open(ORDERS).snapshot())
                .isInstanceOf(LedgerException.class)
                .hasMessage("Cannot read the log of table public.orders: slot 1 is missing before '" + LOG
                        + "00000000000000000002.json'. Slots are never deleted by Convergence; restore '" + LOG
                        + "00000000000000000001.json'.");
    }

    @Test
    void aLogReplacedBehindItsBackIsReadAnew() {
        ledger.commit(compaction("old0", -1, raw("a")));
        ledger.commit(compaction("old1", 0, raw("b")));
        store.delete(LOG + "00000000000000000000.json");
        store.delete(LOG + "00000000000000000001.json");
        put(0, LedgerJson.write(compaction("new0", -1, raw("c"))));

        List<LedgerEntry> entries = ledger.entries();

        assertThat(entries).extracting(LedgerEntry::transaction).containsExactly("new0");
    }

    @Test
    void objectsThatAreNoSlotsAreIgnored() {
        ledger.commit(compaction("t0", -1, raw("a")));
        store.put(LOG + "00000000000000000001.json.bak", new byte[1], WriteCondition.none());
        store.put(LOG + "0000000000000000000x.json", new byte[1], WriteCondition.none());
        store.put(LOG + "checkpoint", new byte[1], WriteCondition.none());

        assertThat(open(ORDERS).entries()).hasSize(1);
    }

    @Test
    void aSlotCopiedToAnotherNumberIsRefused() {
        put(0, LedgerJson.write(compaction("t5", 4, raw("a"))));

        assertThatThrownBy(ledger::snapshot)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("it was planned on slot 4, so it belongs to slot 5");
    }

    @Test
    void transactionsAreRandomAndFollowTheInjectedSource() {
        Ledger same = open(ORDERS);

        String first = ledger.newTransaction();

        assertThat(first).matches("[0-9a-f]{32}").isEqualTo(same.newTransaction());
        assertThat(ledger.newTransaction()).isNotEqualTo(first);
    }

    private Ledger open(TableId table) {
        return Ledger.open(store, "control", table, new Random(42), Ledger.Backoff.none());
    }

    private void put(long slot, String text) {
        store.put(String.format("%s%020d.json", LOG, slot), text.getBytes(UTF_8), WriteCondition.none());
    }
}
