package io.convergence.testkit.ledger.simulation;

/**
 * One crash of a schedule.
 *
 * @param occurrence how often the point is passed before, by whomever
 * @param recoverer who goes on
 */
record CrashPlan(CrashPoint point, Effect effect, int occurrence, Recoverer recoverer) {
    enum Recoverer {
        /** The process starts again, or goes on. */
        SAME,
        /** Another process, later. */
        OTHER
    }

    CrashPlan {
        if (!point.effects().contains(effect)) {
            throw new IllegalArgumentException("Cannot plan " + effect + " at " + point + ": it means nothing there.");
        }
    }
}
