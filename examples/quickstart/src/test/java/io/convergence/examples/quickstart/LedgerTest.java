package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.InMemoryObjectStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The code of docs/concepts/ledger.md. */
class LedgerTest {
    @Test
    void aSuspicionIsEndedByADeclaration() {
        var store = new InMemoryObjectStore(InstantSource.system());
        Ledger ledger = Ledger.open(
                store, "control/", TableId.of("public", "orders"), new Random(), Ledger.Backoff.exponential());
        LedgerSnapshot snapshot = ledger.suspect("raw files vanished", null, List.of());
        long slot = snapshot.slot();

        // docs: declare
        LedgerEntry.Declared.Kind what = LedgerEntry.Declared.Kind.TRUNCATED;
        ledger.commit(new LedgerEntry.Declared(
                ledger.newTransaction(), snapshot.slot(), what, "by the nightly job", List.of(slot)));
        // docs: end

        assertThat(ledger.snapshot().suspicions()).isEmpty();
    }
}
