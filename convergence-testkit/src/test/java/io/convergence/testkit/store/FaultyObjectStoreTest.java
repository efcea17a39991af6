package io.convergence.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultyObjectStoreTest {
    private final InMemoryObjectStore truth = new InMemoryObjectStore(InstantSource.system());
    private final FaultyObjectStore store = FaultyObjectStore.counting(truth);

    @Test
    void requestsAreCountedByKind() {
        ObjectStat written = store.put("a", new byte[3], WriteCondition.none());
        store.list(ListRequest.of("p/"));
        store.head("a");
        store.get("a");
        store.read(written, 0, 1);
        store.read(written, 1, 2);
        try (MultipartUpload upload = store.startMultipart("b")) {
            upload.part(1, new byte[1]);
            upload.complete(WriteCondition.none());
        }
        store.startMultipart("c").close();
        store.delete("b");
        store.deleteIfMatch("a", written.etag());

        assertThat(store.log().counts())
                .isEqualTo(Map.ofEntries(
                        Map.entry(Operation.PUT, 1L),
                        Map.entry(Operation.LIST, 1L),
                        Map.entry(Operation.HEAD, 1L),
                        Map.entry(Operation.GET, 1L),
                        Map.entry(Operation.READ, 2L),
                        Map.entry(Operation.START_MULTIPART, 2L),
                        Map.entry(Operation.UPLOAD_PART, 1L),
                        Map.entry(Operation.COMPLETE_MULTIPART, 1L),
                        Map.entry(Operation.ABORT_MULTIPART, 1L),
                        Map.entry(Operation.DELETE, 1L),
                        Map.entry(Operation.DELETE_IF_MATCH, 1L)));
        assertThat(store.log().writes()).isEqualTo(8);
        assertThat(store.log().requests().get(5)).isEqualTo(new StoreRequest(6, Operation.READ, 2, "a"));
    }

    @ParameterizedTest
    @CsvSource({
        "SLOW_DOWN, false",
        "TIMEOUT_BEFORE_EFFECT, false",
        "TIMEOUT_AFTER_EFFECT, true",
        "CONFLICT, false",
        "CONFLICT_AFTER_EFFECT, true",
        "PRECONDITION_FAILED_BEFORE_EFFECT, false",
        "PRECONDITION_FAILED_AFTER_EFFECT, true",
        "ACCESS_DENIED, false",
        "CRASH_BEFORE_EFFECT, false",
        "CRASH_AFTER_EFFECT, true"
    })
    void aFaultStrikesBeforeOrAfterTheEffect(Fault fault, boolean visible) {
        store.plan(FaultPlan.nth(Operation.PUT, 1, fault));

        Throwable failure = catchThrowable(() -> store.put("a", new byte[1], WriteCondition.ifAbsent()));

        assertThat(failure).isInstanceOf(expected(fault)).hasMessageContaining("injected fault " + fault);
        assertThat(truth.head("a").isPresent()).isEqualTo(visible);
        assertThat(store.log().count(Operation.PUT)).isEqualTo(1);
    }

    @Test
    void aLostAnswerHidesARefusalToo() {
        truth.put("a", new byte[1], WriteCondition.none());
        store.plan(FaultPlan.nth(Operation.PUT, 1, Fault.TIMEOUT_AFTER_EFFECT));

        assertThatThrownBy(() -> store.put("a", new byte[2], WriteCondition.ifAbsent()))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(truth.head("a").orElseThrow().size()).isEqualTo(1);
    }

    @Test
    void aPlanPicksItsRequestAndLetsTheOthersPass() {
        store.plan(FaultPlan.nth(Operation.PUT, 2, Fault.SLOW_DOWN)
                .and(FaultPlan.once(request -> request.key().startsWith("log/"), Fault.CONFLICT)));

        store.put("a", new byte[1], WriteCondition.none());
        assertThatThrownBy(() -> store.put("b", new byte[1], WriteCondition.none()))
                .isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.put("log/1", new byte[1], WriteCondition.ifAbsent()))
                .isInstanceOf(WriteConflictException.class);
        store.put("log/1", new byte[1], WriteCondition.ifAbsent());

        assertThat(truth.listAll("").map(ObjectStat::key)).containsExactly("a", "log/1");
    }

    @Test
    void aCompletionCanFailEitherWay() {
        for (Fault fault : List.of(Fault.TIMEOUT_AFTER_EFFECT, Fault.CONFLICT)) {
            store.plan(FaultPlan.once(request -> request.operation() == Operation.COMPLETE_MULTIPART, fault));
            try (MultipartUpload upload = store.startMultipart(fault.name())) {
                upload.part(1, new byte[1]);
                assertThatThrownBy(() -> upload.complete(WriteCondition.ifAbsent()))
                        .isInstanceOf(expected(fault));
            }
        }

        assertThat(truth.listAll("").map(ObjectStat::key)).containsExactly("TIMEOUT_AFTER_EFFECT");
        assertThat(truth.openUploads()).isEmpty();
    }

    @Test
    void randomFaultsRepeatWithTheirSeed() {
        assertThat(failuresOf(42))
                .isEqualTo(failuresOf(42))
                .isNotEqualTo(failuresOf(43))
                .contains(true, false);
    }

    @Test
    void aFaultThatSuchARequestNeverMeetsIsAMistakeOfTheTest() {
        store.plan(FaultPlan.nth(Operation.LIST, 1, Fault.CONFLICT));

        assertThatThrownBy(() -> store.list(ListRequest.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot inject CONFLICT into LIST: S3 never answers it so.");
    }

    private static List<Boolean> failuresOf(long seed) {
        var store = new FaultyObjectStore(
                new InMemoryObjectStore(InstantSource.system()),
                FaultPlan.random(new Random(seed), 0.3, EnumSet.allOf(Fault.class)));
        var failures = new ArrayList<Boolean>();
        for (int i = 0; i < 50; i++) {
            failures.add(catchThrowable(() -> store.put("a", new byte[1], WriteCondition.none())) != null);
        }

        return failures;
    }

    private static Class<? extends Throwable> expected(Fault fault) {
        return switch (fault) {
            case SLOW_DOWN, TIMEOUT_BEFORE_EFFECT, TIMEOUT_AFTER_EFFECT, TRUNCATED -> StoreUnavailableException.class;
            case CONFLICT, CONFLICT_AFTER_EFFECT -> WriteConflictException.class;
            case PRECONDITION_FAILED_BEFORE_EFFECT, PRECONDITION_FAILED_AFTER_EFFECT ->
                PreconditionFailedException.class;
            case ACCESS_DENIED -> StoreAccessException.class;
            case CRASH_BEFORE_EFFECT, CRASH_AFTER_EFFECT -> CrashSignal.class;
        };
    }
}
