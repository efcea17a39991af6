package io.convergence.testkit.ledger;

import static io.convergence.testkit.ledger.LedgerFiles.ORDERS;
import static io.convergence.testkit.ledger.LedgerFiles.compaction;
import static io.convergence.testkit.ledger.LedgerFiles.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real threads; {@link LedgerSimulationTest} goes through the interleavings. */
class LedgerRaceTest {
    private static final int WRITERS = 4;
    private static final int COMMITS = 12;

    @Test
    void writersWithLedgersOfTheirOwnShareOneLogInMemory() throws Exception {
        ObjectStore store = new InMemoryObjectStore(InstantSource.system());

        race(store, writer -> open(store, writer));
    }

    @Test
    void writersWithLedgersOfTheirOwnShareOneLogOnDisk(@TempDir Path folder) throws Exception {
        ObjectStore store = LocalObjectStore.create(folder);

        race(store, writer -> open(store, writer));
    }

    @Test
    void writersMayShareOneLedger() throws Exception {
        ObjectStore store = new InMemoryObjectStore(InstantSource.system());
        Ledger shared = open(store, 99);

        race(store, writer -> shared);
    }

    private interface Ledgers {
        Ledger of(int writer);
    }

    private static void race(ObjectStore store, Ledgers ledgers) throws Exception {
        var start = new CyclicBarrier(WRITERS);
        List<Callable<List<LedgerEntry>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writers.add(() -> {
                Ledger ledger = ledgers.of(writer);
                start.await();
                return write(ledger, writer);
            });
        }
        List<LedgerEntry> committed = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            for (Future<List<LedgerEntry>> result : threads.invokeAll(writers)) {
                committed.addAll(result.get());
            }
        } finally {
            threads.shutdownNow();
        }

        Ledger judge = open(store, 100);
        assertThat(judge.entries()).hasSize(WRITERS * COMMITS).containsExactlyInAnyOrderElementsOf(committed);
        assertThat(judge.snapshot().compactedSources()).hasSize(WRITERS * COMMITS);
    }

    private static List<LedgerEntry> write(Ledger ledger, int writer) {
        List<LedgerEntry> committed = new ArrayList<>();
        while (committed.size() < COMMITS) {
            LedgerSnapshot snapshot = ledger.snapshot();
            int file = writer * COMMITS + committed.size();
            LedgerEntry entry = compaction(ledger.newTransaction(), snapshot.slot(), List.of(raw(file)));
            try {
                LedgerSnapshot after = ledger.commit(entry);
                assertThat(after.isCompacted(raw(file))).isTrue();
                committed.add(entry);
            } catch (CommitConflictException e) {
                assertThat(e.slot()).isEqualTo(snapshot.slot() + 1);
            }
        }

        return committed;
    }

    private static Ledger open(ObjectStore store, int seed) {
        return Ledger.open(store, "control", ORDERS, new Random(seed), Ledger.Backoff.none());
    }
}
