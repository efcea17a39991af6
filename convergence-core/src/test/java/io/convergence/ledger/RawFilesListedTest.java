package io.convergence.ledger;

import static io.convergence.ledger.Entries.ORDERS;
import static io.convergence.ledger.Entries.compaction;
import static io.convergence.ledger.Entries.raw;
import static io.convergence.ledger.Entries.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** L7: what was listed of raw files stands in the log, with the next commit of whoever listed them. */
class RawFilesListedTest {
    private static final Instant AUDIT = Instant.parse("2024-06-12T11:00:00Z");
    private static final Instant FROM = Instant.parse("2024-06-12T09:00:00Z");

    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.fixed(AUDIT));
    private final Ledger ledger = open();

    @Test
    void l7AListingIsToldByTheNextCommitAndOnlyOnce() {
        ledger.rawFilesListed(new RawFilesListed(AUDIT, FROM, List.of(raw("a"), raw("b")), List.of()));
        ledger.commit(compaction("t0", -1, raw("a")));
        ledger.commit(new LedgerEntry.Fence("t1", 0));

        LedgerSnapshot snapshot = open().snapshot();
        assertThat(snapshot.audited()).contains(AUDIT);
        assertThat(snapshot.listedFrom()).contains(FROM);
        assertThat(snapshot.presentRawFiles()).containsExactlyInAnyOrder(raw("a"), raw("b"));
        assertThat(text(0)).contains("\"listing\"").contains("raw/public/orders/b");
        assertThat(text(1)).doesNotContain("\"listing\"");
    }

    @Test
    void l7WhatTheLogKnowsByThenIsNotToldAgain() {
        open().commit(compaction("other", -1, raw("b")));
        ledger.rawFilesListed(new RawFilesListed(AUDIT, FROM, List.of(raw("b"), raw("c")), List.of()));
        ledger.commit(new LedgerEntry.Fence("t1", 0));

        assertThat(text(1)).doesNotContain("raw/public/orders/b").contains("raw/public/orders/c");
    }

    @Test
    void l7AFileThatIsGoneIsNotTakenForPresentUntilItIsFoundAgain() {
        ledger.commit(compaction("t0", -1, raw("a"), raw("b")));
        ledger.rawFilesListed(new RawFilesListed(AUDIT, FROM, List.of(raw("a")), List.of(raw("b"))));
        LedgerSnapshot gone = ledger.commit(new LedgerEntry.Fence("t1", 0));
        ledger.rawFilesListed(
                new RawFilesListed(AUDIT.plus(Duration.ofDays(1)), FROM, List.of(raw("a"), raw("b")), List.of()));
        LedgerSnapshot back = ledger.commit(new LedgerEntry.Fence("t2", 1));

        assertThat(gone.presentRawFiles()).containsExactly(raw("a"));
        assertThat(gone.compactedSources()).hasSize(2);
        assertThat(back.presentRawFiles()).containsExactlyInAnyOrder(raw("a"), raw("b"));
        assertThat(back.audited()).contains(AUDIT.plus(Duration.ofDays(1)));
    }

    /** Two processes may tell in the wrong order; what the first said still holds. */
    @Test
    void l7AnOlderListingTakesNothingBack() {
        ledger.rawFilesListed(new RawFilesListed(AUDIT, FROM, List.of(), List.of()));
        ledger.commit(new LedgerEntry.Fence("t0", -1));
        Ledger slow = open();
        slow.rawFilesListed(
                new RawFilesListed(AUDIT.minusSeconds(60), FROM.minusSeconds(3600), List.of(raw("a")), List.of()));

        LedgerSnapshot snapshot = slow.commit(new LedgerEntry.Fence("t1", 0));

        assertThat(snapshot.audited()).contains(AUDIT);
        assertThat(snapshot.listedFrom()).contains(FROM);
        assertThat(snapshot.presentRawFiles()).containsExactly(raw("a"));
    }

    @Test
    void l7FilesOfACompactionThatIsTakenBackAreStillPresent() {
        ledger.commit(compaction("t0", -1, raw("a"), raw("b")));

        LedgerSnapshot undone = ledger.commit(new LedgerEntry.Undo("t1", 0, 0));

        assertThat(undone.compactedSources()).isEmpty();
        assertThat(undone.presentRawFiles()).containsExactlyInAnyOrder(raw("a"), raw("b"));
    }

    /** L2: a checkpoint keeps all of it. */
    @Test
    void l2ACheckpointSaysWhatWasListed() {
        ledger.commit(compaction("t0", -1, raw("a"), raw("b")));
        ledger.rawFilesListed(new RawFilesListed(AUDIT, FROM, List.of(raw("c")), List.of(raw("b"))));
        ledger.commit(new LedgerEntry.Suspect("t1", 0, "gone", null, List.of(source(raw("b")))));
        ledger.commit(new LedgerEntry.Declared("t2", 1, LedgerEntry.Declared.Kind.EXPIRED, "by rule", List.of(1L)));
        LogState state = ledger.snapshot().state();

        LogState read = CheckpointJson.read(ORDERS, CheckpointJson.write(state, new ETag("e")))
                .state();

        assertThat(read.audited).isEqualTo(AUDIT);
        assertThat(read.listedFrom).isEqualTo(FROM);
        assertThat(List.copyOf(read.present())).isEqualTo(List.copyOf(state.present()));
        assertThat(read.gone).isEqualTo(state.gone).hasSize(1);
        assertThat(read.explained).isEqualTo(state.explained).hasSize(1);
    }

    /** S14: what a suspicion names is explained by the declaration that resolves it; one of another kind explains nothing. */
    @Test
    void s14ADeclarationExplainsWhatBecameOfTheFilesOfTheSuspicionItResolves() {
        for (LedgerEntry.Declared.Kind kind : LedgerEntry.Declared.Kind.values()) {
            ObjectStat file = raw(kind.name());
            LedgerSnapshot before = ledger.suspect("gone", null, List.of(source(file)));
            LedgerSnapshot after = ledger.commit(new LedgerEntry.Declared(
                    ledger.newTransaction(), before.slot(), kind, "a=b", List.of(before.slot())));

            assertThat(before.isExplained(source(file))).isFalse();
            assertThat(after.suspicions()).isEmpty();
            assertThat(after.isExplained(source(file))).as("%s", kind).isEqualTo(kind.endsSuspicions());
            assertThat(open().snapshot().isExplained(source(file))).isEqualTo(kind.endsSuspicions());
        }
    }

    private String text(long slot) {
        return store.get(new LedgerKeys("control", ORDERS).slot(slot))
                .orElseThrow()
                .text();
    }

    private Ledger open() {
        return Ledger.open(store, "control", ORDERS, new Random(42), Ledger.Backoff.none());
    }
}
