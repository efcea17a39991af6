package io.convergence.testkit.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ledger on a store that fails as S3 may fail. */
class LedgerFaultsTest {
    private static final TableId TABLE = TableId.of("public", "orders");

    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> Instant.parse("2026-01-01T00:00:00Z"));
    private final FaultyObjectStore faulty = FaultyObjectStore.counting(store);
    private final List<Integer> pauses = new ArrayList<>();
    private final Ledger ledger = Ledger.open(faulty, "control", TABLE, new Random(1), pauses::add);

    private LedgerEntry.Fence fence(LedgerSnapshot base) {
        return new LedgerEntry.Fence(ledger.newTransaction(), base.slot());
    }

    @Test
    void aLostAnswerIsRecognisedByTheTransaction() {
        faulty.plan(FaultPlan.nth(Operation.PUT, 1, Fault.TIMEOUT_AFTER_EFFECT));

        LedgerSnapshot after = ledger.commit(fence(ledger.snapshot()));

        assertThat(after.slot()).isZero();
        assertThat(ledger.entries()).hasSize(1);
        assertThat(pauses).containsExactly(1);
    }

    @Test
    void aRepeatedRequestThatMeetsItsOwnFirstAttemptIsASuccess() {
        faulty.plan(FaultPlan.nth(Operation.PUT, 1, Fault.PRECONDITION_FAILED_AFTER_EFFECT));

        LedgerSnapshot after = ledger.commit(fence(ledger.snapshot()));

        assertThat(after.slot()).isZero();
        assertThat(pauses).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CONFLICT", "SLOW_DOWN", "TIMEOUT_BEFORE_EFFECT"})
    void anAnswerThatNothingHappenedYetIsTriedAgainAtTheSameSlot(Fault fault) {
        faulty.plan(FaultPlan.times(3, request -> request.operation() == Operation.PUT, fault));

        LedgerSnapshot after = ledger.commit(fence(ledger.snapshot()));

        assertThat(after.slot()).isZero();
        assertThat(ledger.entries()).hasSize(1);
        assertThat(pauses).containsExactly(1, 2, 3);
    }

    @Test
    void anOutcomeThatStaysOpenIsUnknownAndNothingIsDeleted() {
        faulty.plan(FaultPlan.times(
                        Ledger.DEFAULT_ATTEMPTS,
                        request -> request.operation() == Operation.PUT,
                        Fault.TIMEOUT_AFTER_EFFECT)
                .and(FaultPlan.times(
                        Ledger.DEFAULT_ATTEMPTS, request -> request.operation() == Operation.GET, Fault.SLOW_DOWN)));
        LedgerEntry.Fence fence = fence(ledger.snapshot());

        assertThatThrownBy(() -> ledger.commit(fence)).isInstanceOfSatisfying(CommitStateUnknownException.class, e -> {
            assertThat(e.transaction()).isEqualTo(fence.transaction());
            assertThat(e.slot()).isZero();
            assertThat(e.table()).isEqualTo(TABLE);
            assertThat(e.retryable()).isTrue();
        });

        faulty.plan(FaultPlan.none());
        assertThat(faulty.log().count(Operation.DELETE)).isZero();
        assertThat(ledger.snapshot().slot()).as("it had taken effect").isZero();
    }

    @Test
    void aWinnerThatCannotBeReadLeavesTheOutcomeUnknown() {
        LedgerSnapshot base = ledger.snapshot();
        ledger.commit(fence(base));
        faulty.plan(request -> request.operation() == Operation.GET ? Optional.of(Fault.SLOW_DOWN) : Optional.empty());

        assertThatThrownBy(() -> ledger.commit(fence(base))).isInstanceOf(CommitStateUnknownException.class);
    }

    @Test
    void aWinnerThatIsReadAtTheSecondTryIsAConflict() {
        LedgerSnapshot base = ledger.snapshot();
        ledger.commit(fence(base));
        faulty.plan(FaultPlan.once(request -> request.operation() == Operation.GET, Fault.SLOW_DOWN));

        assertThatThrownBy(() -> ledger.commit(fence(base))).isInstanceOf(CommitConflictException.class);
    }

    @Test
    void aRefusedAccessIsNeitherAConflictNorUnknown() {
        LedgerSnapshot base = ledger.snapshot();
        faulty.plan(FaultPlan.nth(Operation.PUT, 1, Fault.ACCESS_DENIED));

        assertThatThrownBy(() -> ledger.commit(fence(base))).isInstanceOf(StoreAccessException.class);

        assertThat(ledger.entries()).isEmpty();
    }

    @Test
    @DisplayName(
            "L1: whatever the store answers, each slot has one entry, and a writer knows which of its entries are in the log or that it does not know")
    void underAnyFaultsEveryAnswerIsTrue() {
        int conflicts = 0;
        int unknown = 0;
        int committed = 0;
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed * 0x9E3779B97F4A7C15L);
            var backing = new InMemoryObjectStore(() -> Instant.parse("2026-01-01T00:00:00Z"));
            var flaky = FaultyObjectStore.counting(backing);
            Ledger exact = Ledger.open(backing, "control", TABLE, random, Ledger.Backoff.none());
            Ledger writer = Ledger.open(flaky, "control", TABLE, random, Ledger.Backoff.none());
            List<LedgerSnapshot> bases = new ArrayList<>(List.of(exact.snapshot()));
            Set<String> in = new HashSet<>();
            Set<String> out = new HashSet<>();
            flaky.plan(FaultPlan.random(
                    random,
                    0.3,
                    EnumSet.of(
                            Fault.SLOW_DOWN,
                            Fault.TIMEOUT_BEFORE_EFFECT,
                            Fault.TIMEOUT_AFTER_EFFECT,
                            Fault.CONFLICT,
                            Fault.PRECONDITION_FAILED_AFTER_EFFECT)));
            for (int step = 0; step < 12; step++) {
                LedgerSnapshot base = bases.get(random.nextInt(bases.size()));
                var fence = new LedgerEntry.Fence(writer.newTransaction(), base.slot());
                try {
                    writer.commit(fence);
                    in.add(fence.transaction());
                    committed++;
                } catch (CommitConflictException e) {
                    out.add(fence.transaction());
                    conflicts++;
                } catch (CommitStateUnknownException | StoreUnavailableException e) {
                    unknown++;
                }
                bases.add(exact.snapshot());
            }

            List<LedgerEntry> log = exact.entries();
            List<String> transactions =
                    log.stream().map(LedgerEntry::transaction).toList();
            assertThat(transactions)
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates()
                    .containsAll(in)
                    .doesNotContainAnyElementsOf(out);
            for (int slot = 0; slot < log.size(); slot++) {
                assertThat(log.get(slot).base()).isEqualTo(slot - 1L);
            }
        }

        assertThat(committed).isPositive();
        assertThat(conflicts).isPositive();
        assertThat(unknown).isPositive();
    }
}
