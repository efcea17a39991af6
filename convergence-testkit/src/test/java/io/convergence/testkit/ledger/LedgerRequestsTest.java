package io.convergence.testkit.ledger;

import static io.convergence.testkit.ledger.LedgerFiles.ORDERS;
import static io.convergence.testkit.ledger.LedgerFiles.compaction;
import static io.convergence.testkit.ledger.LedgerFiles.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** L2, L7: what the log costs, however long it is. */
class LedgerRequestsTest {
    private final InMemoryObjectStore truth = new InMemoryObjectStore(InstantSource.system());
    private final FaultyObjectStore store = FaultyObjectStore.counting(truth);

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 1",
        "2, 0, 0, 2",
        "3, 0, 1, 1",
        "63, 0, 1, 1",
        "64, 0, 1, 1",
        "65, 1, 0, 1",
        "66, 1, 0, 2",
        "67, 1, 1, 1",
        "192, 1, 1, 1",
        "1000, 1, 1, 1"
    })
    void l7AProcessThatHasReadNothingYetNeedsTwoListingsAndAtMostThreeGets(
            int slots, long checkpoints, long tails, long read) {
        write(slots);

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(snapshot.slot()).isEqualTo(slots - 1L);
        assertThat(snapshot.findings()).isEmpty();
        assertThat(store.log().counts())
                .isEqualTo(Map.of(Operation.LIST, 2L, Operation.GET, checkpoints + tails + read));
        assertThat(checkpoints + tails + read).isLessThanOrEqualTo(3);
        assertThat(gets("/checkpoints/")).isEqualTo(checkpoints);
        assertThat(gets("/tails/")).isEqualTo(tails);
    }

    private long gets(String folder) {
        return store.log().requests().stream()
                .filter(request -> request.operation() == Operation.GET)
                .filter(request -> request.key().contains(folder))
                .count();
    }

    /** However far it is behind. */
    @Test
    void l7AProcessThatHasReadTheLogLongAgoNeedsTwoGetsForWhatCameSince() {
        write(70);
        Ledger ledger = open();
        ledger.snapshot();
        write(50);
        store.log().clear();

        LedgerSnapshot snapshot = ledger.snapshot();

        assertThat(snapshot.slot()).isEqualTo(119);
        assertThat(store.log().counts()).isEqualTo(Map.of(Operation.LIST, 1L, Operation.GET, 2L));
    }

    /** A tail is as large as it may be, and there are as many as are needed. */
    @Test
    void l7LargeSlotsAreReadByOneTailAfterTheOther() {
        Ledger writer = Ledger.open(truth, "control", ORDERS, new Random(1), Ledger.Backoff.none());
        LedgerSnapshot snapshot = writer.snapshot();
        for (int i = 0; i < 12; i++) {
            String reason = "x".repeat(900_000);
            snapshot = writer.commit(new LedgerEntry.Suspect("t" + i, snapshot.slot(), reason, null, List.of()));
        }

        LedgerSnapshot read = open().snapshot();

        assertThat(read.suspicions()).hasSize(12);
        assertThat(read.findings()).isEmpty();
        assertThat(gets("/log/")).isEqualTo(1);
        assertThat(gets("/tails/")).isEqualTo(3);
    }

    @Test
    void l7AProcessThatHasReadTheLogNeedsOneListingToPlanAndTwoPutsToCommit() {
        write(100);
        Ledger ledger = open();
        ledger.commit(fence(ledger.snapshot()));
        store.log().clear();

        LedgerSnapshot planned = ledger.snapshot();
        ledger.commit(compaction("mine", planned.slot(), List.of(raw(1))));

        assertThat(store.log().counts()).isEqualTo(Map.of(Operation.LIST, 1L, Operation.PUT, 2L));
    }

    @Test
    void l7WhereACheckpointIsDueThereIsNoTail() {
        write(62);
        Ledger ledger = open();
        ledger.commit(fence(ledger.snapshot()));
        store.log().clear();

        ledger.commit(fence(ledger.snapshot()));
        ledger.commit(fence(ledger.snapshot()));

        // Slot and checkpoint, then a slot alone, which a tail would save nothing of.
        assertThat(store.log().counts()).isEqualTo(Map.of(Operation.LIST, 2L, Operation.PUT, 3L));
    }

    private void write(int slots) {
        Ledger writer = Ledger.open(truth, "control", ORDERS, new Random(1), Ledger.Backoff.none());
        LedgerSnapshot snapshot = writer.snapshot();
        for (int i = 0; i < slots; i++) {
            snapshot = writer.commit(fence(snapshot));
        }
    }

    private static LedgerEntry fence(LedgerSnapshot snapshot) {
        return new LedgerEntry.Fence("t" + (snapshot.slot() + 1), snapshot.slot());
    }

    private Ledger open() {
        return Ledger.open(store, "control", ORDERS, new Random(2), Ledger.Backoff.none());
    }
}
