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
    @CsvSource({"1, 0, 1", "63, 0, 63", "64, 0, 64", "65, 1, 1", "192, 1, 64", "1000, 1, 40"})
    void l7AProcessThatHasReadNothingYetNeedsTwoListingsACheckpointAndTheSlotsAfterIt(
            int slots, long checkpoints, long read) {
        write(slots);

        LedgerSnapshot snapshot = open().snapshot();

        assertThat(snapshot.slot()).isEqualTo(slots - 1L);
        assertThat(store.log().counts().get(Operation.LIST)).isEqualTo(2L);
        assertThat(store.log().counts().getOrDefault(Operation.GET, 0L)).isEqualTo(checkpoints + read);
    }

    @Test
    void l7AProcessThatHasReadTheLogNeedsOneListingToPlanAndOnePutToCommit() {
        write(100);
        Ledger ledger = open();
        ledger.commit(fence(ledger.snapshot()));
        store.log().clear();

        LedgerSnapshot planned = ledger.snapshot();
        ledger.commit(compaction("mine", planned.slot(), List.of(raw(1))));

        assertThat(store.log().counts()).isEqualTo(Map.of(Operation.LIST, 1L, Operation.PUT, 1L));
    }

    @Test
    void l7EveryCheckpointIsOnePutMore() {
        write(62);
        Ledger ledger = open();
        ledger.commit(fence(ledger.snapshot()));
        store.log().clear();

        ledger.commit(fence(ledger.snapshot()));
        ledger.commit(fence(ledger.snapshot()));

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
