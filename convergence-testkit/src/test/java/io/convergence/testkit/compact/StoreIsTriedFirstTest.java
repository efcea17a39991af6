package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.change.ChangePosition;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.Compactor;
import io.convergence.curated.CuratedTable;
import io.convergence.curated.ParquetSnapshotWriter;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergeResult;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ConditionalWriteProbe;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.UnsafeStoreException;
import io.convergence.testkit.ledger.UnconditionalStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

    private static Ledger ledger(ObjectStore lake) {
        return Ledger.open(lake, "control/", TestTable.ID, new Random(SEED), Ledger.Backoff.none());
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
    void ledgerCommitsNothingToAStoreThatIgnoresConditions() {
        var lake = new InMemoryObjectStore(InstantSource.system(), "memory://lake");
        Ledger ledger = ledger(new UnconditionalStore(lake));
        var entry = new LedgerEntry.Compaction(ledger.newTransaction(), -1, List.of());

        assertThatThrownBy(() -> ledger.commit(entry)).isInstanceOf(UnsafeStoreException.class);

        assertThat(keys(lake)).containsExactly("control/" + ConditionalWriteProbe.PROBE_NAME);
    }

    @Test
    void compactorWritesNothingToAStoreThatIgnoresConditions() {
        var lake = new InMemoryObjectStore(InstantSource.system(), "memory://lake");
        var files = new RandomFiles(SEED, new RandomFiles.Coverage());
        var raw = RandomFiles.store(files);
        var unsafe = new UnconditionalStore(lake);
        Compactor compactor = Compactor.create(raw, unsafe, ledger(unsafe), "compacted/", SETTLED, new Random(SEED));
        var plan = compactor.plan(
                new TestTable(raw, files.shape()).timeline(), ledger(unsafe).snapshot());

        assertThatThrownBy(() -> compactor.execute(plan, CompactionListener.none()))
                .isInstanceOf(UnsafeStoreException.class);

        assertThat(plan.isEmpty()).isFalse();
        assertThat(keys(lake)).containsExactly("control/" + ConditionalWriteProbe.PROBE_NAME);
    }

    @Test
    void snapshotWriterWritesNothingToAStoreThatIgnoresConditions() {
        var lake = new InMemoryObjectStore(InstantSource.system(), "memory://lake");
        var id = Column.required("id", DataType.parse("int8"));
        var schema = new TableSchema(TestTable.ID, List.of(id), List.of("id"));
        var cells = RowCells.of(RowLayout.of(schema.columns()), new Object[] {1L});
        var row = new LiveRow(
                MergeKey.of(List.of(1L)), new ChangePosition.Load(Instant.EPOCH, "a", 1, 1), null, null, cells);
        CuratedTable table = CuratedTable.empty(schema)
                .apply(
                        new MergeResult.Merged(
                                List.of(row), List.of(), Set.of(), List.of(), null, MergeCounts.none(), List.of()),
                        null);

        assertThatThrownBy(() -> ParquetSnapshotWriter.create(new UnconditionalStore(lake), "tables", new Random(SEED))
                        .write(table, -1))
                .isInstanceOf(UnsafeStoreException.class);

        assertThat(keys(lake)).containsExactly("tables/" + ConditionalWriteProbe.PROBE_NAME);
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
