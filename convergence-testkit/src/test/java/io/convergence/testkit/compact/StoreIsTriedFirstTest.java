package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.compact.CompactionOptions;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.UnsafeStoreException;
import io.convergence.testkit.ledger.UnconditionalStore;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that claims conditional writes and ignores them gets no data; one that is only looked at gets nothing at all. */
class StoreIsTriedFirstTest {
    private static final long SEED = 7;
    private static final CompactionOptions SETTLED =
            CompactionOptions.builder().settled().build();
    private static final MergeOptions COMPLETE = MergeOptions.defaults().declareComplete();

    private static LakeTable table(ObjectStore lake) {
        var files = new RandomFiles(SEED, new RandomFiles.Coverage());
        ObjectStore raw = RandomFiles.store(files);
        return Convergence.builder()
                .store(raw)
                .rawPrefix("raw")
                .layout(RawLayout.detect(TestTable.ID))
                .timeline(TimelineOptions.defaults().withDeclaredLoadStart(TestTable.BEFORE_ALL))
                .lake(lake)
                .table(TestTable.ID, files.shape(), List.of("id"))
                .build()
                .table(TestTable.ID);
    }

    private static List<String> keys(ObjectStore store) {
        try (var objects = store.listAll("")) {
            return objects.map(ObjectStat::key).toList();
        }
    }

    @Test
    void storeThatIgnoresConditionsIsRefusedBeforeTheFirstWrite() {
        var lake = new InMemoryObjectStore(InstantSource.system(), "memory://lake");
        LakeTable table = table(new UnconditionalStore(lake));

        assertThatThrownBy(() -> table.compact(SETTLED, ProgressListener.none()))
                .isInstanceOf(UnsafeStoreException.class);
        assertThatThrownBy(() -> table.merge(COMPLETE, ProgressListener.none()))
                .isInstanceOf(UnsafeStoreException.class);

        assertThat(keys(lake)).containsExactly("convergence/control/" + ConditionalWriteProbe.PROBE_NAME);
    }

    @Test
    void plansWriteNothing() {
        var lake = new InMemoryObjectStore(InstantSource.system(), "memory://lake");
        LakeTable table = table(lake);

        assertThat(table.planCompaction(SETTLED).isEmpty()).isFalse();
        assertThat(table.planMerge(COMPLETE).rawFiles()).isNotEmpty();

        assertThat(keys(lake)).isEmpty();
    }
}
