package io.convergence.testkit.ledger;

import static io.convergence.testkit.ledger.LedgerFiles.ORDERS;
import static io.convergence.testkit.ledger.LedgerFiles.compaction;
import static io.convergence.testkit.ledger.LedgerFiles.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerCheck;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.OpenUpload;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process leaves that dies while it tries the store for conditional writes, and that clean-up takes it away. */
class DeadProbesTest {
    private static final String PROBE = "control/convergence-conditional-write-probe";
    private static final TableId OTHERS = TableId.of("public", "others");
    private static final Duration DAY = Duration.ofHours(24);
    /** Put, head, put, and an upload of one part that is refused and aborted. */
    private static final int REQUESTS = 7;

    private static final CleanUpOptions IMPATIENT = CleanUpOptions.defaults().longestRun(Duration.ZERO);

    private Instant now = Instant.parse("2024-06-12T11:00:00Z");
    private final InMemoryObjectStore truth = new InMemoryObjectStore(() -> now);
    private final InMemoryObjectStore lake = new InMemoryObjectStore(() -> now, "memory://lake");

    @Test
    void aProcessThatDiesAtAnyRequestOfItsProbeLeavesNothingForLongerThanARun() {
        int left = 0;
        for (Fault fault : List.of(Fault.CRASH_BEFORE_EFFECT, Fault.CRASH_AFTER_EFFECT)) {
            for (int request = 1; request <= REQUESTS; request++) {
                probeAndDie(truth, request, fault);
                left += truth.openUploads().size();
                now = now.plus(DAY).plusSeconds(1);

                CleanUp.Plan plan =
                        cleanUp(ledger(truth), truth, CleanUpOptions.defaults()).plan();
                List<OpenUpload> open = truth.openUploads();
                CleanUp.Result result =
                        cleanUp(ledger(truth), truth, CleanUpOptions.defaults()).execute(plan);

                assertThat(plan.fenced()).isFalse();
                assertThat(plan.uploads())
                        .as("%s at request %d", fault, request)
                        .isEqualTo(open);
                assertThat(result.aborted()).isEqualTo(open);
                assertThat(truth.openUploads())
                        .as("%s at request %d", fault, request)
                        .isEmpty();
                // The object of a probe is the same for all, and stays for the next one.
                assertThat(truth.listAll("").map(ObjectStat::key)).isSubsetOf(PROBE);
            }
        }

        assertThat(left).as("uploads that were left").isEqualTo(6);
        ledger(truth).commit(compaction("mine", -1, List.of(raw(1))));
        assertThat(truth.openUploads()).isEmpty();
    }

    /** The tables of a control prefix share its probes: their clean-ups may run at the same time. */
    @Test
    void twoCleanUpsOfTwoTablesDoEachOtherNoHarm() {
        probeAndDie(truth, REQUESTS, Fault.CRASH_BEFORE_EFFECT);
        now = now.plus(DAY).plusSeconds(1);
        CleanUp orders = cleanUp(ledger(truth), truth, CleanUpOptions.defaults());
        CleanUp others = cleanUp(ledger(truth, OTHERS), truth, CleanUpOptions.defaults());
        CleanUp.Plan first = orders.plan();
        CleanUp.Plan second = others.plan();

        CleanUp.Result winner = orders.execute(first);
        CleanUp.Result loser = others.execute(second);

        assertThat(first.uploads()).hasSize(1).isEqualTo(second.uploads());
        assertThat(List.of(winner.findings(), loser.findings())).containsOnly(List.of());
        assertThat(truth.openUploads()).isEmpty();
        assertThat(others.plan().isEmpty()).isTrue();
    }

    /** However short runs are said to be: a probe may be going on. */
    @ParameterizedTest
    @CsvSource({"PT0S, false", "PT1H, true", "PT59M, false"})
    void aProbeThatMayBeGoingOnIsLeftAlone(Duration age, boolean taken) {
        probeAndDie(truth, REQUESTS, Fault.CRASH_BEFORE_EFFECT);
        now = now.plus(age);

        CleanUp.Plan plan = cleanUp(ledger(truth), truth, IMPATIENT).plan();

        assertThat(plan.uploads()).hasSize(taken ? 1 : 0);
    }

    @Test
    void anUploadOfAnotherNameBesideTheProbeIsNobodysToAbort() {
        truth.startMultipart(PROBE + ".bak");
        truth.startMultipart("control/other");
        now = now.plus(DAY.multipliedBy(9));

        assertThat(cleanUp(ledger(truth), truth, IMPATIENT).plan().isEmpty()).isTrue();
    }

