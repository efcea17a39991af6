package io.convergence.ledger;

import static io.convergence.ledger.Entries.ORDERS;
import static io.convergence.ledger.Entries.compaction;
import static io.convergence.ledger.Entries.merge;
import static io.convergence.ledger.Entries.raw;
import static io.convergence.ledger.Entries.replacing;
import static io.convergence.ledger.Entries.source;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** L2: checkpoints save time and never decide anything. */
class CheckpointTest {
    private static final String CHECKPOINTS = "control/public/orders/checkpoints/";
    private static final int EVERY = 4;

    private final InMemoryObjectStore store =
            new InMemoryObjectStore(InstantSource.fixed(Instant.parse("2024-06-12T11:00:00Z")));
    private final Ledger ledger = open();

    /** Twelve slots with every kind of entry, and one that vouches for the newest checkpoint; checkpoints at 3, 7 and 11. */
    @BeforeEach
    void writeALog() {
        ledger.commit(compaction("t0", -1, raw("a"), raw("b")));
        ledger.commit(merge("t1", 0, raw("a"), raw("b")));
        LedgerFile first = ledger.snapshot().compacted().get(0).file();
        ledger.commit(replacing("t2", 1, List.of(first), raw("a"), raw("b"), raw("c")));
        ledger.commit(new LedgerEntry.Suspect("t3", 2, "gone", null, List.of(source(raw("x")))));
        ledger.commit(reload("t4", 3, raw("a")));
        ledger.commit(new LedgerEntry.Suspect("t5", 4, "gone again", Instant.EPOCH, List.of(source(raw("y"))), 4L));
        ledger.commit(new LedgerEntry.Undo("t6", 5, 4));
        ledger.commit(new LedgerEntry.Declared("t7", 6, LedgerEntry.Declared.Kind.TRUNCATED, "by hand", List.of(5L)));
        ledger.commit(new LedgerEntry.Retirement("t8", 7, List.of(source(raw("a")))));
        ledger.commit(new LedgerEntry.Fence("t9", 8, 2));
        ledger.commit(reload("t10", 9, raw("c")));
        ledger.commit(compaction("t11", 10, raw("d")));
        ledger.commit(new LedgerEntry.Fence("t12", 11));
    }

    @Test
    void l2EveryNthSlotHasACheckpointNewestFirst() {
        assertThat(store.listAll(CHECKPOINTS).map(ObjectStat::key)).containsExactly(key(11), key(7), key(3));
        assertThat(key(11)).isEqualTo(CHECKPOINTS + "09223372036854775796.json.gz");
    }

    /** L2: a pure function of the slots it covers. */
    @Test
    void l2WhatACheckpointSaysIsWhatItsSlotsSay() {
        for (int slot = 3; slot < 12; slot += EVERY) {
            LogReader.Reading fromSlots = withoutCheckpoints(slot);
            ETag etag = fromSlots.etag();
            assertThat(etag).isNotNull();

            String text = CheckpointJson.write(fromSlots.state(), etag);

            LogState read = CheckpointJson.read(ORDERS, text).state();
            assertThat(CheckpointJson.write(read, etag)).isEqualTo(text);
            assertThat(read.ddls).isEqualTo(fromSlots.state().ddls);
            assertThat(Checkpoints.digest(fromSlots.state(), etag)).isEqualTo(storedDigest(slot));
        }
    }

    /** L2: going on from a checkpoint comes to the same as going on from the first slot. */
    @Test
    void l2ReadingOnFromAnyCheckpointEndsInTheSameState() {
        LogReader.Reading whole = withoutCheckpoints(12);

        LedgerSnapshot newest = open().snapshot();
        store.delete(key(11));
        LedgerSnapshot second = open().snapshot();
        store.delete(key(7));
        LedgerSnapshot oldest = open().snapshot();

        for (LedgerSnapshot snapshot : List.of(newest, second, oldest)) {
            assertThat(snapshot.findings()).isEmpty();
            assertThat(text(snapshot.state())).isEqualTo(text(whole.state()));
        }
    }

    @Test
    void l2ACheckpointKnowsWhatAMergeStoppedAtUntilOneIsPublished() {
        var stopped = new LedgerEntry.Stopped(
                "t13",
                12,
                "DISPUTED",
                "KEY_COLLISION",
                1,
                Instant.EPOCH,
                List.of("p"),
                List.of(source(raw("e"))),
                1,
                "d");
        ledger.commit(stopped);
        for (int slot = 13; slot <= 16; slot++) {
            ledger.commit(new LedgerEntry.Fence("f" + slot, slot));
        }
        LedgerSnapshot knows = open().snapshot();
        ledger.commit(merge("t18", 17, raw("e")));

        assertThat(store.get(key(15))).isPresent();
        assertThat(knows.stopped()).contains(new LedgerSnapshot.At<>(13, stopped));
        assertThat(text(knows.state())).isEqualTo(text(withoutCheckpoints(17).state()));
        assertThat(open().snapshot().stopped()).isEmpty();
    }

