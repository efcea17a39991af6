package io.convergence.ledger;

import static io.convergence.ledger.Entries.ORDERS;
import static io.convergence.ledger.Entries.compaction;
import static io.convergence.ledger.Entries.raw;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** L7: tails save requests and never decide anything. */
class TailTest {
    private static final int SLOTS = 8;

    private final InMemoryObjectStore store =
            new InMemoryObjectStore(InstantSource.fixed(Instant.parse("2024-06-12T11:00:00Z")));
    private final LedgerKeys keys = new LedgerKeys("control", ORDERS);
    private final Tails tails = new Tails(store, keys, new ParsedTexts(ORDERS));

    @BeforeEach
    void writeALog() {
        Ledger ledger = open();
        for (int i = 0; i < SLOTS; i++) {
            ledger.commit(compaction("t" + i, i - 1L, raw("r" + i)));
        }
    }

    @Test
    void l7ATailHoldsTheTextsOfItsSlots() throws Exception {
        List<Tails.SlotText> texts = tails.load(SLOTS - 2).orElseThrow();

        assertThat(texts).hasSize(SLOTS - 1);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(texts.get(i)).isEqualTo(slot(i));
        }
        assertThat(store.listAll(keys.tails()).map(ObjectStat::key))
                .as("a slot alone needs none")
                .doesNotContain(keys.tail(0))
                .contains(keys.tail(1));
    }

    private enum Damage {
        NO_ARCHIVE,
        EMPTY,
        OTHER_TEXT,
        OTHER_TEXT_WITH_ITS_OWN_ETAG,
        OTHER_ETAG,
        A_SLOT_MISSING,
        THE_LAST_MISSING,
        OF_ANOTHER_SLOT,
        NO_SLOT_AT_ALL
    }

    /** L2, L7: a wrong tail only costs time, and is reported. */
    @ParameterizedTest
    @EnumSource(Damage.class)
    void l7AWrongTailIsPassedOver(Damage damage) {
        List<Tails.SlotText> texts = new ArrayList<>();
        for (int i = 0; i < SLOTS - 1; i++) {
            texts.add(slot(i));
        }
        String other = LedgerJson.write(new LedgerEntry.Fence("x", 2));
        String key = keys.tail(SLOTS - 2);
        store.delete(key);
        switch (damage) {
            case NO_ARCHIVE -> store.put(key, "nonsense".getBytes(UTF_8), WriteCondition.none());
            case EMPTY -> store.put(key, new byte[0], WriteCondition.none());
            case OTHER_TEXT -> texts.set(3, new Tails.SlotText(3, texts.get(3).etag(), other));
            case OTHER_TEXT_WITH_ITS_OWN_ETAG ->
                texts.set(3, new Tails.SlotText(3, new ETag(Digests.md5(other)), other));
            case OTHER_ETAG ->
                texts.set(3, new Tails.SlotText(3, new ETag("e"), texts.get(3).text()));
            case A_SLOT_MISSING -> texts.remove(3);
            case THE_LAST_MISSING -> {
                texts.remove(SLOTS - 2);
                tails.write(texts);
                store.put(key, store.get(keys.tail(SLOTS - 3)).orElseThrow().content(), WriteCondition.none());
            }
            case OF_ANOTHER_SLOT ->
                texts.set(
                        3,
                        new Tails.SlotText(3, texts.get(3).etag(), texts.get(2).text()));
            case NO_SLOT_AT_ALL ->
                store.put(key, store.get(keys.slot(0)).orElseThrow().content(), WriteCondition.none());
        }
        if (store.head(key).isEmpty()) {
            tails.write(texts);
        }

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(snapshot.compacted()).hasSize(SLOTS);
        assertThat(snapshot.findings()).extracting(Finding::code).containsExactly("TAIL_IGNORED");
        assertThat(snapshot.findings().get(0).path()).isEqualTo(key);
    }

    /** L7: where ETags say nothing of the content, the chain that the slot after it names does. */
    @Test
    void l7AWrongTailIsFoundByTheSlotAfterItWhereETagsAreNotMadeOfTheContent() {
        List<Tails.SlotText> texts = new ArrayList<>();
        for (int i = 0; i < SLOTS - 1; i++) {
            texts.add(new Tails.SlotText(
                    i, OpaqueStore.etag(store.head(keys.slot(i)).orElseThrow()), slot(i).text()));
        }
        String other = slot(3).text().replace("t3", "t9");
        texts.set(3, new Tails.SlotText(3, texts.get(3).etag(), other));
        store.delete(keys.tail(SLOTS - 2));
        tails.write(texts);

        LedgerSnapshot snapshot = Ledger.open(
                        OpaqueStore.of(store), "control", ORDERS, new Random(1), Ledger.Backoff.none())
                .snapshot();

        assertThat(snapshot.compacted()).extracting(file -> file.file().key()).noneMatch(key -> key.contains("t9"));
        assertThat(snapshot.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains("slot 4 was planned on other texts"));
    }

    /** Slots of a version that named no chain are read one by one, and nothing is asked of tails. */
    @Test
    void l7SlotsThatNameNoChainAreReadOneByOne() {
        for (int i = 0; i < SLOTS; i++) {
            store.put(
                    keys.slot(i),
                    LedgerJson.write(compaction("t" + i, i - 1L, raw("r" + i))).getBytes(UTF_8),
                    WriteCondition.none());
        }

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(snapshot.compacted()).hasSize(SLOTS);
        assertThat(snapshot.findings()).isEmpty();
    }

    /** Its writer died before it wrote it. */
    @Test
    void l7AMissingTailIsMadeUpForByTheOneBeforeIt() {
        store.delete(keys.tail(SLOTS - 2));

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(snapshot.compacted()).hasSize(SLOTS);
        assertThat(snapshot.findings()).isEmpty();
    }

    private Tails.SlotText slot(long number) {
        var object = store.get(keys.slot(number)).orElseThrow();
        return new Tails.SlotText(number, object.stat().etag(), object.text());
    }

    private Ledger open() {
        return Ledger.open(store, "control", ORDERS, new Random(42), Ledger.Backoff.none());
    }
}
