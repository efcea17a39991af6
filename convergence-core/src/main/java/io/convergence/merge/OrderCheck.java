package io.convergence.merge;

import io.convergence.Finding;
import io.convergence.change.ChangePosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds places where commit time and change counter tell different orders of changes of one key, or the rows of a file
 * another order than their counters (rule S2): the source's clock stepped back, or the sequence is not of one task. The
 * counter of a later run counts as higher. That times step back between changes of different keys is none: transactions
 * that commit at the same moment may do so, and the result is the same.
 */
final class OrderCheck {
    private final List<Finding> disputes;

    private final Set<Instant> runsByCounter;

    /** @param runsByCounter runs in which rows need not follow their counters */
    OrderCheck(List<Finding> disputes, Set<Instant> runsByCounter) {
        this.disputes = disputes;
        this.runsByCounter = runsByCounter;
    }

    /** @param changes in position order */
    void check(List<Change> changes) {
        Map<MergeKey, Change> greatestByKey = new HashMap<>();
        Map<String, List<Change>> byFile = new LinkedHashMap<>();
        for (Change change : changes) {
            if (!(change.position() instanceof ChangePosition.Sequenced position)) {
                continue;
            }
            checkKey(change, change.key(), position, greatestByKey);
            if (change.oldKey() != null) {
                checkKey(change, change.oldKey(), position, greatestByKey);
            }
            if (!runsByCounter.contains(position.run())) {
                byFile.computeIfAbsent(change.record().origin().key(), key -> new ArrayList<>())
                        .add(change);
            }
        }
        byFile.values().forEach(this::checkFile);
    }

    private void checkKey(
            Change change, MergeKey key, ChangePosition.Sequenced position, Map<MergeKey, Change> greatest) {
        Change before = greatest.get(key);
        if (before != null && disagree(before.position(), position)) {
            disputes.add(MergeFindings.orderDisputed(
                    "Commit time and change counter disagree about the order of two changes of key " + key,
                    before,
                    change));
            return;
        }
        greatest.put(key, change);
    }

    private void checkFile(List<Change> changes) {
        changes.sort(Comparator.comparingLong(change -> change.record().origin().row()));
        for (int i = 1; i < changes.size(); i++) {
            Change before = changes.get(i - 1);
            Change change = changes.get(i);
            if (counter(before).compareTo(counter(change)) > 0) {
                disputes.add(MergeFindings.orderDisputed(
                        "The order of rows in a file contradicts their change sequences", before, change));
                return;
            }
        }
    }

    private static String counter(Change change) {
        return ((ChangePosition.Sequenced) change.position()).sequence().counterPart();
    }

    /** Whether time part and counter of two changes tell different orders; that of a later run counts as the higher. */
    static boolean disagree(ChangePosition one, ChangePosition other) {
        if (!(one instanceof ChangePosition.Sequenced a) || !(other instanceof ChangePosition.Sequenced b)) {
            return false;
        }
        int byTime = a.sequence().timePart().compareTo(b.sequence().timePart());
        int byRun = a.run().compareTo(b.run());
        int byCounter = byRun != 0
                ? byRun
                : a.sequence().counterPart().compareTo(b.sequence().counterPart());
        return Integer.signum(byTime) * Integer.signum(byCounter) < 0;
    }
}
