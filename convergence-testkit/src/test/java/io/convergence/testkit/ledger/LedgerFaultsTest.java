package io.convergence.testkit.ledger;

import static io.convergence.testkit.ledger.LedgerFiles.ORDERS;
import static io.convergence.testkit.ledger.LedgerFiles.compaction;
import static io.convergence.testkit.ledger.LedgerFiles.merge;
import static io.convergence.testkit.ledger.LedgerFiles.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.WriteConflictException;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import io.convergence.testkit.store.StoreRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerFaultsTest {
    private static final String SLOT_0 = "control/public/orders/log/00000000000000000000.json";
    /** A ledger's first commit tries the store first, with two puts. */
    private static final long FIRST_PUT = 3;

    private static final Predicate<StoreRequest> PUT =
            request -> request.operation() == Operation.PUT && request.key().startsWith("control/public/orders/log/");
    private static final Predicate<StoreRequest> GET = request -> request.operation() == Operation.GET;
    private static final LedgerEntry ENTRY = compaction("mine", -1, List.of(raw(1)));

    private final InMemoryObjectStore truth = new InMemoryObjectStore(InstantSource.system());
    private final FaultyObjectStore store = FaultyObjectStore.counting(truth);
    private final List<Integer> pauses = new ArrayList<>();
    private final Ledger ledger = Ledger.open(store, "control", ORDERS, new Random(1), pauses::add);

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {
                "SLOW_DOWN",
                "TIMEOUT_BEFORE_EFFECT",
                "TIMEOUT_AFTER_EFFECT",
                "CONFLICT",
                "CONFLICT_AFTER_EFFECT",
                "PRECONDITION_FAILED_AFTER_EFFECT"
            })
    void commitOutlivesOneFaultAndStandsOnce(Fault fault) {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, fault));

        LedgerSnapshot after = ledger.commit(ENTRY);

        assertThat(after.isCompacted(raw(1))).isTrue();
        assertThat(logged()).containsExactly(ENTRY);
        assertThat(putKeys()).allMatch(SLOT_0::equals);
    }

    @Test
    void refusedCommitIsNotInTheLog() {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, Fault.ACCESS_DENIED));

        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(StoreAccessException.class);
        assertThat(logged()).isEmpty();
        assertThat(pauses).isEmpty();
    }

    @Test
    void commitNeverAnsweredIsUnknownAndStandsIfItArrived() {
        store.plan(FaultPlan.times(100, PUT, Fault.TIMEOUT_AFTER_EFFECT)
                .and(FaultPlan.times(100, GET, Fault.TIMEOUT_BEFORE_EFFECT)));

        assertThatThrownBy(() -> ledger.commit(ENTRY))
                .isInstanceOfSatisfying(CommitStateUnknownException.class, e -> {
                    assertThat(e.slot()).isZero();
                    assertThat(e.transaction()).isEqualTo("mine");
                    assertThat(e.table()).isEqualTo(ORDERS);
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessageStartingWith("Cannot tell whether commit mine took slot 0 of table public.orders: ")
                .hasMessageEndingWith(
                        "Its files were kept. Run again once the store answers: a new plan starts from what the log then says.");

        assertThat(pauses).containsExactly(1, 2, 3, 4);
        store.plan(FaultPlan.none());
        assertThat(ledger.snapshot().isCompacted(raw(1))).isTrue();
    }

    @Test
    void commitNeverAnsweredIsFoundByReadingTheSlot() {
        store.plan(FaultPlan.times(100, PUT, Fault.TIMEOUT_AFTER_EFFECT));

        assertThat(ledger.commit(ENTRY).slot()).isZero();
        assertThat(logged()).containsExactly(ENTRY);
    }

    @Test
    void commitNeverAnsweredIsAConflictIfAnotherHasTheSlot() {
        other().commit(merge("theirs", -1, List.of(raw(2))));
        store.plan(FaultPlan.times(100, PUT, Fault.TIMEOUT_BEFORE_EFFECT));

        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(CommitConflictException.class);
    }

    @Test
    void commitNeverAnsweredIsUnknownAndMayBeSubmittedAgainIfItNeverArrived() {
        store.plan(FaultPlan.times(100, PUT, Fault.TIMEOUT_BEFORE_EFFECT));

        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(CommitStateUnknownException.class);

        store.plan(FaultPlan.none());
        assertThat(ledger.snapshot().slot()).isEqualTo(LedgerSnapshot.NONE);
        assertThat(ledger.commit(ENTRY).slot()).isZero();
        assertThat(logged()).containsExactly(ENTRY);
    }

    /** What it races with may be its own first try, which the next reader would find. */
    @Test
    void commitThatAlwaysRacesIsFoundByReadingTheSlot() {
        store.plan(FaultPlan.times(100, PUT, Fault.CONFLICT_AFTER_EFFECT));

        assertThat(ledger.commit(ENTRY).slot()).isZero();
        assertThat(logged()).containsExactly(ENTRY);
    }

    /** Then its only try is the last. */
    @Test
    void commitOfAnInterruptedThreadThatRacesIsFoundByReadingTheSlot() {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, Fault.CONFLICT_AFTER_EFFECT));
        Thread.currentThread().interrupt();

        try {
            assertThat(ledger.commit(ENTRY).slot()).isZero();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(logged()).containsExactly(ENTRY);
    }

    @Test
    void commitThatAlwaysRacesIsAConflictIfAnotherHasTheSlot() {
        other().commit(merge("theirs", -1, List.of(raw(2))));
        store.plan(FaultPlan.times(100, PUT, Fault.CONFLICT));

        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(CommitConflictException.class);
    }

    @Test
    void commitThatAlwaysRacesIsUnknownIfTheSlotIsEmpty() {
        store.plan(FaultPlan.times(100, PUT, Fault.CONFLICT));

        assertThatThrownBy(() -> ledger.commit(ENTRY))
                .isInstanceOf(CommitStateUnknownException.class)
                .hasCauseInstanceOf(WriteConflictException.class);
        assertThat(logged()).isEmpty();
        assertThat(putKeys()).hasSize(Ledger.DEFAULT_ATTEMPTS).allMatch(SLOT_0::equals);
    }

    @Test
    void refusalAfterAnUnansweredTryIsUnknown() {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, Fault.TIMEOUT_AFTER_EFFECT)
                .and(FaultPlan.nth(Operation.PUT, FIRST_PUT + 1, Fault.ACCESS_DENIED))
                .and(FaultPlan.times(1, GET, Fault.ACCESS_DENIED)));

        assertThatThrownBy(() -> ledger.commit(ENTRY))
                .isInstanceOf(CommitStateUnknownException.class)
                .hasCauseInstanceOf(StoreAccessException.class);
        assertThat(logged()).containsExactly(ENTRY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takenSlotThatCannotBeReadIsUnknown(boolean own) {
        if (!own) {
            other().commit(merge("theirs", -1, List.of(raw(2))));
        }
        store.plan(FaultPlan.nth(
                        Operation.PUT,
                        FIRST_PUT,
                        own ? Fault.PRECONDITION_FAILED_AFTER_EFFECT : Fault.TIMEOUT_BEFORE_EFFECT)
                .and(FaultPlan.times(100, GET, Fault.SLOW_DOWN)));

        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(CommitStateUnknownException.class);
        assertThat(logged())
                .hasSize(1)
                .first()
                .extracting(LedgerEntry::transaction)
                .isEqualTo(own ? "mine" : "theirs");
    }

    @Test
    void takenSlotThatMayNotBeReadIsUnknown() {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, Fault.PRECONDITION_FAILED_AFTER_EFFECT)
                .and(FaultPlan.times(1, GET, Fault.ACCESS_DENIED)));

        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(CommitStateUnknownException.class);
    }

    @Test
    void takenSlotThatIsEmptyIsUnknown() {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, Fault.PRECONDITION_FAILED_BEFORE_EFFECT));

        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(CommitStateUnknownException.class);
        assertThat(logged()).isEmpty();
    }

    @Test
    void takenSlotIsReadAgainUntilItAnswers() {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, Fault.PRECONDITION_FAILED_AFTER_EFFECT)
                .and(FaultPlan.times(3, GET, Fault.TRUNCATED)));

        assertThat(ledger.commit(ENTRY).slot()).isZero();
    }

    @Test
    void writerThatSleptWhileAnotherCommittedGetsNoLaterSlot() {
        FaultPlan sleep = request -> {
            if (request.numberOfOperation() != FIRST_PUT || request.operation() != Operation.PUT) {
                return Optional.empty();
            }
            other().commit(merge("theirs", -1, List.of(raw(2))));
            return Optional.of(Fault.TIMEOUT_BEFORE_EFFECT);
        };
        store.plan(sleep);

        assertThatThrownBy(() -> ledger.commit(ENTRY))
                .isInstanceOf(CommitConflictException.class)
                .hasMessageContaining("a merge (theirs) took it first");
        assertThat(putKeys()).containsExactly(SLOT_0, SLOT_0);
        assertThat(logged()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CRASH_BEFORE_EFFECT", "CRASH_AFTER_EFFECT"})
    void anotherProcessGoesOnAfterACrash(Fault crash) {
        store.plan(FaultPlan.nth(Operation.PUT, FIRST_PUT, crash));
        assertThatThrownBy(() -> ledger.commit(ENTRY)).isInstanceOf(CrashSignal.class);
        LedgerSnapshot found = other().snapshot();

        LedgerSnapshot after = other().commit(merge("next", found.slot(), List.of(raw(1))));

        assertThat(found.isCompacted(raw(1))).isEqualTo(crash == Fault.CRASH_AFTER_EFFECT);
        assertThat(after.isApplied(raw(1))).isTrue();
    }

    @Test
    void logThatCannotBeReadFailsTheCommitBeforeItIsWritten() {
        other().commit(merge("theirs", -1, List.of(raw(2))));
        store.plan(FaultPlan.times(1, GET, Fault.SLOW_DOWN));

        assertThatThrownBy(() -> ledger.commit(compaction("mine", 0, List.of(raw(1)))))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(putKeys()).isEmpty();
    }

    @Test
    void anInterruptEndsTheTriesAndStaysSet() {
        Ledger interrupted = Ledger.open(
                store,
                "control",
                ORDERS,
                new Random(1),
                attempt -> Thread.currentThread().interrupt());
        store.plan(FaultPlan.times(100, PUT, Fault.TIMEOUT_BEFORE_EFFECT));

        try {
            assertThatThrownBy(() -> interrupted.commit(ENTRY)).isInstanceOf(CommitStateUnknownException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(putKeys()).hasSize(2);
    }

    @Test
    void storeThatDoesNotAnswerWhileItIsTriedIsTriedAgainAndNothingIsUnknown() {
        store.plan(FaultPlan.nth(Operation.PUT, 1, Fault.TIMEOUT_AFTER_EFFECT));

        assertThat(ledger.commit(ENTRY).slot()).isZero();
        assertThat(pauses).containsExactly(1);

        store.plan(FaultPlan.times(100, request -> request.operation() == Operation.PUT, Fault.SLOW_DOWN));
        Ledger unlucky = Ledger.open(store, "control", ORDERS, new Random(1), Ledger.Backoff.none());
        assertThatThrownBy(() -> unlucky.commit(merge("next", 0, List.of(raw(2)))))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(logged()).containsExactly(ENTRY);
    }

    /** L7: what trying the store costs, once for a ledger, or for all who share its guard. */
    @Test
    void l7FirstCommitTriesTheStore() {
        ledger.commit(compaction("first", -1, List.of(raw(1))));

        assertThat(store.log().counts())
                .isEqualTo(Map.of(
                        Operation.HEAD,
                        1L,
                        Operation.PUT,
                        3L,
                        Operation.START_MULTIPART,
                        1L,
                        Operation.UPLOAD_PART,
                        1L,
                        Operation.COMPLETE_MULTIPART,
                        1L,
                        Operation.ABORT_MULTIPART,
                        1L));
    }

    /** L7: a slot that was read once is not asked for again. */
    @Test
    void l7PlanAndCommitCostOneListingAndTwoPuts() {
        for (int i = 0; i < 5; i++) {
            other().commit(compaction("t" + i, i - 1L, List.of(raw(i))));
        }
        ledger.commit(compaction("t5", 4, List.of(raw(6))));
        store.log().clear();

        LedgerSnapshot planned = ledger.snapshot();
        ledger.commit(compaction("mine", planned.slot(), List.of(raw(7))));
        ledger.snapshot();

        assertThat(store.log().counts()).isEqualTo(Map.of(Operation.LIST, 2L, Operation.PUT, 2L));
    }

    @Test
    void logOfSeveralListingPagesIsReadInOrder() {
        LedgerSnapshot snapshot = ledger.snapshot();
        for (int i = 0; i < 1_100; i++) {
            snapshot = ledger.commit(new LedgerEntry.Fence("t" + i, snapshot.slot()));
        }

        assertThat(other().entries()).isEqualTo(ledger.entries()).hasSize(1_100);
        assertThat(ledger.snapshot().slot()).isEqualTo(1_099);
    }

    private Ledger other() {
        return Ledger.open(truth, "control", ORDERS, new Random(2), Ledger.Backoff.none());
    }

    private List<LedgerEntry> logged() {
        return other().entries();
    }

    private List<String> putKeys() {
        return store.log().requests().stream()
                .filter(PUT)
                .map(StoreRequest::key)
                .toList();
    }
}