    /** A process that slept, at each step of its upload, finds it gone and goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"UPLOAD_PART", "COMPLETE_MULTIPART", "ABORT_MULTIPART"})
    void aProbeWhoseUploadWasAbortedTriesAgain(Operation operation) {
        var store = FaultyObjectStore.counting(truth);
        store.plan(request -> {
            if (request.operation() == operation && request.numberOfOperation() == 1) {
                now = now.plus(DAY).plusSeconds(1);
                CleanUp.Plan plan = cleanUp(ledger(truth, OTHERS), truth, CleanUpOptions.defaults())
                        .plan();
                assertThat(plan.uploads()).hasSize(1);
                cleanUp(ledger(truth, OTHERS), truth, CleanUpOptions.defaults()).execute(plan);
            }
            return Optional.empty();
        });

        ledger(store).commit(compaction("mine", -1, List.of(raw(1))));

        assertThat(ledger(truth).entries()).hasSize(1);
        assertThat(truth.openUploads()).isEmpty();
    }

    /** One that is aborted again and again is told, not taken for a store that breaks its word. */
    @Test
    void aProbeThatIsNeverLetThroughIsARefusalThatIsTriedAgainLater() {
        var store = FaultyObjectStore.counting(truth);
        store.plan(request -> {
            if (request.operation() == Operation.UPLOAD_PART) {
                truth.openUploads().forEach(truth::abortUpload);
            }
            return Optional.empty();
        });
        Ledger ledger = ledger(store);

        assertThatThrownBy(() -> ledger.commit(compaction("mine", -1, List.of(raw(1)))))
                .isInstanceOf(ObjectNotFoundException.class);
        store.plan(request -> Optional.empty());

        assertThat(ledger.commit(compaction("mine", -1, List.of(raw(1)))).slot())
                .isZero();
    }

    /** Both are tried, each under the control prefix; ids of uploads are those of their store. */
    @Test
    void probesOfBothStoresAreTakenAwayWhereTheLogHasItsOwn() {
        probeAndDie(truth, REQUESTS, Fault.CRASH_BEFORE_EFFECT);
        probeAndDie(lake, REQUESTS, Fault.CRASH_BEFORE_EFFECT);
        now = now.plus(DAY).plusSeconds(1);
        LedgerCheck check = LedgerCheck.of(ledger(truth), folders(ORDERS, lake));
        List<Finding> before = check.run().findings();
        CleanUp cleanUp = cleanUp(ledger(truth), lake, CleanUpOptions.defaults());

        CleanUp.Plan plan = cleanUp.plan();
        CleanUp.Result result = cleanUp.execute(plan);

        assertThat(plan.uploads()).hasSize(1);
        assertThat(plan.logUploads()).hasSize(1);
        assertThat(result.aborted()).hasSize(2);
        assertThat(truth.openUploads()).isEmpty();
        assertThat(lake.openUploads()).isEmpty();
        assertThat(before).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("OPEN_UPLOADS");
            assertThat(finding.message()).startsWith("2 uploads were begun");
        });
        assertThat(check.run().findings()).isEmpty();
    }

    /** A process that can do nothing more after its n-th request. */
    private static void probeAndDie(ObjectStore store, int number, Fault fault) {
        var dying = FaultyObjectStore.counting(store);
        dying.plan(request -> request.number() < number
                ? Optional.empty()
                : Optional.of(request.number() == number ? fault : Fault.CRASH_BEFORE_EFFECT));

        try {
            ledger(dying).guarded(dying).verify();
        } catch (CrashSignal dead) {
            // At its last request, the abort, nothing is thrown: the refusal before it hides that.
        }
        assertThat(dying.log().requests()).hasSizeGreaterThanOrEqualTo(number);
    }

    private static Ledger ledger(ObjectStore store) {
        return ledger(store, ORDERS);
    }

    private static Ledger ledger(ObjectStore store, TableId table) {
        return Ledger.open(store, "control", table, new Random(1), Ledger.Backoff.none());
    }

    private static LakeFolders folders(TableId table, ObjectStore lake) {
        return new LakeFolders(lake, List.of("lake/compacted/" + table.schema() + "/" + table.name() + "/"));
    }

    private static CleanUp cleanUp(Ledger ledger, ObjectStore lake, CleanUpOptions options) {
        return CleanUp.of(ledger, folders(ledger.table(), lake), options);
    }
}
