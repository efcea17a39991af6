package io.convergence.merge;

import io.convergence.Finding;
import io.convergence.change.ChangePosition;
import io.convergence.merge.MergeCounts.Tally;
import io.convergence.merge.MergeCounts.What;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds keys of which one full load has several rows that differ. One of them cannot be the row: the key is not the one of
 * the source, or its type does not hold it exactly, so the table is disputed. Only segments that were read at different
 * moments may show one row twice, when it moved from one to the other in between; then the update that moved it follows
 * among the changes and tells the row, and a warning is enough.
 */
final class LoadKeys {
    private final MergePolicy policy;
    private final Tally tally;
    private final List<Change[]> contradicting = new ArrayList<>();
    private final List<Change[]> moved = new ArrayList<>();

    LoadKeys(MergePolicy policy, Tally tally) {
        this.policy = policy;
        this.tally = tally;
    }

    /** @param changes in position order */
    void check(List<Change> changes) {
        Map<MergeKey, Change> first = new HashMap<>();
        Set<MergeKey> changed = new HashSet<>();
        changes.stream().filter(change -> !change.isLoad()).forEach(change -> {
            changed.add(change.key());
            MergeKey oldKey = change.oldKey();
            if (oldKey != null) {
                changed.add(oldKey);
            }
        });
        for (Change change : changes) {
            if (!change.isLoad()) {
                return;
            }
            Change before = first.putIfAbsent(change.key(), change);
            if (before == null || same(before, change)) {
                continue;
            }
            tally.add(What.LOAD_KEY_TWICE);
            boolean told = !segment(before).equals(segment(change)) && changed.contains(change.key());
            (told ? moved : contradicting).add(new Change[] {before, change});
        }
    }

    private static boolean same(Change one, Change other) {
        return Arrays.equals(one.states(), other.states()) && Arrays.equals(one.values(), other.values());
    }

    private static String segment(Change load) {
        return ((ChangePosition.Load) load.position()).segment();
    }

    List<Finding> disputes() {
        return contradicting.isEmpty() ? List.of() : List.of(MergeFindings.loadKeyTwice(policy, contradicting));
    }

    List<Finding> warnings() {
        return moved.isEmpty() ? List.of() : List.of(MergeFindings.loadRowMoved(policy, moved));
    }
}
