package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.compact.Requests;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.PlacedFile;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.target.RowShape;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import io.convergence.testkit.store.StoreRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rule L7: what a compaction asks of the stores, by key. */
class CompactionRequestsTest {
    private static final Instant NOW = Instant.parse("2026-04-01T00:00:00Z");

    @Test
    @DisplayName("L7: a raw file below 8 MB is read by one request, whatever columns come and go between files")
    void smallSourceIsReadOnce() {
        int sources = 0;
        for (int seed = 0; seed < 20; seed++) {
            var files = new RandomFiles(seed, new RandomFiles.Coverage());
            Scene scene = Scene.of(RandomFiles.store(files), files.shape());

            scene.execute();

            assertThat(scene.readsBySource()).as("seed %d", seed).isEqualTo(scene.each(1L));
            sources += scene.readsBySource().size();
        }

        assertThat(sources).isGreaterThan(100);
    }

    @Test
    @DisplayName("L7: a larger raw file of several row groups is read by two requests")
    void largeSourceIsReadByTwoRequests() {
        var raw = new InMemoryObjectStore(() -> NOW);
        BulkyFiles.write(raw, 2, 14);
        Scene scene = Scene.of(raw, BulkyFiles.SHAPE);
        assertThat(scene.plan.sources())
                .allSatisfy(source -> assertThat(source.file().stat().size()).isBetween(10L << 20, 20L << 20));

        scene.execute();

        assertThat(scene.readsBySource()).isEqualTo(scene.each(2L)).hasSize(2);
    }

    @Test
    @DisplayName("L7: besides reading its sources a compaction lists them once, and the raw store gets no write")
    void rawStoreIsListedOnce() {
        var files = new RandomFiles(7, new RandomFiles.Coverage());
        Scene scene = Scene.of(RandomFiles.store(files), files.shape());

        scene.execute();

        long sources = scene.plan.sources().size();
        assertThat(scene.raw.log().counts()).isEqualTo(Map.of(Operation.READ, sources, Operation.LIST, 1L));
    }

    @Test
    @DisplayName("L7: an output costs its parts, begin, end and one look at it, and is not read again")
    void outputIsWrittenInParts() {
        var raw = new InMemoryObjectStore(() -> NOW);
        BulkyFiles.write(raw, 4, 7);
        Scene scene = Scene.of(raw, BulkyFiles.SHAPE);

        CompactionResult result = scene.execute();

        assertThat(result.outputs()).hasSize(1);
        LedgerEntry.CompactedFile output = result.outputs().get(0);
        long parts = (output.file().size() + ObjectWriter.DEFAULT_PART_BYTES - 1) / ObjectWriter.DEFAULT_PART_BYTES;
        Map<Operation, Long> requests = scene.lake.log().requests().stream()
                .filter(request -> request.key().equals(output.file().key()))
                .collect(Collectors.groupingBy(StoreRequest::operation, Collectors.counting()));
        assertThat(parts).isGreaterThan(2);
        assertThat(requests)
                .isEqualTo(Map.of(
                        Operation.START_MULTIPART,
                        1L,
                        Operation.UPLOAD_PART,
                        parts,
                        Operation.COMPLETE_MULTIPART,
                        1L,
                        Operation.HEAD,
                        1L));
    }

    @Test
    @DisplayName("L7: rows are compared at the cost of one more read of each file, and two of an output")
    void rowsAreComparedByReadingAllAgain() {
        var files = new RandomFiles(7, new RandomFiles.Coverage());
        Scene scene = Scene.of(RandomFiles.store(files), files.shape(), CompactionOptions.Verification.VERIFY_ROWS);

        CompactionResult result = scene.execute();

        assertThat(scene.readsBySource()).isEqualTo(scene.each(2L));
        assertThat(result.outputs())
                .isNotEmpty()
                .allSatisfy(output -> assertThat(scene.lake.log().requests().stream()
                                .filter(request ->
                                        request.key().equals(output.file().key()))
                                .filter(request -> request.operation() == Operation.READ))
                        .hasSizeBetween(1, 2));
    }

    @Test
    @DisplayName("L7: a plan tells beforehand what its execution asks of the stores")
    void aPlanTellsItsRequests() {
        var raw = new InMemoryObjectStore(() -> NOW);
        BulkyFiles.write(raw, 4, 7);
        Scene scene = Scene.of(raw, BulkyFiles.SHAPE);
        Requests planned = scene.plan.requests();

        CompactionResult result = scene.execute();

        Map<Operation, Long> outputs = scene.lake.log().requests().stream()
                .filter(request ->
                        request.key().equals(result.outputs().get(0).file().key()))
                .collect(Collectors.groupingBy(StoreRequest::operation, Collectors.counting()));
        long puts = outputs.entrySet().stream()
                .filter(count -> count.getKey() != Operation.HEAD && count.getKey() != Operation.READ)
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(result.outputs()).hasSize(1);
        assertThat(planned.list()).isEqualTo(scene.raw.log().counts().get(Operation.LIST));
        assertThat(planned.head()).isEqualTo(outputs.get(Operation.HEAD));
        // Besides sources and outputs, 3 GET and 2 PUT for the ledger
        assertThat(planned.get() - 3).isEqualTo(scene.raw.log().counts().get(Operation.READ));
        assertThat(planned.put() - 2).isEqualTo(puts);
    }

    /** A planned compaction of one store into another, both counted from here on. */
    private record Scene(FaultyObjectStore raw, FaultyObjectStore lake, Compactor compactor, CompactionPlan plan) {
        static Scene of(ObjectStore files, RowShape shape) {
            return of(files, shape, CompactionOptions.Verification.DEFAULT);
        }

        static Scene of(ObjectStore files, RowShape shape, CompactionOptions.Verification verification) {
            var raw = FaultyObjectStore.counting(files);
            var lake = FaultyObjectStore.counting(new InMemoryObjectStore(() -> NOW, "memory://lake"));
            Ledger ledger = Ledger.open(lake, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
            Compactor compactor = Compactor.create(
                    raw,
                    lake,
                    ledger,
                    "compacted/",
                    CompactionOptions.builder()
                            .settled()
                            .verification(verification)
                            .build(),
                    new Random(1));
            CompactionPlan plan = compactor.plan(new TestTable(files, shape).timeline(), ledger.snapshot());
            raw.log().clear();
            lake.log().clear();
            return new Scene(raw, lake, compactor, plan);
        }

        CompactionResult execute() {
            return compactor.execute(plan, CompactionListener.none());
        }

        Map<String, Long> readsBySource() {
            return raw.log().requests().stream()
                    .filter(request -> request.operation() == Operation.READ)
                    .collect(Collectors.groupingBy(StoreRequest::key, Collectors.counting()));
        }

        Map<String, Long> each(long requests) {
            return plan.sources().stream().collect(Collectors.toMap(PlacedFile::key, source -> requests));
        }
    }
}
