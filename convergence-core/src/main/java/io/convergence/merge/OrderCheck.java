package io.convergence.merge;

import io.convergence.Finding;
import io.convergence.change.ChangePosition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds places where the commit time and the change counter tell different orders (rule S2): the source's clock stepped
 * back, or the sequence is not of one task.
 */
final class OrderCheck {
    private final List<Finding> disputes;

    OrderCheck(List<Finding> disputes) {
        this.disputes = disputes;
    }

    /** @param changes in position order */
    void check(List<Change> changes) {
        Map<List<Object>, Change> greatestByKey = new HashMap<>();
        Map<String, Change> lastByFile = new HashMap<>();
        for (Change change : changes) {
            if (!(change.position() instanceof ChangePosition.Sequenced position)) {
                continue;
            }
            checkKey(change, change.key(), position, greatestByKey);
            if (change.oldKey() != null) {
                checkKey(change, change.oldKey(), position, greatestByKey);
            }
            checkFile(change, lastByFile);
        }
    }

    private void checkKey(
            Change change, MergeKey key, ChangePosition.Sequenced position, Map<List<Object>, Change> greatest) {
        List<Object> keyOfRun = List.of(key, position.run());
        Change before = greatest.get(keyOfRun);
        if (before != null && disagree(before.position(), position)) {
            disputes.add(MergeFindings.orderDisputed(
                    "Commit time and change counter disagree about the order of two changes of key " + key,
                    before,
                    change));
            return;
        }
        greatest.put(keyOfRun, change);
    }

    private void checkFile(Change change, Map<String, Change> last) {
        Change before = last.put(change.record().origin().key(), change);
        if (before != null
                && before.record().origin().row() > change.record().origin().row()) {
            disputes.add(MergeFindings.orderDisputed(
                    "The order of rows in a file contradicts their change sequences", before, change));
        }
    }

    /** Whether time part and counter of two changes of one run tell different orders. */
    static boolean disagree(ChangePosition one, ChangePosition other) {
        if (!(one instanceof ChangePosition.Sequenced a)
                || !(other instanceof ChangePosition.Sequenced b)
                || !a.run().equals(b.run())) {
            return false;
        }
        int byTime = a.sequence().timePart().compareTo(b.sequence().timePart());
        int byCounter = a.sequence().counterPart().compareTo(b.sequence().counterPart());
        return Integer.signum(byTime) * Integer.signum(byCounter) < 0;
    }
}
