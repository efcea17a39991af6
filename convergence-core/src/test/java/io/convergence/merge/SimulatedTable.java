package io.convergence.merge;

import io.convergence.change.ChangeRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Plays the pipeline's part around the merger: keeps stored rows, gives history when asked, retries what was disputed. */
final class SimulatedTable {
    private final ChangeMerger merger;
    private final List<ChangeRecord> seen = new ArrayList<>();
    private final List<ChangeRecord> waiting = new ArrayList<>();
    private final Map<MergeKey, StoredRow> rows = new TreeMap<>();
    private MergeCounts counts = MergeCounts.of(new MergeCounts.Tally());
    private Instant complete;
    private MergeResult last;
    private int historyRequests;
    private boolean forgetTombstones;

    SimulatedTable(MergePolicy policy) {
        this.merger = ChangeMerger.of(policy);
    }

    /** Breaks rule S12, to see that the comparison can fail. */
    void forgetTombstones() {
        forgetTombstones = true;
    }

    void deliver(List<? extends ChangeRecord> batch, MergeInput.NewestTransaction newest) {
        waiting.addAll(batch);
        seen.addAll(batch);
        Set<MergeKey> keys = new HashSet<>();
        MergeInput plain = new MergeInput(StoredRows.of(rows), waiting, Set.of(), newest, complete);
        last = merger.merge(plain);
        while (last instanceof MergeResult.NeedsHistory needs) {
            historyRequests++;
            if (!keys.addAll(needs.keys())) {
                throw new AssertionError("The merger asks again for the keys it was given: " + keys);
            }
            last = merger.merge(plain.withHistory(keys, history(keys)));
        }
        if (last instanceof MergeResult.Merged merged) {
            accept(merged);
        }
    }

    private void accept(MergeResult.Merged merged) {
        merged.upserts().forEach(row -> rows.put(row.key(), row));
        merged.tombstones().forEach(row -> {
            if (forgetTombstones) {
                rows.remove(row.key());
            } else {
                rows.put(row.key(), row);
            }
        });
        complete = merged.completeThrough().orElse(null);
        waiting.removeIf(change -> !merged.heldFiles().contains(change.origin().key()));
        counts = counts.plus(merged.counts());
    }

    private List<ChangeRecord> history(Set<MergeKey> keys) {
        return seen.stream()
                .filter(change -> keys.contains(MergeKey.of(
                                change.image().longValue(change.image().indexOf("id"))))
                        || change.before()
                                .filter(before -> before.indexOf("id") >= 0
                                        && keys.contains(MergeKey.of(before.longValue(before.indexOf("id")))))
                                .isPresent())
                .toList();
    }

    Map<Object, Map<String, Object>> shown() {
        return new LinkedHashMap<>(Sample.shown(rows.values()));
    }

    MergeResult last() {
        return last;
    }

    boolean stopped() {
        return !(last instanceof MergeResult.Merged);
    }

    int historyRequests() {
        return historyRequests;
    }

    MergeCounts counts() {
        return counts;
    }

    Map<MergeKey, StoredRow> rows() {
        return rows;
    }
}
