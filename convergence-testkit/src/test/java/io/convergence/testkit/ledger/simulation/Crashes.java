package io.convergence.testkit.ledger.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The crashes of a schedule that are still to come, and those that came. */
final class Crashes {
    private final List<CrashPlan> planned;
    private final List<CrashPlan> happened = new ArrayList<>();
    private final int[] passed = new int[CrashPoint.values().length];

    Crashes(List<CrashPlan> planned) {
        this.planned = new ArrayList<>(planned);
    }

    Optional<CrashPlan> at(CrashPoint point) {
        if (planned.isEmpty()) {
            return Optional.empty();
        }

        int before = passed[point.ordinal()]++;
        for (CrashPlan plan : planned) {
            if (plan.point() == point && before >= plan.occurrence()) {
                planned.remove(plan);
                happened.add(plan);
                return Optional.of(plan);
            }
        }
        return Optional.empty();
    }

    List<CrashPlan> happened() {
        return List.copyOf(happened);
    }

    void none() {
        planned.clear();
    }
}
