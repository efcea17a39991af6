package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.TableTimeline;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.testkit.junit5.ConvergenceExtension;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Outputs too large for one put, on each store that can be had here. */
class MultipartOutputTest {
    @Nested
    class InMemory extends Contract {
        private final InMemoryObjectStore store = new InMemoryObjectStore(() -> Instant.parse("2026-04-01T00:00:00Z"));

        @Override
        ObjectStore store() {
            return store;
        }
    }

    @Nested
    class Local extends Contract {
        @TempDir
        Path folder;

        @Override
        ObjectStore store() {
            return LocalObjectStore.create(folder.resolve("store"));
        }
    }

    @Nested
    class S3 extends Contract {
        @RegisterExtension
        final ConvergenceExtension convergence = ConvergenceExtension.inProcess();

        @Override
        ObjectStore store() {
            return convergence.store();
        }
    }

    /** Where a request fails. */
    private record Failure(Operation operation, int number, Fault fault) {}

    abstract static class Contract {
        abstract ObjectStore store();

        @Test
        @DisplayName("S18: an output of several parts holds the changes of its raw files")
        void outputOfSeveralPartsReadsTheSame() {
            var scene = new Scene(store());

            CompactionResult result = scene.run(1);

            assertThat(result.outputs()).hasSize(1);
            assertThat(scene.lake.log().count(Operation.UPLOAD_PART)).isGreaterThan(2);
            assertThat(scene.compactedChanges()).isEqualTo(scene.rawChanges());
        }

        @Test
        @DisplayName("L2: an upload that fails in the middle publishes nothing, and the next run starts from scratch")
        void failureAmongThePartsPublishesNothing() {
            var scene = new Scene(store());
            var expected = scene.rawChanges();

            int run = 0;
            for (Failure failure : List.of(
                    new Failure(Operation.START_MULTIPART, 1, Fault.ACCESS_DENIED),
                    new Failure(Operation.UPLOAD_PART, 1, Fault.SLOW_DOWN),
                    new Failure(Operation.UPLOAD_PART, 2, Fault.TIMEOUT_AFTER_EFFECT),
                    new Failure(Operation.UPLOAD_PART, 3, Fault.CRASH_BEFORE_EFFECT),
                    new Failure(Operation.COMPLETE_MULTIPART, 1, Fault.SLOW_DOWN))) {
                scene.failAt(failure);

                Throwable thrown = catchThrowable(() -> scene.run(2));

                scene.lake.plan(FaultPlan.none());
                boolean begun = failure.operation() != Operation.START_MULTIPART;
                assertThat(thrown).as("%s", failure).hasMessageContaining("injected fault " + failure.fault());
                assertThat(scene.objects()).as("%s", failure).isEmpty();
                assertThat(scene.lake.log().requests().stream()
                                .filter(request -> request.operation() == Operation.ABORT_MULTIPART)
                                .filter(request -> request.key().startsWith("compacted/")))
                        .as("%s", failure)
                        .hasSize(begun ? 1 : 0);
                assertThat(scene.ledger().entries()).as("%s", failure).isEmpty();
                run++;
            }
            scene.run(3);

            assertThat(run).isEqualTo(5);
            assertThat(scene.objects()).hasSize(1);
            assertThat(scene.compactedChanges()).isEqualTo(expected);
        }

        @Test
        @DisplayName("L2: an output whose end was done but not answered is left alone, for clean-up, and not published")
        void lostAnswerToTheEndOfAnUploadLeavesAnObjectNothingRefersTo() {
            var scene = new Scene(store());
            var expected = scene.rawChanges();
            scene.failAt(new Failure(Operation.COMPLETE_MULTIPART, 1, Fault.TIMEOUT_AFTER_EFFECT));

            Throwable thrown = catchThrowable(() -> scene.run(4));

            scene.lake.plan(FaultPlan.none());
            List<ObjectStat> left = scene.objects();
            assertThat(thrown).hasMessageContaining("injected fault TIMEOUT_AFTER_EFFECT");
            assertThat(left).hasSize(1);
            assertThat(scene.lake.log().count(Operation.DELETE)).isZero();
            assertThat(scene.ledger().entries()).isEmpty();

            scene.run(5);
            assertThat(scene.objects()).hasSize(2).containsAll(left);
            assertThat(scene.compactedChanges()).isEqualTo(expected);
        }
    }

    /** Some 20 MB of raw files below 8 MB each, to be compacted into one file. */
    private static final class Scene {
        private final ObjectStore store;
        private final FaultyObjectStore lake;
        private final TestTable table;
        private final TableTimeline timeline;

        Scene(ObjectStore store) {
            this.store = store;
            BulkyFiles.write(store, 4, 6);
            this.lake = FaultyObjectStore.counting(store);
            this.table = new TestTable(store, BulkyFiles.SHAPE);
            this.timeline = table.timeline();
        }

        /** @param seed names the folder of the outputs */
        CompactionResult run(long seed) {
            Ledger ledger = Ledger.open(lake, "control/", TestTable.ID, new Random(seed), Ledger.Backoff.none());
            Compactor compactor = Compactor.create(
                    store,
                    lake,
                    ledger,
                    "compacted/",
                    CompactionOptions.builder().settled().build(),
                    new Random(seed));
            return compactor.execute(compactor.plan(timeline, ledger.snapshot()), CompactionListener.none());
        }

        /** Numbers are those of the output's requests: one upload comes before, by which the store is tried. */
        void failAt(Failure failure) {
            lake.log().clear();
            lake.plan(FaultPlan.nth(failure.operation(), failure.number() + 1, failure.fault()));
        }

        Ledger ledger() {
            return Ledger.open(store, "control/", TestTable.ID, new Random(9), Ledger.Backoff.none());
        }

        List<ObjectStat> objects() {
            return store.listAll("compacted/").toList();
        }

        Map<String, List<TestTable.Fact>> rawChanges() {
            return table.rawChanges(timeline);
        }

        Map<String, List<TestTable.Fact>> compactedChanges() {
            LedgerSnapshot snapshot = ledger().snapshot();
            assertThat(snapshot.compacted()).hasSize(1);
            return table.changes(store, timeline, snapshot, Set.of());
        }
    }
}
