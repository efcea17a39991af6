package io.convergence.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.store.InMemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a writer does whose slot another one took. */
class RetriesTest {
    private final List<Duration> pauses = new ArrayList<>();

    private Retries retries(long seed) {
        return new Retries(pauses::add, new SplittableRandom(seed));
    }

    /** A conflict of a real log. */
    private static CommitConflictException conflict() {
        var store = new InMemoryObjectStore(Instant::now);
        Ledger ledger = Ledger.open(store, "control", LandingSite.ORDERS, new Random(1), Ledger.Backoff.none());
        ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), -1));
        try {
            ledger.commit(new LedgerEntry.Fence(ledger.newTransaction(), -1));
        } catch (CommitConflictException e) {
            return e;
        }
        throw new AssertionError("two writers took one slot");
    }

    @Test
    void pausesGrowAndAreOfRandomLengthThatASeedRepeats() {
        CommitConflictException conflict = conflict();

        assertThatThrownBy(() -> retries(1).run(() -> {
                    throw conflict;
                }))
                .isSameAs(conflict);
        List<Duration> first = List.copyOf(pauses);
        pauses.clear();
        assertThatThrownBy(() -> retries(1).run(() -> {
                    throw conflict;
                }))
                .isSameAs(conflict);
        List<Duration> again = List.copyOf(pauses);
        pauses.clear();
        assertThatThrownBy(() -> retries(2).run(() -> {
                    throw conflict;
                }))
                .isSameAs(conflict);

        assertThat(first).hasSize(Retries.ATTEMPTS - 1);
        long millis = 100;
        for (Duration pause : first) {
            assertThat(pause).isBetween(Duration.ofMillis(millis / 2), Duration.ofMillis(millis * 3 / 2));
            millis = Math.min(millis * 2, 5_000);
        }
        assertThat(again).isEqualTo(first);
        assertThat(pauses).as("another writer's").isNotEqualTo(first);
    }

    @Test
    void workThatSucceedsAtLastIsDoneAndWorkThatFailsOtherwiseIsNotTriedAgain() {
        CommitConflictException conflict = conflict();
        List<Integer> tries = new ArrayList<>();

        String result = retries(1).run(() -> {
            tries.add(1);
            if (tries.size() < 3) {
                throw conflict;
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(pauses).hasSize(2);
        assertThatThrownBy(() -> retries(1).run(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        assertThat(pauses).hasSize(2);
    }
}