    private enum Damage {
        EMPTY,
        CUT_OFF,
        NO_ARCHIVE,
        OTHER_TEXT,
        OF_ANOTHER_SLOT,
        OF_A_SLOT_THAT_LOST
    }

    /** L2: a wrong checkpoint only costs time, and is reported. */
    @ParameterizedTest
    @EnumSource(Damage.class)
    void l2AWrongCheckpointIsPassedOver(Damage damage) {
        String truth = text(withoutCheckpoints(12).state());
        byte[] stored = store.get(key(11)).orElseThrow().content();
        byte[] wrong = switch (damage) {
            case EMPTY -> new byte[0];
            case CUT_OFF -> Arrays.copyOf(stored, stored.length - 9);
            case NO_ARCHIVE -> "{}".getBytes(UTF_8);
            case OTHER_TEXT -> packed("0".repeat(64) + "\n{}");
            case OF_ANOTHER_SLOT -> store.get(key(7)).orElseThrow().content();
            case OF_A_SLOT_THAT_LOST -> ofALostSlot();
        };
        store.put(key(11), wrong, WriteCondition.none());

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(text(snapshot.state())).isEqualTo(truth);
        assertThat(snapshot.findings()).hasSize(1).first().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("CHECKPOINT_IGNORED");
            assertThat(finding.path()).isEqualTo(key(11));
        });
    }

    /** L2: even one that is whole in itself is found out by the slot after it, whose writer knew the log. */
    @Test
    void l2AnInventedCheckpointIsFoundOutByTheSlotAfterIt() {
        String truth = text(withoutCheckpoints(12).state());
        store.delete(key(11));
        invent(7);

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(text(snapshot.state())).isEqualTo(truth);
        assertThat(snapshot.findings())
                .extracting(Finding::message)
                .singleElement()
                .asString()
                .contains("slot 8 names");
    }

    /** L2: a writer with a fault must not be believed on its own word until the next slot stands. */
    @Test
    void l2AnInventedCheckpointAtTheEndOfTheLogIsNotBelieved() {
        String truth = text(withoutCheckpoints(11).state());
        store.delete(new LedgerKeys("control", ORDERS).slot(12));
        invent(11);

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(snapshot.slot()).isEqualTo(11);
        assertThat(text(snapshot.state())).isEqualTo(truth);
        assertThat(snapshot.findings()).as("it was not read").isEmpty();
    }

    /** L2: nor is one of a writer that keeps another interval, of which the slot after it says nothing. */
    @Test
    void l2AnInventedCheckpointThatNoSlotNamesIsNotBelieved() {
        String truth = text(withoutCheckpoints(12).state());
        store.delete(key(11));
        invent(9);

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(text(snapshot.state())).isEqualTo(truth);
        assertThat(snapshot.findings()).isEmpty();
    }

    /** L2: the log at the slot of a checkpoint is read from it: the next slot vouches, though it is not asked for. */
    @Test
    void l2TheLogAtTheSlotOfACheckpointIsReadFromIt() {
        store.delete(new LedgerKeys("control", ORDERS).slot(0));
        store.delete(new LedgerKeys("control", ORDERS).slot(5));

        LedgerSnapshot snapshot = open().snapshotAt(7);

        assertThat(snapshot.slot()).isEqualTo(7);
    }

    /** A checkpoint that is whole in itself and lacks the compacted files, in the place of any other. */
    private void invent(long slot) {
        LogReader.Reading reading = withoutCheckpoints(slot);
        LogState invented = reading.state().copy();
        invented.compacted.clear();
        store.delete(key(slot));
        try {
            new Checkpoints(
                            store,
                            ORDERS,
                            new LedgerKeys("control", ORDERS),
                            new ParsedTexts(ORDERS),
                            LedgerJson.MAX_BYTES)
                    .write(invented, reading.etag());
        } catch (Checkpoints.TooLarge e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void l2AMissingCheckpointIsWrittenByTheNextCommit() {
        byte[] stored = store.get(key(11)).orElseThrow().content();
        store.delete(key(11));
        Ledger other = open();

        other.commit(new LedgerEntry.Fence("t13", other.snapshot().slot()));

        assertThat(store.get(key(11)).orElseThrow().content()).isEqualTo(stored);
    }

    @Test
    void l2AReaderWritesNothing() {
        store.delete(key(11));
        long before = store.listAll("").count();

        open().snapshot();

        assertThat(store.listAll("").count()).isEqualTo(before);
    }

    /** L2: what no reader would take is not written, and the bytes count as readers count them. */
    @Test
    void l2ACheckpointThatIsTooLargeIsRefused() throws Exception {
        LogReader.Reading reading = withoutCheckpoints(11);
        int bytes = CheckpointJson.write(reading.state(), reading.etag()).getBytes(UTF_8).length + 65;
        var keys = new LedgerKeys("control", ORDERS);
        store.delete(key(11));

        assertThatThrownBy(() -> new Checkpoints(store, ORDERS, keys, new ParsedTexts(ORDERS), bytes - 1)
                        .write(reading.state(), reading.etag()))
                .isInstanceOf(Checkpoints.TooLarge.class)
                .hasMessageContaining(bytes + " bytes");
        assertThat(store.head(key(11))).isEmpty();
        new Checkpoints(store, ORDERS, keys, new ParsedTexts(ORDERS), bytes).write(reading.state(), reading.etag());
        assertThat(new Checkpoints(store, ORDERS, keys, new ParsedTexts(ORDERS), bytes)
                        .load(store.head(key(11)).orElseThrow())
                        .state()
                        .slot)
                .isEqualTo(11);
    }

    /** It is told, and tails take its place: readers go from one to the next. */
    @Test
    void l2ACommitTellsThatItsCheckpointIsTooLarge() {
        var small = new InMemoryObjectStore(InstantSource.fixed(Instant.parse("2024-06-12T11:00:00Z")));
        Ledger writer = Ledger.open(small, "control", ORDERS, new Random(1), Ledger.Backoff.none())
                .withCheckpointEvery(EVERY)
                .withCheckpointsUpTo(1_000);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            writer.commit(compaction("t" + i, i - 1L, raw("r" + i))).findings().stream()
                    .map(Finding::code)
                    .forEach(told::add);
        }

        LedgerSnapshot snapshot = Ledger.open(small, "control", ORDERS, new Random(2), Ledger.Backoff.none())
                .snapshot();

        assertThat(told).containsExactly("CHECKPOINT_TOO_LARGE", "CHECKPOINT_TOO_LARGE", "CHECKPOINT_TOO_LARGE");
        assertThat(small.listAll(CHECKPOINTS)).isEmpty();
        assertThat(small.head(new LedgerKeys("control", ORDERS).tail(7))).isPresent();
        assertThat(snapshot.compacted()).hasSize(14);
    }

    @Test
    void theLogAtAnOlderSlotIsReadFromTheCheckpointBeforeIt() {
        LedgerSnapshot older = open().snapshotAt(8);

        assertThat(older.slot()).isEqualTo(8);
        assertThat(text(older.state())).isEqualTo(text(withoutCheckpoints(8).state()));
        assertThat(older.retiredSources()).containsExactly(source(raw("a")));
    }

    /** What a writer would have made that took its entry for committed before it was. */
    private byte[] ofALostSlot() {
        LogState lost = withoutCheckpoints(10).state().copy();
        LedgerEntry entry = compaction("loser", 10, raw("e"));
        try {
            lost.take(new LedgerJson.Slot(entry, null, null, null), LedgerJson.write(entry));
        } catch (Contradiction e) {
            throw new AssertionError(e);
        }
        String text = CheckpointJson.write(lost, new ETag("lost"));
        return packed(Digests.ofText(text) + "\n" + text);
    }

    private String storedDigest(long slot) {
        ObjectStat stat = store.head(key(slot)).orElseThrow();
        try {
            return new Checkpoints(
                            store,
                            ORDERS,
                            new LedgerKeys("control", ORDERS),
                            new ParsedTexts(ORDERS),
                            LedgerJson.MAX_BYTES)
                    .load(stat)
                    .digest();
        } catch (Checkpoints.Unusable e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] packed(String content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private LogReader.Reading withoutCheckpoints(long slot) {
        var bare = new InMemoryObjectStore(InstantSource.fixed(Instant.parse("2024-06-12T11:00:00Z")));
        store.listAll("control/public/orders/log/")
                .forEach(stat ->
                        bare.put(stat.key(), store.get(stat.key()).orElseThrow().content(), WriteCondition.none()));
        var keys = new LedgerKeys("control", ORDERS);
        var parsed = new ParsedTexts(ORDERS);
        var checkpoints = new Checkpoints(bare, ORDERS, keys, parsed, LedgerJson.MAX_BYTES);
        return new LogReader(bare, ORDERS, keys, checkpoints, new Tails(bare, keys, parsed), parsed, EVERY)
                .read(null, slot);
    }

    private static String text(LogState state) {
        return CheckpointJson.write(state, new ETag("any"));
    }

    private static LedgerEntry.Merge reload(String transaction, long base, ObjectStat... applied) {
        LedgerEntry.Merge merge = merge(transaction, base, applied);
        return new LedgerEntry.Merge(
                transaction,
                base,
                merge.schema(),
                merge.generation().plusSeconds(base),
                merge.applied(),
                merge.data(),
                merge.state(),
                null);
    }

    private static String key(long slot) {
        return new LedgerKeys("control", ORDERS).checkpoint(slot);
    }

    private Ledger open() {
        return Ledger.open(store, "control", ORDERS, new Random(42), Ledger.Backoff.none())
                .withCheckpointEvery(EVERY);
    }
}
