package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionSource;
import io.convergence.compact.Compactor;
import io.convergence.compact.SourceChangedException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.store.FaultyObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A compaction that fetches its files ahead does what one does that fetches them one by one. */
@Timeout(120)
class CompactionAheadTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static Map<String, byte[]> contents(ObjectStore store) {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<ObjectStat> objects = store.listAll("compacted/")) {
            objects.forEach(object -> contents.put(
                    object.key(), store.get(object.key()).orElseThrow().content()));
        }
        return contents;
    }

    private record Scene(FaultyObjectStore raw, InMemoryObjectStore lake, Compactor compactor, CompactionPlan plan) {
        static Scene of(int seed) {
            var files = new RandomFiles(seed, new RandomFiles.Coverage());
            ObjectStore store = RandomFiles.store(files);
            var raw = FaultyObjectStore.counting(store);
            var lake = new InMemoryObjectStore(() -> Instant.EPOCH);
            Ledger ledger = Ledger.open(lake, "control/", TestTable.ID, new Random(seed), Ledger.Backoff.none());
            CompactionOptions options = CompactionOptions.builder().settled().build();
            Compactor compactor = Compactor.create(raw, lake, ledger, "compacted/", options, new Random(seed));
            CompactionPlan plan = compactor.plan(new TestTable(store, files.shape()).timeline(), ledger.snapshot());
            return new Scene(raw, lake, compactor, plan);
        }
    }

    @Test
    @DisplayName("S18, L7: files fetched ahead give the same outputs, each by the requests it takes one by one")
    void outputsAndRequestsAreTheSame() {
        int sources = 0;
        for (int seed = 0; seed < 10; seed++) {
            Scene one = Scene.of(seed);
            Scene ahead = Scene.of(seed);

            one.compactor().execute(one.plan(), CompactionListener.none());
            ahead.compactor().withReadAhead(threads, 5).execute(ahead.plan(), CompactionListener.none());

            assertThat(contents(ahead.lake())).as("seed %d", seed).containsExactlyEntriesOf(contents(one.lake()));
            assertThat(ahead.raw().log().counts())
                    .as("seed %d", seed)
                    .isEqualTo(one.raw().log().counts());
            sources += ahead.plan().sources().size();
        }

        assertThat(sources).isGreaterThan(50);
    }

    @Test
    @DisplayName("L4: a raw file that was fetched ahead and is another by now ends the run without a commit")
    void aRewrittenSourceCommitsNothing() {
        Scene scene = Scene.of(7);
        List<String> keys =
                scene.plan().sources().stream().map(source -> source.key()).toList();
        String victim = keys.get(keys.size() - 1);
        CompactionListener rewriting = new CompactionListener() {
            @Override
            public void copied(CompactionSource source) {
                scene.raw().put(victim, new byte[] {1}, WriteCondition.none());
            }
        };

        assertThatThrownBy(() -> scene.compactor().withReadAhead(threads, 1000).execute(scene.plan(), rewriting))
                .isInstanceOfSatisfying(
                        SourceChangedException.class, e -> assertThat(e.key()).isEqualTo(victim));
        assertThat(Ledger.open(scene.lake(), "control/", TestTable.ID, new Random(1), Ledger.Backoff.none())
                        .entries())
                .singleElement()
                .isInstanceOf(LedgerEntry.Suspect.class);
    }
}
