package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.curated.CuratedTable;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawSource;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.ListingMode;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A landing zone and a lake in memory, under a clock that tests set. Each table it hands out is a new process's. */
final class LakeWorld {
    static final CompactionOptions COMPACTION =
            CompactionOptions.builder().settled().build();

    private volatile Instant now = Instant.EPOCH;
    private int processes;

    final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);

    /** All objects with their times. */
    LakeWorld copy() {
        var copy = new LakeWorld();
        copy.processes = processes;
        for (ObjectStat object : stored()) {
            copy.now = object.lastModified();
            copy.store.put(object.key(), store.get(object.key()).orElseThrow().content(), WriteCondition.none());
        }
        copy.now = now;
        return copy;
    }

    void deliver(ObjectStore through, SourceHistory.Landed file) {
        now = now.isBefore(file.stored()) ? file.stored() : now;
        through.put(file.key(), file.content(), WriteCondition.none());
    }

    void deliver(List<SourceHistory.Landed> files) {
        files.forEach(file -> deliver(store, file));
    }

    Instant now() {
        return now;
    }

    void later() {
        now = now.plus(Duration.ofHours(1));
    }

    /** DMS empties the table's folder. */
    void wipe() {
        for (ObjectStat object : stored()) {
            if (object.key().startsWith("raw/")) {
                store.delete(object.key());
            }
        }
    }

    /** The table in a new process, which talks to the world through this store. */
    LakeTable process(ObjectStore through) {
        return lake(through).table(SourceHistory.TABLE);
    }

    Convergence lake(ObjectStore through) {
        return lake(through, ListingMode.RESUMED);
    }

    Convergence lake(ObjectStore through, ListingMode listing) {
        return Convergence.builder()
                .listing(listing)
                .layout(SourceHistory.LAYOUT)
                .store(through)
                .table(SourceHistory.TABLE, SourceHistory.SHAPE, List.of("id"))
                .random(new Random(processes++))
                .sleeper(time -> {})
                .build();
    }

    TableResult merge() {
        return process(store).merge(MergeOptions.defaults(), ProgressListener.none());
    }

    CompactionResult compact() {
        return process(store).compact(COMPACTION, ProgressListener.none());
    }

    List<ObjectStat> stored() {
        try (Stream<ObjectStat> objects = store.listAll("")) {
            return objects.toList();
        }
    }

    Ledger ledger() {
        return Ledger.open(store, "convergence/control", SourceHistory.TABLE, new Random(0), Ledger.Backoff.none());
    }

    List<LedgerEntry> log() {
        return ledger().entries();
    }

    /** As a reader sees it; fails on a key that is there twice. */
    SortedMap<Long, SourceHistory.Values> rows() {
        return rows(process(store).published());
    }

    /** Fails on a key that is there twice. */
    static SortedMap<Long, SourceHistory.Values> rows(RowSource published) {
        TableSchema schema = published.schema();
        SortedMap<Long, SourceHistory.Values> rows = new TreeMap<>();
        try (Stream<List<@Nullable Object>> all = published.rows()) {
            all.forEach(row -> {
                var values = new SourceHistory.Values(
                        (String) row.get(schema.indexOf("name")), String.valueOf(row.get(schema.indexOf("big"))));
                assertThat(rows.put((Long) row.get(schema.indexOf("id")), values))
                        .as("a key published twice")
                        .isNull();
            });
        }
        return rows;
    }

    /** What a merge published, read from its bookkeeping. */
    CuratedTable table(LedgerEntry.Merge merge) {
        return CuratedTable.load(store, merge);
    }

    static SortedMap<Long, SourceHistory.Values> rows(CuratedTable table) {
        TableSchema schema = table.schema();
        SortedMap<Long, SourceHistory.Values> rows = new TreeMap<>();
        table.rows()
                .forEach(row -> rows.put(
                        (Long) row.cells().published(schema.indexOf("id")),
                        new SourceHistory.Values(
                                (String) row.cells().published(schema.indexOf("name")),
                                String.valueOf(row.cells().published(schema.indexOf("big"))))));
        return rows;
    }

    List<LedgerEntry.Merge> merges() {
        return log().stream()
                .filter(LedgerEntry.Merge.class::isInstance)
                .map(LedgerEntry.Merge.class::cast)
                .toList();
    }

    /** Each raw file applied once, and in at most one live compacted file. */
    void requireEachFileOnce(SourceHistory history, String what) {
        List<LedgerEntry.Merge> merges = merges();
        Instant generation = merges.get(merges.size() - 1).generation();
        List<String> applied = merges.stream()
                .filter(merge -> merge.generation().equals(generation))
                .flatMap(merge -> merge.applied().stream())
                .map(RawSource::key)
                .toList();
        assertThat(applied)
                .as("%s: raw files applied", what)
                .containsExactlyInAnyOrderElementsOf(
                        history.files().stream().map(SourceHistory.Landed::key).toList());
        Map<String, List<ObjectStat>> live = new HashMap<>();
        for (LedgerEntry entry : log()) {
            if (entry instanceof LedgerEntry.Compaction compaction) {
                compaction.replaced().forEach(file -> live.remove(file.key()));
                for (LedgerEntry.CompactedFile output : compaction.outputs()) {
                    live.put(
                            output.file().key(),
                            output.sources().stream().map(RawSource::stat).toList());
                }
                assertThat(live.values().stream().flatMap(List::stream))
                        .as("%s: raw files in live compacted ones", what)
                        .doesNotHaveDuplicates();
            }
        }
    }
}
